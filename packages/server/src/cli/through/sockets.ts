import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { LIMITS } from '../../gateway/limits.ts'
import { type Finding, ok, type Place, wrong } from './finding.ts'
import { setting } from './proxy.ts'
import { ask, jsonOf, ownError } from './site.ts'

const PATIENCE_MS = 10_000
const PINGS = `; the server pings every ${LIMITS.ping / 1_000} s.`

/** Whether a page of the server's own gets a WebSocket, and an answer on it. */
export async function* checkSocket(place: Place): AsyncGenerator<Finding> {
  const socket = await dial(place)
  if (!(socket instanceof WebSocket)) return yield refusal(place, socket)
  try {
    yield (await answers(socket))
      ? ok(`WebSockets get through${place.echo.cookie === null ? '' : ', by ticket'}.`)
      : wrong('A WebSocket opens, but nothing comes through it.')
  } finally {
    socket.terminate()
  }
}

/** Whether a socket lives on while there is nothing to say. */
export async function* silentSocket(place: Place): AsyncGenerator<Finding> {
  const socket = await dial(place)
  if (!(socket instanceof WebSocket)) return // told already
  const begun = performance.now()
  try {
    const cut = new AbortController()
    socket.once('close', () => cut.abort())
    await setTimeout(place.idleMs, undefined, { signal: cut.signal }).catch(() => {}) // cut: seen below
    const seconds = Math.round((performance.now() - begun) / 1_000)
    if (socket.readyState === WebSocket.OPEN && (await answers(socket)))
      yield ok(`A silent socket lives for ${seconds} s.`)
    else yield wrong(`A silent socket is cut after ${seconds} s${PINGS} ${setting('idle', place.proxy)}`)
  } finally {
    socket.terminate()
  }
}

interface Refusal {
  readonly status: number
  readonly code: string | undefined
}

/** As a page does that has a ticket for it. */
async function dial(place: Place): Promise<WebSocket | Refusal> {
  const { url, echo } = place
  const path = echo.cookie === null ? '/ws' : `/ws?ticket=${await ticketFor(place)}`
  const socket = new WebSocket(new URL(path, url.origin.replace(/^http/, 'ws')), {
    headers: { origin: url.origin },
    handshakeTimeout: PATIENCE_MS,
    perMessageDeflate: false,
  })
  socket.on('error', () => {}) // a close follows
  const refused = Promise.withResolvers<Refusal>()
  socket.once('unexpected-response', async (_, response: IncomingMessage) => {
    const { statusCode = 0, headers } = response
    refused.resolve({ status: statusCode, code: ownError({ headers, text: await text(response) }) })
    socket.terminate()
  })
  return Promise.race([once(socket, 'open').then(() => socket), refused.promise])
}

async function ticketFor(place: Place): Promise<string> {
  const answer = await ask(place, '/v1/tickets', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ origin: place.url.origin })),
  })
  const { ticket } = (jsonOf(answer.text) ?? {}) as { readonly ticket?: unknown }
  return typeof ticket === 'string' ? ticket : ''
}

function refusal({ url, proxy }: Place, { status, code }: Refusal): Finding {
  if (code === 'origin-refused')
    return wrong(`WebSockets of its own pages are refused. Set STREAMBED_PUBLIC_URL to ${url.origin}.`)
  const what = code === undefined ? `${status} by the proxy` : `${status} ${code}`
  return wrong(`WebSockets do not get through: the upgrade is answered with ${what}. ${setting('upgrade', proxy)}`)
}

/** Whether a ping of the protocol's own is answered. */
async function answers(socket: WebSocket): Promise<boolean> {
  socket.send('{"type":"ping"}')
  try {
    const [frame] = await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return String(frame) === '{"type":"pong"}'
  } catch {
    return false // cut, or silent for too long
  }
}
