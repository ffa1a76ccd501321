import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { ERRORS, MAX_REQUEST_BYTES, StreambedError } from '@streambed/protocol'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { type Connection, parseFrame, type Talk } from './connection.ts'
import type { Door } from './door.ts'
import { LIMITS } from './limits.ts'
import { checkOrigin } from './origin.ts'
import { socketOutbox } from './outbox.ts'
import { type OpenTalk, TALKS } from './talks.ts'

/** All WebSockets of a server. */
export interface Sockets {
  /** Tells everyone to come back later, and closes. Resolves when all are closed, at the latest after a second. */
  close(): Promise<void>
}

/** Takes WebSockets in. Origin and identity are checked before the upgrade. */
export function openSockets(server: Server, door: Door): Sockets {
  const talks = new Map<WebSocket, { readonly talk: Talk; isAlive: boolean }>()
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false, // it costs 14 times the processor time of plain frames
    maxPayload: MAX_REQUEST_BYTES,
    clientTracking: false,
  })
  server.on('upgrade', upgrade)
  const pinging = setInterval(pingAll, LIMITS.ping)
  pinging.unref()
  return { close }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const open = TALKS[new URL(request.url ?? '/', 'http://server').pathname]
      if (!open) throw new StreambedError('not-found')
      checkOrigin(door.policy, request)
      if (door.engine.draining) throw new StreambedError('draining')
      if (talks.size >= LIMITS.sockets) throw new StreambedError('too-many')
      const owner = door.authenticate(request)
      wss.handleUpgrade(request, socket, head, (opened) => take(opened, socket, owner, open))
    } catch (error) {
      refuseUpgrade(socket, StreambedError.of(error))
    }
  }

  function take(socket: WebSocket, raw: Duplex, owner: Connection['owner'], open: OpenTalk): void {
    const closed = new AbortController()
    const connection: Connection = {
      ...socketOutbox(socket, raw),
      owner,
      signal: closed.signal,
      close: ({ code, message }) => socket.close(ERRORS[code].close, message.slice(0, 120)),
    }
    const talk = open(connection, door)
    const state = { talk, isAlive: true }
    talks.set(socket, state)
    let underWay = 0

    socket.on('pong', () => void (state.isAlive = true))
    socket.on('error', () => socket.terminate()) // a frame against the protocol: ws has said so in its close frame
    socket.on('close', () => {
      talks.delete(socket)
      closed.abort(new Error('the socket was closed'))
    })
    socket.on('message', (data, isBinary) => {
      state.isAlive = true
      void hear(data, isBinary)
    })

    async function hear(data: RawData, isBinary: boolean): Promise<void> {
      let frame: unknown
      underWay++
      try {
        if (isBinary) throw new StreambedError('bad-request', 'Frames are JSON text, not binary.')
        frame = parseFrame(String(data))
        if (underWay > LIMITS.underWay) throw new StreambedError('too-many')
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

  function pingAll(): void {
    for (const [socket, state] of talks) {
      if (!state.isAlive) socket.terminate()
      state.isAlive = false
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

function refuseUpgrade(socket: Duplex, failure: StreambedError): void {
  const body = JSON.stringify({ error: failure.body })
  const head = `HTTP/1.1 ${failure.status} Refused\r\ncontent-type: application/json\r\nconnection: close\r\n`
  socket.on('error', () => {}) // whoever was refused may hang up while we say so
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
