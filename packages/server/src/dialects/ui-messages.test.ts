import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggedEvent } from '@streambed/protocol'
import { readUiRequest, UiRequest, uiMessages } from './ui-messages.ts'

/** What a client is written for these events of a run. */
function chunksOf(...events: readonly object[]): object[] {
  const encode = uiMessages({ state: null })
  const logged = events.map(
    (event, i) => ({ run: 'r_1', seq: i + 1, at: '2027-01-01T00:00:00Z', ...event }) as LoggedEvent,
  )
  return logged.flatMap((event) => encode(event).map((frame) => JSON.parse(frame.slice('data: '.length))))
}

const start = { type: 'run-start', agent: 'a', model: 'm', attempt: 1 }
const step = { type: 'step-start', step: 1 }
const says = (text: string, block = 1) => [
  { type: 'text-start', block },
  { type: 'text-delta', block, text },
  { type: 'text-end', block },
]
const end = (reason: string, more = {}) => ({ type: 'run-end', reason, ...more })
const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 }

test('what a guardrail takes back is replaced in its step, and what stands beside it stays', () => {
  const chunks = chunksOf(start, step, ...says('Bad'), ...says('Good', 2), {
    type: 'text-retracted',
    block: 1,
    replacement: 'No.',
  })
  assert.deepEqual(chunks.slice(chunks.findIndex((chunk) => 'type' in chunk && chunk.type === 'reset-step')), [
    { type: 'reset-step' },
    { type: 'text-start', id: 'block-1' },
    { type: 'text-delta', id: 'block-1', delta: 'No.' },
    { type: 'text-end', id: 'block-1' },
    { type: 'text-start', id: 'block-2' },
    { type: 'text-delta', id: 'block-2', delta: 'Good' },
    { type: 'text-end', id: 'block-2' },
  ])
})

test('a run that never began is a message all the same', () => {
  assert.deepEqual(chunksOf(end('stopped')), [
    { type: 'start', messageId: 'r_1' },
    { type: 'abort', reason: 'stopped' },
  ])
})

for (const [what, ending, last] of [
  ['done', end('done'), { type: 'finish', finishReason: 'stop', messageMetadata: { usage } }],
  [
    'too long',
    end('limited', { detail: 'output-tokens' }),
    { type: 'finish', finishReason: 'length', messageMetadata: { usage } },
  ],
  [
    'blocked',
    end('limited', { detail: 'guardrail' }),
    { type: 'finish', finishReason: 'content-filter', messageMetadata: { usage } },
  ],
  [
    'failed',
    end('failed', { error: { code: 'x', message: 'It broke.', retry: true } }),
    { type: 'error', errorText: 'It broke.' },
  ],
] as const) {
  test(`an answer that is ${what} ends so`, () => assert.deepEqual(chunksOf(start, ending).at(-1), last))
}

test('a call that was refused has its error, though its tool never ran', () => {
  const refused = { type: 'tool-result', call: 'c1', name: 'pay', ok: false, error: 'No such tool.', durationMs: 0 }
  assert.deepEqual(chunksOf({ type: 'tool-start', block: 1, call: 'c1', name: 'pay' }, refused), [
    { type: 'tool-input-start', toolCallId: 'c1', toolName: 'pay', dynamic: true },
    {
      type: 'tool-input-error',
      toolCallId: 'c1',
      toolName: 'pay',
      input: null,
      dynamic: true,
      errorText: 'No such tool.',
    },
  ])
})

test('the state is told by its patches at once, and whole at the end of the step', () => {
  const patch = [{ op: 'replace', path: '', value: { a: 1 } }]
  const state = { type: 'state', revision: 1, patch, unit: 'r_1', by: 'agent' }
  assert.deepEqual(chunksOf(state, { type: 'step-end', step: 1 }, { type: 'step-end', step: 2 }), [
    { type: 'data-state-patch', transient: true, data: { revision: 1, patch } },
    { type: 'data-state', id: 'state', data: { revision: 1, value: { a: 1 } } },
    { type: 'finish-step' },
    { type: 'finish-step' },
  ])
})

test('what a client sends twice, edits or regenerates is told apart', () => {
  const user = {
    id: 'u',
    role: 'user',
    parts: [
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ],
  }
  const ask = (body: object) => readUiRequest(UiRequest.parse({ id: 'c', messages: [user], ...body }))
  assert.deepEqual(ask({}), { kind: 'say', text: 'AB', message: 'u', earlier: [] })
  assert.deepEqual(ask({ messageId: 'u' }), { kind: 'edit', text: 'AB', place: 0 })
  assert.deepEqual(ask({ trigger: 'regenerate-message', messageId: 'r_1' }), { kind: 'again', answer: 'r_1' })
  const part = { type: 'dynamic-tool', state: 'approval-responded', approval: { id: 'p_1', approved: false } }
  assert.deepEqual(ask({ messages: [user, { id: 'r_1', role: 'assistant', parts: [part] }] }), {
    kind: 'approve',
    answer: 'r_1',
    approvals: [{ id: 'p_1', approved: false }],
  })
})
