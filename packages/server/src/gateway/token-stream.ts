import {
  type ConversationId,
  ERRORS,
  type ErrorBody,
  type LoggedEvent,
  newRequestId,
  StreambedError,
} from '@streambed/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Encoder } from '../dialects/dialect.ts'
import { troubleOf, waitOf } from '../dialects/run-end.ts'
import { TokenRequest, tokenError, tokenFailure, tokenSse } from '../dialects/token-sse.ts'
import type { Accepted } from '../runs/engine.ts'
import { followRun } from '../runs/follow.ts'
import { send } from '../runs/start.ts'
import { stop } from '../runs/stop.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { failureOf, refuse } from './failures.ts'
import { LIMITS } from './limits.ts'
import { EVENT_STREAM } from './openapi.ts'

/** `POST /api/chat`: a prompt in, its answer out as a stream of tokens. Closing the request stops the run, unless it is detached. */
export function tokenStream(app: App, { engine }: Door): void {
  app.post(
    '/api/chat',
    {
      schema: {
        summary: 'Answers a prompt as a stream of tokens.',
        tags: ['dialects'],
        body: TokenRequest,
        response: EVENT_STREAM,
      },
      errorHandler: (error, _, reply) => refuse(reply, failureOf(error), tokenError),
    },
    async (request, reply) => {
      const { prompt, conversationId, agent, detached } = request.body
      const accepted = await send(engine, request.owner, {
        requestId: newRequestId(),
        text: prompt,
        conversation: (conversationId ?? undefined) as ConversationId | undefined, // any string may be asked for; only ids are found
        agent: agent ?? undefined,
      })
      const encode = tokenSse({ session: accepted.conversation, id: accepted.message })
      const ended = await answer(request, reply, accepted, encode)
      if (!ended && !detached) await stop(engine, request.owner, accepted.run)
    },
  )

  /** Writes the run's frames. Returns whether the run has ended, or waits for people; if not, the reader is gone. */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    accepted: Accepted,
    encode: Encoder,
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
        if (trouble && !stream && !events.some(isWords)) {
          refuseBeforeTheFirst(reply, trouble)
          return true
        }
        const text = framesOf(events, encode) + (wait ? tokenFailure(wait) : '')
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
}

function framesOf(events: readonly LoggedEvent[], encode: Encoder): string {
  let text = ''
  for (const event of events) for (const frame of encode(event)) text += frame
  return text
}

function isWords({ type }: LoggedEvent): boolean {
  return type === 'text-delta'
}

/** Nothing has been written yet: a failure is a plain HTTP error. */
function refuseBeforeTheFirst(reply: FastifyReply, trouble: ErrorBody): void {
  const code = trouble.code in ERRORS ? (trouble.code as keyof typeof ERRORS) : 'internal'
  const status = new StreambedError(code).status
  if (trouble.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(trouble.retryAfterMs / 1000))
  reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify(tokenError(trouble)))
}
