import assert from 'node:assert/strict'
import {
  type AssistantMessage,
  type Conversation,
  type ConversationId,
  emptyConversation,
  foldAll,
  type LoggedEvent,
  type Position,
} from '@streambed/protocol'

/** A conversation's log as the server has it, and what it folds to. */
export interface StoredLog {
  readonly events: readonly LoggedEvent[]
  readonly fold: Conversation
}

/** Reads a whole log over HTTP, page by page. */
export async function readLog(url: string, id: ConversationId): Promise<StoredLog> {
  const events: LoggedEvent[] = []
  while (true) {
    const response = await fetch(`${url}/v1/conversations/${id}/events?after=${events.length}`)
    assert.equal(response.status, 200)
    const page = (await response.json()) as {
      readonly events: readonly LoggedEvent[]
      readonly position: Position
      readonly more: boolean
    }
    events.push(...page.events)
    if (!page.more) return { events, fold: plain(foldAll(emptyConversation(id, page.position.epoch), events)) }
  }
}

/** As it looks after a way over the wire. */
export function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value))
}

/** Holds a log in which nothing runs any more to the protocol's rules P1, P8, P10, P11 and P18. */
export function checkLog(events: readonly LoggedEvent[]): void {
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
  )
  const asked = new Set<string>()
  const ended = new Set<string>()
  const open = new Set<string>()
  let running: string | undefined

  for (const event of events) {
    const run = 'run' in event ? event.run : undefined
    const at = `${event.seq} ${event.type}`
    switch (event.type) {
      case 'message':
      case 'run-retry':
        asked.add(event.run)
        continue
      case 'run-start':
        assert.ok(asked.has(event.run), `${at}: nobody asked for it`)
        assert.equal(running, undefined, `${at}: another run is running`)
        running = event.run
        continue
      case 'run-end':
        assert.ok(!ended.has(event.run), `${at}: it has ended before`)
        assert.deepEqual(
          [...open].filter((key) => key.startsWith(event.run)),
          [],
          `${at}: something is still open`,
        )
        ended.add(event.run)
        if (running === event.run) running = undefined
        continue
      case 'stop-request':
        assert.ok(!ended.has(event.run), `${at}: it has ended before`)
        continue
      case 'text-start':
      case 'reasoning-start':
        open.add(`${event.run} block ${event.block}`)
        break
      case 'text-delta':
      case 'reasoning-delta':
        assert.ok(open.has(`${event.run} block ${event.block}`), `${at}: its block is not open`)
        break
      case 'text-end':
      case 'reasoning-end':
        assert.ok(open.delete(`${event.run} block ${event.block}`), `${at}: its block is not open`)
        break
      case 'tool-start':
        open.add(`${event.run} call ${event.call}`)
        break
      case 'tool-result':
        assert.ok(open.delete(`${event.run} call ${event.call}`), `${at}: nobody called, or it was answered before`)
        break
    }
    if (run !== undefined) assert.equal(run, running, `${at}: it is not of the running run`)
  }
  assert.deepEqual([...asked].sort(), [...ended].sort(), 'every run ends')
}

/** The answers of a conversation, in order. */
export function answersOf({ messages }: Conversation): readonly AssistantMessage[] {
  return messages.filter((message) => message.role === 'assistant')
}
