import { type Check, type Finding, type Place, wrong } from './finding.ts'
import { checkIdentity, reach } from './reach.ts'
import { checkOrigins, checkPassage, checkSafety, checkUploads } from './requests.ts'
import { reasonOf, type Site } from './site.ts'
import { checkSocket, silentSocket } from './sockets.ts'
import { checkArrival, longPoll, silentStream } from './streams.ts'

/**
 * Looks at a running server through whatever stands before it, and yields what it finds, one thing after the other. Asks
 * no model and leaves nothing behind. Ends early where the rest could only say the same again.
 */
export async function* lookThrough(site: Site): AsyncGenerator<Finding> {
  const proxy = yield* reach(site)
  const echo = proxy && (yield* checkIdentity(site))
  if (!echo) return
  const place = { ...site, proxy, echo }
  for (const [name, check] of CHECKS) yield* findings(name, check, place)
  if (site.idleMs === 0) return
  const silences = SILENCES.map(([name, check]) => Array.fromAsync(findings(name, check, place))) // all at the same time
  for (const silence of silences) yield* await silence
}

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['TLS', checkSafety],
  ['Requests', checkPassage],
  ['Origins', checkOrigins],
  ['Uploads', checkUploads],
  ['Streams', checkArrival],
  ['WebSockets', checkSocket],
]
const SILENCES: typeof CHECKS = [
  ['A silent socket', silentSocket],
  ['A silent stream', silentStream],
  ['A long-poll', longPoll],
]

async function* findings(name: string, check: Check, place: Place): AsyncGenerator<Finding> {
  try {
    yield* check(place)
  } catch (error) {
    yield wrong(`${name}: there is no answer, because ${reasonOf(error)}.`)
  }
}
