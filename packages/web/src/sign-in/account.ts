import { createAccount, type Me } from '@streambed/client'
import { useConnection } from '@streambed/client/react'
import { useEffect, useState } from 'react'
import { beginAsNobody, whose } from './whose.ts'

/** Signing in, one's account, and people. */
export const account = createAccount({ ...(whose && { as: whose }) })

let asked: Promise<Me | null> | undefined
let known: Me | null = null

/** Asks who is there, once; after a failure whoever comes next asks again. */
function askWho(): Promise<Me | null> {
  asked ??= account.ways().then(
    ({ me }) => (known = me),
    (failure: unknown) => {
      asked = undefined
      throw failure
    },
  )
  return asked
}

/**
 * Whether there is anybody to connect for; undefined until that is known. Somebody of whom this browser knows is believed, and so is
 * everybody while the server cannot be asked: the connection will tell.
 */
export function useIsSomebody(): boolean | undefined {
  const [isSomebody, set] = useState(whose ? true : undefined)
  useEffect(() => {
    if (whose) return
    askWho().then(
      (me) => set(me !== null),
      () => set(true),
    )
  }, [])
  return isSomebody
}

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
  const isConnected = useConnection().status === 'connected'
  const [me, setMe] = useState(known)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a server that is back is asked again
  useEffect(() => {
    if (me) return
    let isHere = true
    askWho().then(
      (me) => isHere && setMe(me),
      () => {}, // it is asked again when it is back
    )
    return () => void (isHere = false)
  }, [isConnected])
  return me
}

/** Ends the session of this browser, and what it has kept. */
export async function leave(): Promise<void> {
  await account.signOut()
  beginAsNobody()
}
