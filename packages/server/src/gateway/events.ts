import { ConversationId } from '@streambed/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { checkPosition, follow } from '../runs/follow.ts'
import type { Entry } from '../store/store.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { openEventStream } from './event-stream.ts'
import { LIMITS } from './limits.ts'
import { pour } from './outbox.ts'

const Query = z.object({
  after: z.coerce.number().int().min(0).default(0).describe('The number of the last event read.'),
  epoch: z.string().optional().describe('The log in which that number was read.'),
  wait: z.coerce.number().min(0).default(0).describe('Seconds to wait for an event when there is none; at most 60.'),
})

/** A conversation's events, three ways: a page, a page that is waited for, a live stream (P20 to P23). */
export function events(app: App, { engine }: Door): void {
  app.get(
    '/v1/conversations/:id/events',
    {
      schema: {
        summary: 'The events after a place: a page of JSON, or a live stream for `Accept: text/event-stream`.',
        tags: ['conversations'],
        params: z.object({ id: ConversationId }),
        querystring: Query,
      },
    },
    async (request, reply) => {
      const isStream = request.headers.accept?.includes('text/event-stream') ?? false
      const { id } = request.params
      const seq = (isStream ? lastEventId(request) : undefined) ?? request.query.after
      const { after } = await checkPosition(engine, request.owner, id, { epoch: request.query.epoch, seq })
      if (isStream) return stream(request, reply, id, after)
      return page(request, reply, id, after, Math.min(request.query.wait * 1_000, LIMITS.longPoll))
    },
  )

  async function page(
    request: FastifyRequest,
    reply: FastifyReply,
    id: ConversationId,
    after: number,
    waitMs: number,
  ): Promise<FastifyReply> {
    const entries = await firstPage(request, reply, id, after, waitMs)
    const seq = entries.at(-1)?.seq ?? after
    const end = (await engine.store.find(request.owner, id))?.seq ?? seq
    const position = JSON.stringify({ epoch: engine.store.epoch, seq })
    const body = `{"events":[${entries.map((entry) => entry.json).join(',')}],"position":${position},"more":${end > seq}}`
    return reply.type('application/json; charset=utf-8').send(body)
  }

  async function firstPage(
    request: FastifyRequest,
    reply: FastifyReply,
    id: ConversationId,
    after: number,
    waitMs: number,
  ): Promise<readonly Entry[]> {
    const entries = await engine.store.read(id, after)
    if (entries.length > 0 || waitMs === 0) return entries
    const signal = AbortSignal.any([goneSignal(request, reply.raw), AbortSignal.timeout(waitMs)])
    try {
      for await (const entries of follow(engine, request.owner, id, after, signal)) return entries
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return []
  }

  async function stream(
    request: FastifyRequest,
    reply: FastifyReply,
    id: ConversationId,
    after: number,
  ): Promise<void> {
    const stream = openEventStream(request, reply)
    try {
      const pages = follow(engine, request.owner, id, after, stream.signal)
      await pour(pages, stream, stream.signal, (entries) => entries.map(message))
    } catch (error) {
      stream.fail(error)
    }
  }
}

function message({ seq, json }: Entry): string {
  return `id: ${seq}\nevent: ${typeOf(json)}\ndata: ${json}\n\n`
}

/** The type as the JSON has it, without parsing all of it: `seq` and `at` stand before it, and hold no quotes of their own. */
function typeOf(json: string): string {
  const from = json.indexOf('"type":"') + 8
  return json.slice(from, json.indexOf('"', from))
}

function lastEventId({ headers }: FastifyRequest): number | undefined {
  const id = headers['last-event-id']
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined
}
