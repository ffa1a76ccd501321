import { type ApprovalId, type Conversation, type Owner, StreambedError } from '@streambed/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type AgUiAnswer, type AgUiAsk, AgUiRequest, agUi, readAgUiRequest } from '../dialects/ag-ui.ts'
import { openQuestions } from '../dialects/open-questions.ts'
import { aliasId, findConversation } from '../runs/alias.ts'
import { approve } from '../runs/approve.ts'
import { followRun } from '../runs/follow.ts'
import { importConversation } from '../runs/import.ts'
import { openConversation } from '../runs/open.ts'
import { send } from '../runs/start.ts'
import { stateAt } from '../runs/state.ts'
import { stop } from '../runs/stop.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { openEventStream } from './event-stream.ts'
import { type Asked, askedRun, requestIdOf } from './named-run.ts'
import { EVENT_STREAM } from './openapi.ts'

const schema = { tags: ['dialects'], body: AgUiRequest, response: EVENT_STREAM }

/** AG-UI 1.0. Hanging up stops the run, which is how its clients stop one, unless it is detached; the same run asked for again is told anew. */
export function agUiStream(app: App, { engine }: Door): void {
  app.post('/api/ag-ui', { schema: { ...schema, summary: 'A run of the default agent, as AG-UI events.' } }, run)
  app.post(
    '/api/ag-ui/:agent',
    { schema: { ...schema, summary: 'A run of an agent, as AG-UI events.', params: z.object({ agent: z.string() }) } },
    run,
  )

  async function run(
    request: FastifyRequest<{ Body: AgUiRequest; Params: { agent?: string } }>,
    reply: FastifyReply,
  ): Promise<void> {
    const { owner, body, params } = request
    const ask = readAgUiRequest(body)
    const asked = await (ask.kind === 'say' ? say(owner, body, ask, params.agent) : resume(owner, body, ask.answers))
    const answered = ask.kind === 'resume' ? ask.answers.map(({ id }) => id) : []
    const isOver = await show(request, reply, asked, new Set(answered))
    if (!isOver && !body.forwardedProps?.detached) await stop(engine, owner, asked.run)
  }

  async function say(
    owner: Owner,
    { threadId, runId, forwardedProps: { model, timezone } = {} }: AgUiRequest,
    { text, earlier }: Extract<AgUiAsk, { kind: 'say' }>,
    agent: string | undefined,
  ): Promise<Asked> {
    const conversation = await findConversation(engine, owner, threadId)
    if (!conversation && text.trim() !== '' && earlier.length > 0) {
      await importConversation(engine, owner, aliasId(owner, threadId), agent ?? engine.defaultAgent, threadId, earlier)
    }
    const requestId = requestIdOf('ag-ui', threadId, runId)
    const place = conversation ? { conversation } : { alias: threadId }
    return send(engine, owner, { requestId, text, agent, model, timezone, ...place })
  }

  async function resume(owner: Owner, { threadId }: AgUiRequest, answers: readonly AgUiAnswer[]): Promise<Asked> {
    const id = await findConversation(engine, owner, threadId)
    if (!id) throw new StreambedError('not-found')
    const conversation = await openConversation(engine.store, owner, id)
    const { run, open } = questioner(conversation, answers)
    if (open.some((approval) => !answers.some(({ id }) => id === approval))) {
      throw new StreambedError('bad-request', `The run waits for an answer to each of ${open.join(', ')}.`)
    }
    const asked = await askedRun(engine, owner, id, run)
    for (const { id: approval, ...answer } of answers) await approve(engine, owner, run, approval as ApprovalId, answer)
    return asked
  }

  /** Writes a run's events, until it has ended or asks people; of one that was resumed, those after the question was `answered`. */
  async function show(
    request: FastifyRequest<{ Body: AgUiRequest }>,
    reply: FastifyReply,
    asked: Asked,
    answered: ReadonlySet<string>,
  ): Promise<boolean> {
    const { owner, body } = request
    request.about = { conversation: asked.conversation, run: asked.run }
    const signal = goneSignal(request, reply.raw)
    const { value } = await stateAt(engine.store, owner, asked.conversation, asked.position.seq)
    const encode = agUi({ ...body, state: value })
    const stream = openEventStream(request, reply, signal)
    const unasked = new Set(answered)
    const questions = openQuestions()
    let isShown = unasked.size === 0

    try {
      for await (const events of followRun(engine, owner, asked, signal)) {
        let text = ''
        let isOver = false
        for (const event of events) {
          const frames = encode(event).join('')
          if (isShown) text += frames
          if ('approval' in event) unasked.delete(event.approval)
          const asks = questions.take(event)
          isOver = event.type === 'run-end' || (asks && isShown)
          if (isOver) break
          if (asks) isShown = unasked.size === 0
        }
        if (text !== '') stream.write(text)
        await stream.ready(signal)
        if (isOver) {
          stream.end()
          return true
        }
      }
    } catch (error) {
      stream.fail(error)
    }
    return false
  }
}

/** The run that has asked what is answered, and which of its questions are open. */
function questioner({ messages }: Conversation, answers: readonly AgUiAnswer[]) {
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    const calls = message.blocks.flatMap((block) => (block.type === 'tool' && block.approval) || [])
    const approvals = [...calls, ...(message.questions ?? [])]
    if (!approvals.some(({ id }) => answers.some((answer) => answer.id === id))) continue
    return { run: message.id, open: approvals.filter(({ answer }) => answer === null).map(({ id }) => id) }
  }
  throw new StreambedError('not-found')
}
