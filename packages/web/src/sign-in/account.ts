import { createAccount, type Me } from '@streambed/client'
import { useEffect, useState } from 'react'
import { beginAsNobody, whose } from './whose.ts'

/** Signing in, one's account, and people. */
export const account = createAccount({ ...(whose && { as: whose }) })

let asked: Promise<Me | null> | undefined

/** Who is signed in; null until that is known, and where there is no sign-in. */
export function useMe(): Me | null {
  const who = useWho()
  return who?.via === 'local' ? null : who
}

/** Whether somebody looks after an organisation. */
export function isAdmin({ role }: Me): boolean {
  return role === 'owner' || role === 'admin'
}

/** Who uses the app, also where there is no sign-in; null until that is known. */
export function useWho(): Me | null {
  const [me, setMe] = useState<Me | null>(null)
  useEffect(() => {
    let isHere = true
    asked ??= account.ways().then(({ me }) => me)
    asked.then(
      (me) => isHere && setMe(me),
      () => (asked = undefined), // the next one asks again
    )
    return () => void (isHere = false)
  }, [])
  return me
}

/** Ends the session of this browser, and what it has kept. */
export async function leave(): Promise<void> {
  await account.signOut()
  beginAsNobody()
}
