import { type ErrorBody, type LoggedEvent, StreambedError } from '@streambed/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Encoder } from '../dialects/dialect.ts'
import { troubleOf, waitOf } from '../dialects/run-end.ts'
import type { Accepted, Engine } from '../runs/engine.ts'
import { followRun } from '../runs/follow.ts'
import { goneSignal } from './door.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { LIMITS } from './limits.ts'

/** A dialect that shows words alone. */
export interface WordsDialect {
  readonly encode: Encoder
  /** A failure after the first word, which is the last that the stream says. */
  failure(error: ErrorBody): string
}

/**
 * Answers with an event stream of a run's words. Its head waits for the first of them, so that what goes wrong before
 * is thrown and becomes a plain HTTP error. Returns whether the run has ended, or waits for people; if not, the reader
 * is gone.
 */
export async function streamWords(
  engine: Engine,
  request: FastifyRequest,
  reply: FastifyReply,
  accepted: Accepted,
  { encode, failure }: WordsDialect,
): Promise<boolean> {
  request.about = accepted
  const signal = goneSignal(request, reply.raw)
  let stream: EventStream | undefined
  const open = (): EventStream => (stream ??= openEventStream(request, reply, signal))
  const slow = setTimeout(open, LIMITS.comment) // from here on the comments keep proxies awake

  try {
    for await (const events of followRun(engine, request.owner, accepted, signal)) {
      const end = events.at(-1)!
      const wait = waitOf(events)?.body
      const trouble = end.type === 'run-end' ? troubleOf(end) : wait
      if (trouble && !stream && !events.some(isWords)) throw StreambedError.from(trouble)
      const text = framesOf(events, encode) + (wait ? failure(wait) : '')
      if (text !== '') open().write(text)
      await stream?.ready(signal)
      if (end.type === 'run-end' || wait) {
        stream?.end()
        return true
      }
    }
  } catch (error) {
    if (!signal.aborted && !stream) throw error
    stream?.fail(error)
  } finally {
    clearTimeout(slow)
  }
  return false
}

function framesOf(events: readonly LoggedEvent[], encode: Encoder): string {
  let text = ''
  for (const event of events) for (const frame of encode(event)) text += frame
  return text
}

function isWords({ type }: LoggedEvent): boolean {
  return type === 'text-delta'
}
