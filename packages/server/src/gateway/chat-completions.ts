import { type FileId, MAX_REQUEST_BYTES, type Owner, StreambedError } from '@streambed/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Agent } from '../agent/agent.ts'
import { ChatCompletion, chatChunks, chatError, chatFailure, chatWhole } from '../dialects/chat-completions.ts'
import { type ChatAsk, type ChatFile, ChatRequest, INSTRUCTIONS, readChatRequest } from '../dialects/chat-request.ts'
import { troubleOf, waitOf } from '../dialects/run-end.ts'
import type { Accepted } from '../runs/engine.ts'
import { followRun } from '../runs/follow.ts'
import { MAX_DOCUMENTS, MAX_IMAGES } from '../runs/parts.ts'
import { stop } from '../runs/stop.ts'
import { tell } from '../runs/told.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { failureOf, refuse } from './failures.ts'
import { keepFile } from './files.ts'
import { LIMITS } from './limits.ts'
import { EVENT_STREAM } from './openapi.ts'
import { leaveWith } from './quotas/quotas.ts'
import { streamWords } from './words-stream.ts'

const ModelInfo = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.literal(0),
  owned_by: z.literal('streambed'),
  name: z.string(),
  description: z.string(),
})

const tags = ['dialects']
const ANSWER = {
  200: {
    description: 'The answer: whole, or as Server-Sent Events.',
    content: { 'application/json': { schema: ChatCompletion }, ...EVENT_STREAM[200].content },
  },
}

/** OpenAI's chat completions: the agents are the models. Closing the request stops the run. */
export function chatCompletions(app: App, { engine, quotas }: Door): void {
  app.get(
    '/openai/v1/models',
    {
      schema: {
        summary: 'The agents, as models of OpenAI’s protocol.',
        tags,
        response: { 200: z.object({ object: z.literal('list'), data: z.array(ModelInfo) }) },
      },
      errorHandler,
    },
    async () => ({ object: 'list' as const, data: [...engine.agents.values()].map(infoOf) }),
  )

  app.get(
    '/openai/v1/models/:model',
    {
      schema: {
        summary: 'An agent, as a model of OpenAI’s protocol.',
        tags,
        params: z.object({ model: z.string().max(320) }),
        response: { 200: ModelInfo },
      },
      errorHandler,
    },
    async ({ params: { model } }) => {
      const agent = engine.agents.get(model.split('@')[0]!)
      if (!agent) throw new StreambedError('unknown-agent')
      return { ...infoOf(agent), id: model }
    },
  )

  app.post(
    '/openai/v1/chat/completions',
    {
      bodyLimit: LIMITS.history,
      onRequest: async ({ headers, owner }, reply) => {
        const isLarge = !(Number(headers['content-length']) <= MAX_REQUEST_BYTES)
        if (isLarge) leaveWith(reply.raw, quotas.upload(owner))
      },
      schema: {
        summary: 'An answer as OpenAI’s chat completions, whole or as a stream.',
        description: 'Say as model which agent is to answer. Errors are OpenAI’s, with the codes of docs/errors.md.',
        tags,
        body: ChatRequest,
        response: ANSWER,
      },
      errorHandler,
    },
    async (request, reply) => {
      const { owner, body } = request
      const ask = readChatRequest(body)
      const accepted = await take(owner, ask)
      reply.header('x-streambed-conversation', accepted.conversation)
      if (ask.ignored.length > 0) reply.header('x-streambed-ignored', ask.ignored.join(', '))
      const isOver = await (body.stream ? stream(request, reply, accepted) : whole(request, reply, accepted))
      if (!isOver) await stop(engine, owner, accepted.run)
      return reply
    },
  )

  async function take(owner: Owner, { turns, instructions, ...ask }: ChatAsk): Promise<Accepted> {
    const { content, files } = turns.at(-1)!
    if (files.length > MAX_IMAGES + MAX_DOCUMENTS) throw new StreambedError('bad-file', 'There are too many of them.')
    const kept = await Promise.all(files.map((file) => keep(owner, file)))
    return tell(engine, owner, {
      ...ask,
      turns: turns.map(({ files, ...turn }) => ({ ...turn, beside: files.map(({ base64 }) => base64) })),
      parts: [{ type: 'text', text: content }, ...kept.map((file) => ({ type: 'file' as const, file }))],
      instructions: instructions === undefined ? undefined : { text: instructions, opening: INSTRUCTIONS },
    })
  }

  function keep(owner: Owner, { mediaType, name, base64 }: ChatFile): Promise<FileId> {
    return keepFile(engine, owner, { mediaType, name, bytes: Buffer.from(base64, 'base64') })
  }

  async function stream(
    request: FastifyRequest<{ Body: ChatRequest }>,
    reply: FastifyReply,
    accepted: Accepted,
  ): Promise<boolean> {
    const { model, stream_options } = request.body
    const encode = chatChunks({ run: accepted.run, model, includeUsage: stream_options?.include_usage ?? false })
    return streamWords(engine, request, reply, accepted, { encode, failure: chatFailure })
  }

  /** Answers when the run is over. Returns whether it is; if not, the reader is gone. */
  async function whole(
    request: FastifyRequest<{ Body: ChatRequest }>,
    reply: FastifyReply,
    accepted: Accepted,
  ): Promise<boolean> {
    request.about = accepted
    const signal = goneSignal(request, reply.raw)
    const take = chatWhole(request.body.model)
    try {
      for await (const events of followRun(engine, request.owner, accepted, signal)) {
        const end = events.at(-1)!
        const trouble = end.type === 'run-end' ? troubleOf(end) : waitOf(events)?.body
        if (trouble) throw StreambedError.from(trouble)
        for (const event of events) {
          const answer = take(event)
          if (answer) reply.send(answer)
          if (answer) return true
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return false
  }

  function errorHandler(error: FastifyError, _: FastifyRequest, reply: FastifyReply): FastifyReply {
    const failure = failureOf(error)
    if (failure.code === 'internal') engine.log.error({ err: error }, 'a request failed')
    const helpsSoon = failure.retry && (failure.retryAfterMs ?? 0) <= SOON_MS
    reply.header('x-should-retry', String(helpsSoon)) // OpenAI's clients try again by themselves
    return refuse(reply, failure, chatError)
  }
}

/** The longest that a client should wait before it tries again by itself, in milliseconds. */
const SOON_MS = 60_000

function infoOf({ name, title, description }: Agent): z.infer<typeof ModelInfo> {
  return { id: name, object: 'model', created: 0, owned_by: 'streambed', name: title, description }
}
