import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { ERRORS, MAX_REQUEST_BYTES, StreambedError } from '@streambed/protocol'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { authorize, type Principal } from '../accounts/principal.ts'
import { addressOf } from './auth/address.ts'
import type { Presence } from './auth/presence.ts'
import { checkSelf } from './auth/self.ts'
import { type Connection, parseFrame, type Talk } from './connection.ts'
import type { Door } from './door.ts'
import { intake } from './intake.ts'
import { LIMITS, type Patience } from './limits.ts'
import { checkOrigin } from './origin.ts'
import { socketOutbox } from './outbox.ts'
import { leaveWith } from './quotas/quotas.ts'
import { type OpenTalk, TALKS } from './talks.ts'
import { watchUnfinished } from './unfinished.ts'

/** How long a socket that is shown out may take to say goodbye, in milliseconds. */
const GOING_MS = 1_000
/** When to come back where others must leave first, or earlier requests be answered. In milliseconds. */
const SOON_MS = 2_000

/** All WebSockets of a server. */
export interface Sockets {
  /** Tells everyone to come back later, and closes. Resolves when all are closed, at the latest after a second. */
  close(): Promise<void>
}

/** Takes WebSockets in. Origin and identity are checked before the upgrade. */
export function openSockets(
  server: Server,
  door: Door,
  presence: Presence,
  patience: Pick<Patience, 'message'> = LIMITS,
): Sockets {
  const talks = new Map<WebSocket, Visit>()
  let arriving = 0
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false, // it costs 14 times the processor time of plain frames
    maxPayload: MAX_REQUEST_BYTES,
    clientTracking: false,
    autoPong: false, // which would not ask whether there is room
    maxFragments: LIMITS.fragments,
    maxBufferedChunks: LIMITS.chunks,
  })
  door.engine.metrics.gauge('streambed_sockets', 'WebSockets that are open.', () => talks.size)
  door.engine.metrics.gauge('streambed_socket_waiting_bytes', 'What waits for readers of WebSockets.', waitingBytes)
  server.on('upgrade', upgrade)
  const pinging = setInterval(pingAll, LIMITS.ping)
  pinging.unref()
  return { close }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {}) // whoever comes may hang up while we look who it is
    void letIn(request, socket, head).catch((error) => refuseUpgrade(socket, StreambedError.of(error)))
  }

  async function letIn(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    arriving++
    try {
      const open = TALKS[new URL(request.url ?? '/', 'http://server').pathname]
      if (!open) throw new StreambedError('not-found')
      checkOrigin(door.policy, request)
      if (door.engine.draining) throw new StreambedError('draining')
      if (talks.size + arriving > LIMITS.sockets) throw tooMany()
      const address = addressOf(request, door.auth.signIn?.trustedProxies ?? 0)
      count(address)
      const principal = await door.auth.identifySocket(request)
      checkSelf(request, principal)
      authorize(principal, 'read')
      count(principal.owner)
      if (door.engine.draining) throw new StreambedError('draining') // it may have begun meanwhile
      wss.handleUpgrade(request, socket, head, (opened) => take(opened, socket, principal, open))
    } finally {
      arriving--
    }

    function count(who: Parameters<Door['quotas']['open']>[0]): void {
      door.quotas.spend(who)
      leaveWith(socket, door.quotas.open(who))
    }
  }

  function take(socket: WebSocket, raw: Duplex, principal: Principal, open: OpenTalk): void {
    const closed = new AbortController()
    const connection: Connection = {
      ...socketOutbox(socket, raw),
      owner: principal.owner,
      signal: closed.signal,
      close({ code, message }) {
        socket.close(ERRORS[code].close, message.slice(0, 120))
        closed.abort(new Error('the connection was given up'))
      },
    }
    const talk = open(connection, door)
    const visit: Visit = { talk, unanswered: 0, isTalking: false }
    talks.set(socket, visit)
    let underWay = 0
    const takeIn = intake(socket, { ready: () => connection.ready(closed.signal), failed })
    const leave = presence.enter(principal, showOut)
    watchUnfinished(raw, patience.message, () => socket.terminate())

    socket.on('pong', () => void (visit.unanswered = 0))
    socket.on('ping', (data) => takeIn(() => socket.pong(data)))
    socket.on('error', () => socket.terminate()) // a frame against the protocol: ws has said so in its close frame
    socket.on('close', () => {
      talks.delete(socket)
      leave()
      closed.abort(new Error('the socket was closed'))
    })
    socket.on('message', (data, isBinary) => {
      visit.isTalking = true
      takeIn(() => void hear(data, isBinary))
    })

    function failed(error: unknown): void {
      if (!closed.signal.aborted) connection.close(StreambedError.of(error))
    }

    function showOut(): void {
      connection.close(new StreambedError('unauthorized'))
      setTimeout(() => socket.terminate(), GOING_MS).unref()
    }

    async function hear(data: RawData, isBinary: boolean): Promise<void> {
      if (closed.signal.aborted) return
      let frame: unknown
      underWay++
      try {
        if (isBinary) throw new StreambedError('bad-request', 'Frames are JSON text, not binary.')
        frame = parseFrame(String(data))
        if (underWay > LIMITS.underWay) throw tooMany()
        door.quotas.spend(principal.owner)
        authorize(principal, talk.reads?.(frame) ? 'read' : 'write')
        await talk.receive(frame)
      } catch (error) {
        if (closed.signal.aborted) return
        const failure = StreambedError.of(error)
        if (failure.code === 'internal') door.engine.log.error({ err: error }, 'a frame could not be handled')
        if (failure.code === 'too-slow') connection.close(failure)
        else talk.refuse(failure.body, frame)
      } finally {
        underWay--
      }
    }
  }

  function waitingBytes(): number {
    let bytes = 0
    for (const socket of talks.keys()) bytes += socket.bufferedAmount
    return bytes
  }

  function pingAll(): void {
    for (const [socket, visit] of talks) {
      if (socket.isPaused) continue // its answer would not be heard; how long it may stand still, its outbox says
      if (visit.unanswered >= (visit.isTalking ? LIMITS.latePings : 1)) socket.terminate()
      visit.unanswered++
      visit.isTalking = false
      socket.ping()
    }
  }

  async function close(): Promise<void> {
    clearInterval(pinging)
    server.off('upgrade', upgrade)
    for (const [socket, { talk }] of talks) {
      talk.farewell?.(1_000)
      socket.close(ERRORS.draining.close, 'the server is shutting down')
    }
    const deadline = performance.now() + 1_000
    while (talks.size > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
    for (const socket of talks.keys()) socket.terminate()
  }
}

/** One socket, and whether anybody is still there. */
interface Visit {
  readonly talk: Talk
  /** Pings since the last pong. */
  unanswered: number
  /** Whether it has sent something since the last ping. */
  isTalking: boolean
}

function refuseUpgrade(socket: Duplex, failure: StreambedError): void {
  const body = JSON.stringify({ error: failure.body })
  const head = `HTTP/1.1 ${failure.status} Refused\r\ncontent-type: application/json\r\nconnection: close\r\n`
  const wait = failure.retryAfterMs === undefined ? '' : `retry-after: ${Math.ceil(failure.retryAfterMs / 1000)}\r\n`
  socket.end(`${head}${wait}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

const tooMany = (): StreambedError => new StreambedError('too-many', undefined, { retryAfterMs: SOON_MS })
