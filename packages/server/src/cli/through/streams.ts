import type { IncomingMessage } from 'node:http'
import { LIMITS } from '../../gateway/limits.ts'
import { type Finding, ok, type Place, warning, wrong } from './finding.ts'
import { setting } from './proxy.ts'
import { ask, open, ownError } from './site.ts'

const TICKS = 10
const COMMENTS = `; the server says something every ${LIMITS.comment / 1_000} s.`
const EVERY_MS = 100
/** What people begin to see. */
const LATE_MS = 250
/** What is waited for in addition before a wait counts as failed. */
const SPARE_MS = 10_000
/** How long the client's own long-polls wait, in seconds. */
const POLL_SECONDS = 25

/** Whether what the server writes arrives when it writes it: words one by one, and not an answer at a time. */
export async function* checkArrival(place: Place): AsyncGenerator<Finding> {
  const { proxy } = place
  const stream = await open(place, `/v1/echo/stream?ticks=${TICKS}&every=${EVERY_MS}`, { headers: EVENTS })
  const encoding = stream.headers['content-encoding']
  if (encoding && encoding !== 'identity') {
    stream.destroy()
    return yield wrong(`Streams are compressed (${encoding}), which holds words back. ${setting('compression', proxy)}`)
  }
  const ticks = await ticksOf(stream)
  if (ticks.length < TICKS)
    return yield wrong(`A stream of a second was cut after ${ticks.length} of ${TICKS} messages.`)
  const spread = (times: readonly number[]) => Math.round(times.at(-1)! - times[0]!)
  const written = spread(ticks.map((tick) => tick.written))
  const arrived = spread(ticks.map((tick) => tick.arrived))
  const delays = ticks.map((tick) => tick.arrived - tick.written)
  const late = Math.round(Math.max(...delays) - Math.min(...delays))
  if (arrived < written / 2)
    yield wrong(
      `Streams are held back: what was written over ${written} ms arrived within ${arrived} ms. ${setting('buffering', proxy)}`,
    )
  else if (late > LATE_MS)
    yield warning(`Streams arrive unevenly, up to ${late} ms late: a slow network, or something that gathers.`)
  else yield ok(`Streams arrive as they are written, at most ${late} ms late.`)
}

/** Whether a stream lives on while there is nothing to say. */
export async function* silentStream(place: Place): AsyncGenerator<Finding> {
  const begun = performance.now()
  const path = `/v1/echo/stream?ticks=1&silence=${place.idleMs / 1_000}`
  const stream = await open(place, path, { headers: EVENTS, patienceMs: place.idleMs + SPARE_MS })
  let text = ''
  for await (const piece of piecesOf(stream)) text += piece
  const seconds = Math.round((performance.now() - begun) / 1_000)
  if (text.endsWith('event: end\ndata: {}\n\n')) yield ok(`A silent stream lives for ${seconds} s.`)
  else yield wrong(`A silent stream is cut after ${seconds} s${COMMENTS} ${setting('idle', place.proxy)}`)
}

/** Whether an answer that takes its time gets through. */
export async function* longPoll(place: Place): AsyncGenerator<Finding> {
  const seconds = Math.min(POLL_SECONDS, place.idleMs / 1_000)
  const answer = await ask(place, `/v1/echo?wait=${seconds}`, { patienceMs: seconds * 1_000 + SPARE_MS })
  const by = ownError(answer) ?? 'by the proxy'
  if (answer.status === 200) yield ok(`A long-poll of ${seconds} s is answered.`)
  else
    yield wrong(`A long-poll of ${seconds} s is answered with ${answer.status} ${by}. ${setting('idle', place.proxy)}`)
}

/** As browsers ask. */
const EVENTS = { accept: 'text/event-stream', 'accept-encoding': 'gzip, deflate, br' }

interface Tick {
  /** In milliseconds, by the server's clock and by ours. */
  readonly written: number
  readonly arrived: number
}

/** The times that the server has written, each with when it came. */
async function ticksOf(stream: IncomingMessage): Promise<readonly Tick[]> {
  const ticks: Tick[] = []
  let text = ''
  for await (const piece of piecesOf(stream)) {
    const arrived = performance.now()
    text += piece
    const times = [...text.matchAll(/^event: tick\ndata: ([\d.]+)\n\n/gm)].slice(ticks.length)
    for (const [, written] of times) ticks.push({ written: Number(written), arrived })
  }
  return ticks
}

/** What arrives until the end, or until somebody cuts it: what has come by then tells which. */
async function* piecesOf(stream: IncomingMessage): AsyncGenerator<string> {
  try {
    yield* stream.setEncoding('utf8') as AsyncIterable<string>
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
  }
}
