import { createServer as createHttp } from 'node:http'
import { createServer as createHttp2, type ServerHttp2Session } from 'node:http2'
import { createServer, type Server, type Socket } from 'node:net'
import { type Exchange, exchange } from './exchange.ts'

export interface Listener extends AsyncDisposable {
  readonly port: number
}

/** How HTTP/2 with prior knowledge begins; no HTTP/1 request does. */
const PREFACE = 'PRI '
const SNIFF_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 15 * 60_000

/** Serves HTTP/1.1 and h2c on one port: the first bytes of a connection tell which it is. */
export async function listen(port: number, host: string, serve: (exchange: Exchange) => void): Promise<Listener> {
  const sockets = new Set<Socket>()
  const sessions = new WeakMap<ServerHttp2Session, Socket>()
  const http = createHttp((request, response) => serve(exchange(request, response, request.socket)))
  const http2 = createHttp2((request, response) => {
    const socket = sessions.get(request.stream.session as ServerHttp2Session)
    if (socket) serve(exchange(request, response, socket))
  })
  http.setTimeout(IDLE_TIMEOUT_MS)
  http2.setTimeout(IDLE_TIMEOUT_MS)
  http.keepAliveTimeout = 65_000
  http2.on('sessionError', () => {}) // the session is over; its streams have been told

  // Without noDelay each small write of an HTTP/1 answer waits some 40 ms for the client's delayed ACK.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // resets are daily bread here
    sniff(socket, (isHttp2) => {
      if (!isHttp2) {
        http.emit('connection', socket)
        return void socket.resume() // HTTP/2 reads what is waiting by itself
      }
      http2.once('session', (session) => sessions.set(session, socket)) // emitted before `emit` returns
      http2.emit('connection', socket)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(void server.off('error', reject)))
  })

  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function sniff(socket: Socket, tell: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0)
  const timer = setTimeout(() => socket.destroy(), SNIFF_TIMEOUT_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.on('data', look)

  function look(bytes: Buffer): void {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes])
    const start = seen.toString('latin1', 0, PREFACE.length)
    if (seen.length < PREFACE.length && PREFACE.startsWith(start)) return
    clearTimeout(timer)
    socket.off('data', look).pause()
    socket.unshift(seen)
    tell(start === PREFACE)
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a TCP port.')
  return address.port
}
