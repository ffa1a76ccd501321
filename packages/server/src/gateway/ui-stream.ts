import {
  type ApprovalId,
  type ConversationId,
  newRequestId,
  type Owner,
  type RunId,
  StreambedError,
  visiblePath,
} from '@streambed/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { openQuestions } from '../dialects/open-questions.ts'
import { readUiRequest, UI_DONE, type UiAsk, UiRequest, uiMessages } from '../dialects/ui-messages.ts'
import { aliasId, findConversation } from '../runs/alias.ts'
import { approve } from '../runs/approve.ts'
import type { Accepted } from '../runs/engine.ts'
import { followRun } from '../runs/follow.ts'
import { importConversation } from '../runs/import.ts'
import { openConversation } from '../runs/open.ts'
import { retry, send } from '../runs/start.ts'
import { stateAt } from '../runs/state.ts'
import { stop } from '../runs/stop.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { openEventStream } from './event-stream.ts'
import { type Asked, askedRun, requestIdOf } from './named-run.ts'
import { EVENT_STREAM, NOTHING } from './openapi.ts'

const ById = z.object({ id: z.string().min(1).max(128) })
const tags = ['dialects']

/** A run, and the place after which its reader wants to hear of it. */
interface Reading {
  readonly asked: Asked
  readonly after: number
}

/** `useChat` of the AI SDK. Hanging up stops nothing: a client takes up the stream again, or stops the run by name. */
export function uiStream(app: App, { engine }: Door): void {
  app.post(
    '/api/ai-sdk/chat',
    {
      schema: { summary: "Answers as the AI SDK's UI message stream.", tags, body: UiRequest, response: EVENT_STREAM },
    },
    async (request, reply) => show(request, reply, await take(request.owner, request.body)),
  )

  app.get(
    '/api/ai-sdk/chat/:id/stream',
    {
      schema: {
        summary: 'The answer that is under way, from its start; 204 where none is.',
        tags,
        params: ById,
        response: { ...EVENT_STREAM, ...NOTHING },
      },
    },
    async (request, reply) => {
      const open = await underWay(request.owner, request.params.id)
      return open ? show(request, reply, { asked: open, after: 0 }) : reply.code(204).send()
    },
  )

  app.post(
    '/api/ai-sdk/chat/:id/stop',
    { schema: { summary: 'Stops the answer that is under way.', tags, params: ById, response: NOTHING } },
    async ({ owner, params }, reply) => {
      const open = await underWay(owner, params.id)
      if (open) await stop(engine, owner, open.run)
      return reply.code(204).send()
    },
  )

  async function take(owner: Owner, request: UiRequest): Promise<Reading> {
    const ask = readUiRequest(request)
    if (ask.kind === 'say') return whole(await say(owner, request, ask))
    const conversation = await findConversation(engine, owner, request.id)
    if (!conversation) throw new StreambedError('not-found')
    switch (ask.kind) {
      case 'edit':
        return whole(await edit(owner, conversation, request, ask))
      case 'again':
        return whole(await again(owner, conversation, ask.answer))
      case 'approve':
        return allow(owner, conversation, ask)
    }
  }

  async function say(owner: Owner, request: UiRequest, ask: Extract<UiAsk, { kind: 'say' }>): Promise<Accepted> {
    const { id, agent, model, timezone } = request
    const conversation = await findConversation(engine, owner, id)
    if (!conversation && ask.text.trim() !== '' && ask.earlier.length > 0) {
      await importConversation(engine, owner, aliasId(owner, id), agent ?? engine.defaultAgent, id, ask.earlier)
    }
    const requestId = ask.message === '' ? newRequestId() : requestIdOf('ai-sdk', id, ask.message)
    const place = conversation ? { conversation } : { alias: id }
    return send(engine, owner, { requestId, text: ask.text, agent, model, timezone, ...place })
  }

  /** Of what both have, the client counts the user's messages alone. */
  async function edit(
    owner: Owner,
    conversation: ConversationId,
    { agent, model, timezone }: UiRequest,
    { text, place }: Extract<UiAsk, { kind: 'edit' }>,
  ): Promise<Accepted> {
    const before = visiblePath(await openConversation(engine.store, owner, conversation))[place]?.message.id
    const replaces = before && { replaces: before }
    return send(engine, owner, { requestId: newRequestId(), conversation, text, agent, model, timezone, ...replaces })
  }

  async function again(owner: Owner, conversation: ConversationId, answer: string | undefined): Promise<Accepted> {
    const { messages } = await openConversation(engine.store, owner, conversation)
    const answers = messages.filter(({ role }) => role === 'assistant')
    const run = answers.find(({ id }) => id === answer) ?? answers.at(-1)
    if (!run) throw new StreambedError('not-found')
    return retry(engine, owner, run.id as RunId) // an answer's id is its run's
  }

  async function allow(
    owner: Owner,
    conversation: ConversationId,
    { answer, approvals }: Extract<UiAsk, { kind: 'approve' }>,
  ): Promise<Reading> {
    const after = (await engine.store.find(owner, conversation))!.seq
    const asked = await askedRun(engine, owner, conversation, answer as RunId)
    for (const { id, approved } of approvals) {
      await approve(engine, owner, asked.run, id as ApprovalId, { approved })
    }
    return { asked, after }
  }

  /** Writes a run's chunks, until it has ended or waits for people. */
  async function show(request: FastifyRequest, reply: FastifyReply, { asked, after }: Reading): Promise<void> {
    const { owner } = request
    const { conversation, run } = asked
    request.about = { conversation, run }
    const signal = goneSignal(request, reply.raw)
    const { value } = await stateAt(engine.store, owner, conversation, asked.position.seq)
    const encode = uiMessages({ state: value })
    const stream = openEventStream(request, reply.header('x-vercel-ai-ui-message-stream', 'v1'), signal)
    const questions = openQuestions()
    if (after > 0) stream.write(`data: ${JSON.stringify({ type: 'start', messageId: run })}\n\n`)

    try {
      for await (const events of followRun(engine, owner, asked, signal)) {
        let text = ''
        let isOver = false
        for (const event of events) {
          const frames = encode(event).join('')
          if (event.seq > after) text += frames
          const asks = questions.take(event)
          isOver = event.seq > after && (event.type === 'run-end' || asks)
          if (isOver) break
        }
        if (text !== '') stream.write(isOver ? text + UI_DONE : text)
        await stream.ready(signal)
        if (isOver) return stream.end()
      }
    } catch (error) {
      stream.fail(error)
    }
  }

  async function underWay(owner: Owner, id: string): Promise<Asked | undefined> {
    const conversation = await findConversation(engine, owner, id)
    const [open] = conversation ? await engine.store.openRuns(conversation) : []
    return open && askedRun(engine, owner, open.conversation, open.run)
  }
}

function whole(asked: Accepted): Reading {
  return { asked, after: 0 }
}
