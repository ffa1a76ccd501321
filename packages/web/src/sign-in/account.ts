import { createAccount, type Me } from '@streambed/client'
import { useEffect, useState } from 'react'

/** Signing in, one's account, and people. */
export const account = createAccount()

let asked: Promise<Me | null> | undefined

/** Who is signed in; null until that is known, and where there is no sign-in. */
export function useMe(): Me | null {
  const [me, setMe] = useState<Me | null>(null)
  useEffect(() => {
    let isHere = true
    asked ??= account.ways().then(({ me }) => me)
    asked.then(
      (me) => isHere && setMe(me?.via === 'local' ? null : me),
      () => (asked = undefined), // the next one asks again
    )
    return () => void (isHere = false)
  }, [])
  return me
}

/** What this browser keeps whoever uses it. */
const OF_THE_BROWSER = ['streambed.theme', 'streambed.language']
const OWNER = 'streambed.owner'

/**
 * Begins the app anew as somebody. What the browser has kept for somebody else goes first: words that were not sent, what was seen.
 */
export function beginAs({ user, organisation }: Me): void {
  const owner = JSON.stringify([organisation, user])
  try {
    if (localStorage.getItem(OWNER) !== owner) forget()
    localStorage.setItem(OWNER, owner)
  } catch {
    // Storage is forbidden, so nothing was kept.
  }
  location.assign('/')
}

/** Ends the session of this browser, and what it has kept. */
export async function leave(): Promise<void> {
  await account.signOut()
  try {
    forget()
  } catch {
    // Storage is forbidden, so nothing was kept.
  }
  location.assign('/sign-in')
}

function forget(): void {
  for (const key of Object.keys(localStorage)) if (!OF_THE_BROWSER.includes(key)) localStorage.removeItem(key)
  sessionStorage.clear()
}
