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

/** Takes the answer out of Fastify's hands and writes its head. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack()
  const { raw } = reply
  const signal = goneSignal(request, raw)
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
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
