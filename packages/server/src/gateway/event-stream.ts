import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from './door.ts'
import { LIMITS } from './limits.ts'
import { type Outbox, responseOutbox } from './outbox.ts'

/** An answer of type `text/event-stream`, as long as somebody reads it. */
export interface EventStream extends Outbox {
  /** Aborts when the reader is gone. */
  readonly signal: AbortSignal
  end(): void
  /** Gives up in the middle. The reader sees a broken connection, and reads on elsewhere. */
  fail(error: unknown): void
}

/** Takes the answer out of Fastify's hands and writes its head. `signal` aborts when the reader is gone. */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  signal = goneSignal(request, reply.raw),
): EventStream {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders), // Fastify's type has headers of HTTP/2 as well
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  raw.flushHeaders()
  const comments = setInterval(() => raw.writableNeedDrain || raw.write(':\n\n'), LIMITS.comment)
  raw.once('close', () => clearInterval(comments))

  return {
    ...responseOutbox(raw),
    signal,
    end: () => void raw.end(),
    fail(error) {
      if (!signal.aborted) request.log.info({ err: error }, 'an event stream was given up')
      raw.destroy()
    },
  }
}
