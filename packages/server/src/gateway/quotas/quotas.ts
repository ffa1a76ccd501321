import type { Writable } from 'node:stream'
import { type Owner, StreambedError } from '@streambed/protocol'
import { buckets } from './buckets.ts'
import { places, type Seat } from './places.ts'

/** How much one user may ask for. Their address may ask for five times that, their organisation for twenty-five times. */
export interface Quota {
  readonly requestsPerMinute: number
  /** Requests and sockets open at once. */
  readonly connections: number
}

/** P85: keeps each user, address and organisation from taking what others need. All refusals are `too-many`, with when to come back. */
export interface Quotas {
  /** What each user may ask for; null where there is no limit. */
  readonly each: Quota | null
  /** Counts a request or a frame, by its address before it is known who asks. */
  spend(who: string | Owner): void
  /** Counts something that is open. Returns how to count it out again. */
  open(who: string | Owner): () => void
  /** Counts a connection that nobody has asked anything on yet. */
  connect(address: string): () => void
  /** Counts an upload under way. */
  upload(owner: Owner): () => void
}

/** How many times as much an address and an organisation may ask for. */
export const ADDRESS = 5
export const ORGANISATION = 25
/** Uploads of one user under way at once. */
export const UPLOADS = 4
/** When to come back where it depends on others' leaving, in milliseconds. */
const SOON_MS = 2_000

export function quotas(each: Quota): Quotas {
  const { requestsPerMinute, connections } = each
  const ofUsers = buckets(requestsPerMinute)
  const ofAddresses = buckets(requestsPerMinute * ADDRESS)
  const ofOrganisations = buckets(requestsPerMinute * ORGANISATION)
  const openNow = places()
  const connected = places()
  const uploads = places()

  return {
    each,
    spend(who) {
      if (typeof who === 'string') return refuseFor(ofAddresses.take(who))
      refuseFor(ofUsers.take(nameOf(who)))
      refuseFor(ofOrganisations.take(who.org))
    },
    open(who) {
      if (typeof who === 'string') return enter(openNow, [{ name: `from ${who}`, most: connections * ADDRESS }])
      return enter(openNow, [
        { name: nameOf(who), most: connections },
        { name: JSON.stringify([who.org]), most: connections * ORGANISATION },
      ])
    },
    connect: (address) => enter(connected, [{ name: address, most: connections * ADDRESS }]),
    upload: (owner) => enter(uploads, [{ name: nameOf(owner), most: UPLOADS }]),
  }

  function enter(room: ReturnType<typeof places>, seats: readonly Seat[]): () => void {
    const leave = room.enter(seats)
    if (!leave) throw new StreambedError('too-many', undefined, { retryAfterMs: SOON_MS })
    return leave
  }
}

/** Where there is one user, nobody takes anything from others. */
const free = () => () => {}
export const noQuotas: Quotas = { each: null, spend() {}, open: free, connect: free, upload: free }

/** Leaves when a stream is closed, which may have happened meanwhile. */
export function leaveWith(stream: Writable, leave: () => void): void {
  if (stream.closed || stream.destroyed) leave()
  else stream.once('close', leave)
}

function refuseFor(ms: number): void {
  if (ms > 0) throw new StreambedError('too-many', undefined, { retryAfterMs: ms })
}

const nameOf = ({ org, user }: Owner): string => JSON.stringify([org, user])
