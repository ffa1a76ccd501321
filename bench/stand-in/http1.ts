import { createServer, type Server, type Socket } from 'node:net'
import { closingFrames, MOMENT_MS, openingFrame, orderIn, UP_TO_FIRST, wholeAnswer } from './answer.ts'
import type { PacedStream, Pacer } from './pacer.ts'

const HEAD = `HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n\r\n`
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'
const LAST_CHUNK = Buffer.from('0\r\n\r\n')
/** A server that lets this much wait has stopped reading. */
const MAX_WAITING = 4 * 1024 * 1024

/** Bedrock over HTTP/1.1 as cheaply as JavaScript can: bytes made beforehand, written to raw sockets, a chunk per frame. */
export function http1StandIn(pacer: Pacer): Server {
  const floods = new Map<number, Buffer>()
  const chunks = chunkCache()

  return createServer({ noDelay: true }, (socket) => {
    let received = ''
    let paced: PacedStream | undefined
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('close', () => paced && pacer.remove(paced))
    socket.on('data', (text) => {
      received += text
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0)
      if (received.length < headEnd + 4 + length) return
      const order = orderIn(received.slice(headEnd + 4))
      received = ''
      if (!order) socket.write(NOT_FOUND)
      else if (order.pace === 'flood') socket.write(flood(order.tokens))
      else if (order.pace === 'first') hesitate(socket, order.tokens)
      else paced = begin(socket, order.tokens)
    })
  })

  function flood(tokens: number): Buffer {
    const made = floods.get(tokens)
    if (made) return made
    const answer = Buffer.concat([Buffer.from(HEAD), ...wholeAnswer(tokens).map(chunk), LAST_CHUNK])
    floods.set(tokens, answer)
    return answer
  }

  function hesitate(socket: Socket, tokens: number): void {
    const chunks = wholeAnswer(tokens).map(chunk)
    socket.write(Buffer.concat([Buffer.from(HEAD), ...chunks.slice(0, UP_TO_FIRST)]))
    const rest = Buffer.concat([...chunks.slice(UP_TO_FIRST), LAST_CHUNK])
    setTimeout(() => socket.write(rest), MOMENT_MS)
  }

  function begin(socket: Socket, tokens: number): PacedStream {
    const stream: PacedStream = {
      send(frame) {
        if (socket.writableLength > MAX_WAITING) socket.destroy()
        else socket.write(chunks(frame))
      },
      end: () => void socket.write(Buffer.concat([...closingFrames(tokens).map(chunk), LAST_CHUNK])),
    }
    socket.write(Buffer.concat([Buffer.from(HEAD), chunk(openingFrame())]))
    pacer.add(stream, tokens)
    return stream
  }
}

function chunk(frame: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n')])
}

/** Many streams in a row are sent the same frame. */
function chunkCache(): (frame: Buffer) => Buffer {
  let last: Buffer | undefined
  let made: Buffer
  return (frame) => {
    if (frame !== last) made = chunk((last = frame))
    return made
  }
}
