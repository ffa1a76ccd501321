import { type Owner, StreambedError } from '@streambed/protocol'
import type { Engine } from './engine.ts'

/** An organisation may have so many times as many runs answered at once as one user. */
export const ROOM_OF_ORGANISATION = 25
/** How many of a user's runs may wait for people. */
export const MAX_PARKED = 100
/** When to come back, in milliseconds: answers take seconds. */
const SOON_MS = 5_000

type Room = Pick<Engine, 'active' | 'beginning' | 'settings'>

/**
 * Holds a place for a run that somebody asks for, until it counts as an active one. Those that wait behind another in their
 * conversation have none of their own.
 *
 * @throws StreambedError `too-many` when the user, or the organisation, has as many as it may have, or when too many of the user's wait
 *   for people.
 */
export async function askForPlace(engine: Room & Pick<Engine, 'store'>, owner: Owner): Promise<Disposable> {
  const isLimited = engine.settings.runsAtOnce !== undefined
  if (isLimited && (await engine.store.parkedRuns(owner)) >= MAX_PARKED)
    throw new StreambedError('too-many', `${MAX_PARKED} answers wait for you. Allow one of them, or stop it.`)
  const place = holdPlace(engine, owner)
  if (!place) throw new StreambedError('too-many', 'Let an answer end first.', { retryAfterMs: SOON_MS })
  return place
}

/** Holds a place for a run that is about to begin, until it counts as an active one. Undefined where there is none. */
export function holdPlace(engine: Room, owner: Owner): Disposable | undefined {
  if (!hasPlace(engine, owner)) return undefined
  const place = { ...owner }
  engine.beginning.add(place)
  return { [Symbol.dispose]: () => void engine.beginning.delete(place) }
}

/** Whether one more run of this user's may be answered now. */
export function hasPlace({ active, beginning, settings: { runsAtOnce } }: Room, owner: Owner): boolean {
  if (runsAtOnce === undefined) return true
  let ofUser = 0
  let ofOrganisation = 0
  for (const other of [...beginning, ...Array.from(active.values(), (run) => run.owner)]) {
    if (other.org !== owner.org) continue
    ofOrganisation++
    if (other.user === owner.user) ofUser++
  }
  return ofUser < runsAtOnce && ofOrganisation < runsAtOnce * ROOM_OF_ORGANISATION
}
