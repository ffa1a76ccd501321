import { type Owner, StreambedError } from '@streambed/protocol'
import type { Engine } from './engine.ts'

/** An organisation may have so many times as many runs answered at once as one user. */
export const ROOM_OF_ORGANISATION = 25
/** When to come back, in milliseconds: answers take seconds. */
const SOON_MS = 5_000

/**
 * Holds a place for the run that is about to begin, until it counts as an active one. Those that wait behind another in their
 * conversation have none of their own.
 *
 * @throws StreambedError `too-many` when the user, or the organisation, has as many as it may have.
 */
export function holdPlace(engine: Pick<Engine, 'active' | 'beginning' | 'settings'>, owner: Owner): Disposable {
  const { runsAtOnce } = engine.settings
  if (runsAtOnce === undefined) return { [Symbol.dispose]() {} }
  let ofUser = 0
  let ofOrganisation = 0
  for (const other of [...engine.beginning, ...Array.from(engine.active.values(), (run) => run.owner)]) {
    if (other.org !== owner.org) continue
    ofOrganisation++
    if (other.user === owner.user) ofUser++
  }
  if (ofUser >= runsAtOnce || ofOrganisation >= runsAtOnce * ROOM_OF_ORGANISATION)
    throw new StreambedError('too-many', 'Let an answer end first.', { retryAfterMs: SOON_MS })
  const place = { ...owner }
  engine.beginning.add(place)
  return { [Symbol.dispose]: () => void engine.beginning.delete(place) }
}
