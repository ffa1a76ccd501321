import { type ConversationId, newMessageId, newRequestId, newRunId, type Owner, type Part } from '@streambed/protocol'
import type { NewEvent } from '../store/store.ts'
import { append, type Engine } from './engine.ts'

/** What was said elsewhere, in turns. */
export interface EarlierTurn {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

/**
 * Begins a conversation with what was said elsewhere, for clients that bring their history along. Every answer becomes a run that
 * is over; what was never answered, and blank turns, are left out.
 */
export async function importConversation(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  agent: string,
  alias: string | undefined,
  turns: readonly EarlierTurn[],
): Promise<void> {
  await append(engine, owner, id, [{ type: 'conversation-start', agent, title: null, owner, ...(alias && { alias }) }])
  let parent = null
  for (const { question, answer } of answeredTurns(turns)) {
    const message = newMessageId()
    const run = newRunId()
    const parts: Part[] = [{ type: 'text', text: question }]
    await append(engine, owner, id, [
      { type: 'message', message, run, parent, parts, requestId: newRequestId(), agent },
    ])
    const fence = await engine.store.claim(id, run, engine.server, engine.settings.leaseMs)
    if (fence === undefined) return // somebody else is at it already
    const events: NewEvent[] = [
      { type: 'run-start', run, agent, model: 'imported', attempt: 1 },
      { type: 'text-start', run, block: 1 },
      { type: 'text-delta', run, block: 1, text: answer },
      { type: 'text-end', run, block: 1 },
      { type: 'run-end', run, reason: 'done' },
    ]
    await append(engine, owner, id, events, { fence, search: answer })
    parent = message
  }
}

/** What of it has been answered, question by question. */
export function answeredTurns(turns: readonly EarlierTurn[]): readonly { question: string; answer: string }[] {
  return turns.flatMap(({ role, content }, i) => {
    const next = turns[i + 1]
    const isAnswered =
      role === 'user' && next?.role === 'assistant' && content.trim() !== '' && next.content.trim() !== ''
    return isAnswered ? [{ question: content.toWellFormed(), answer: next.content.toWellFormed() }] : []
  })
}
