import type { EventOf, LoggedEvent, MessageId, NewEvent, RequestId, RunId } from '@streambed/protocol'

const OWNER = { org: 'local', user: 'local' }

/** A whole conversation of exactly `length` events (at least 12): questions, and answers in many small pieces. */
export function sampleLog(length: number): readonly LoggedEvent[] {
  const events: NewEvent[] = [{ type: 'conversation-start', agent: 'assistant', title: 'Rivers', owner: OWNER }]
  for (let turn = 1; events.length < length; turn++) {
    const run = `run-${turn}` as RunId
    const parent = turn === 1 ? null : (`message-${turn - 1}` as MessageId)
    events.push(
      message(turn, parent),
      { type: 'run-start', run, agent: 'assistant', model: 'model', attempt: 1 },
      { type: 'text-start', run, block: 1 },
    )
    const pieces = Math.min(40, Math.max(1, length - events.length - 2))
    for (let i = 1; i <= pieces; i++) events.push({ type: 'text-delta', run, block: 1, text: `${turn}.${i} ` })
    events.push({ type: 'text-end', run, block: 1 }, { type: 'run-end', run, reason: 'done' })
  }
  return events.slice(0, length).map(placed)
}

/** A user's message as the log has it. */
export function message(turn: number, parent: MessageId | null = null): EventOf<'message'> {
  return {
    type: 'message',
    message: `message-${turn}` as MessageId,
    run: `run-${turn}` as RunId,
    parent,
    parts: [{ type: 'text', text: `Question ${turn}` }],
    requestId: `request-${turn}` as RequestId,
    agent: 'assistant',
  }
}

/** The event at its place in a log; `index` counts from 0. */
export function placed(event: NewEvent, index: number): LoggedEvent {
  return { ...event, seq: index + 1, at: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString() }
}
