import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import { pipeline } from 'node:stream/promises'
import { closingFrames, MOMENT_MS, openingFrame, orderIn, UP_TO_FIRST, wholeAnswer } from './answer.ts'
import type { PacedStream, Pacer } from './pacer.ts'

/** The same over HTTP/2 without TLS, for clients that choose it by themselves. */
export function http2StandIn(pacer: Pacer): Http2Server {
  const floods = new Map<number, readonly Buffer[]>()
  const server = createServer()

  server.on('sessionError', () => {})
  server.on('stream', (stream) => {
    let body = ''
    stream.setEncoding('latin1')
    stream.on('error', () => {})
    stream.on('data', (text) => (body += text))
    stream.once('end', () => {
      const order = orderIn(body)
      stream.respond({ ':status': order ? 200 : 404, 'content-type': 'application/vnd.amazon.eventstream' })
      if (!order) stream.end()
      else if (order.pace === 'flood') void pipeline(flood(order.tokens), stream).catch(() => {})
      else if (order.pace === 'first') hesitate(stream, order.tokens)
      else begin(stream, order.tokens)
    })
  })
  return server

  function flood(tokens: number): readonly Buffer[] {
    const made = floods.get(tokens) ?? wholeAnswer(tokens)
    floods.set(tokens, made)
    return made
  }

  function hesitate(stream: ServerHttp2Stream, tokens: number): void {
    const frames = wholeAnswer(tokens)
    stream.write(Buffer.concat(frames.slice(0, UP_TO_FIRST)))
    const rest = Buffer.concat(frames.slice(UP_TO_FIRST))
    setTimeout(() => stream.end(rest), MOMENT_MS)
  }

  function begin(stream: ServerHttp2Stream, tokens: number): void {
    const paced: PacedStream = {
      send: (frame) => void stream.write(frame),
      end: () => void stream.end(Buffer.concat(closingFrames(tokens))),
    }
    stream.write(openingFrame())
    stream.once('close', () => pacer.remove(paced))
    pacer.add(paced, tokens)
  }
}
