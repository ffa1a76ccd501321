import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Event } from './events.ts'
import { type Conversation, emptyConversation, foldAll, textOf } from './fold.ts'
import type { ConversationId } from './ids.ts'
import { anyEvents, logged } from './log.fixture.ts'
import { sharedView } from './shared.ts'

test('what was said and shown is shared; what was thought, done, paid and taken back is not', () => {
  const shared = sharedView(
    conversation([
      { type: 'conversation-start', agent: 'assistant', title: 'Rivers', owner: { org: 'SECRET', user: 'SECRET' } },
      asked('m_1', 'r_1', null, 'SECRET first version'),
      asked('m_2', 'r_2', null, 'Rivers?'),
      { type: 'run-start', run: 'r_2', agent: 'assistant', model: 'nova', attempt: 1 },
      { type: 'reasoning-start', run: 'r_2', block: 1 },
      { type: 'reasoning-delta', run: 'r_2', block: 1, text: 'SECRET thought' },
      { type: 'reasoning-end', run: 'r_2', block: 1 },
      { type: 'tool-start', run: 'r_2', block: 2, call: 'a', name: 'search' },
      { type: 'tool-call', run: 'r_2', call: 'a', name: 'search', input: 'SECRET' },
      { type: 'tool-result', run: 'r_2', call: 'a', name: 'search', ok: true, output: 'SECRET', durationMs: 1 },
      { type: 'text-start', run: 'r_2', block: 3 },
      { type: 'text-delta', run: 'r_2', block: 3, text: 'They flow.' },
      { type: 'text-end', run: 'r_2', block: 3 },
      { type: 'run-end', run: 'r_2', reason: 'done' },
      asked('m_3', 'r_3', 'm_2', 'And lakes?'),
      { type: 'run-start', run: 'r_3', agent: 'assistant', model: 'nova', attempt: 1 },
      { type: 'text-start', run: 'r_3', block: 1 },
      { type: 'text-delta', run: 'r_3', block: 1, text: 'not whole' },
      { type: 'notice', level: 'info', text: 'SECRET' },
    ] as unknown as Event[]), // ids as they are written in tests
  )
  assert.ok(!JSON.stringify(shared).includes('SECRET'), JSON.stringify(shared))
  assert.deepEqual(
    shared.messages.map((message) => (message.role === 'user' ? message.parts : textOf(message))),
    [[{ type: 'text', text: 'Rivers?' }], 'They flow.', [{ type: 'text', text: 'And lakes?' }]],
  )
})

test('of any log nothing but words and figures is shared', () => {
  fc.assert(
    fc.property(anyEvents(), (events) => {
      const { owner, alias, forms, tasks, summaries, notices, messages } = sharedView(conversation(events))
      assert.deepEqual([owner, alias, forms, tasks, summaries, notices], [null, null, [], [], [], []])
      for (const message of messages) {
        if (message.role === 'user') assert.ok(message.parts.every(({ type }) => type !== 'form'))
        else {
          const { blocks, usage, error, progress } = message
          assert.ok(blocks.every(({ type }) => type === 'text' || type === 'component'))
          assert.deepEqual([usage, error, progress], [null, null, []])
        }
      }
    }),
  )
})

function conversation(events: readonly Event[]): Conversation {
  return foldAll(emptyConversation('c_1' as ConversationId, 'e'), logged(events))
}

function asked(message: string, run: string, parent: string | null, text: string) {
  const requestId = 'SECRET'
  return { type: 'message', message, run, parent, parts: [{ type: 'text', text }], requestId, agent: 'assistant' }
}
