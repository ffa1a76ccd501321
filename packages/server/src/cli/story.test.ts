import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { LoggedEvent } from '@streambed/protocol'
import { story } from './story.ts'

test('a log reads as a story: who said what, where it ended, and what it cost', async () => {
  const lines = await tell([
    { type: 'conversation-start', agent: 'assistant', title: null, owner: { org: 'local', user: 'local' } },
    {
      type: 'message',
      message: 'm_1',
      run: 'r_1',
      parent: null,
      parts: [
        { type: 'text', text: 'What time\nis it?' },
        { type: 'image', file: 'f_1', mediaType: 'image/png', name: 'clock.png' },
      ],
      requestId: 'q_1',
      agent: 'assistant',
    },
    { type: 'run-start', run: 'r_1', agent: 'assistant', model: 'us.some.model', attempt: 1 },
    { type: 'step-start', run: 'r_1', step: 1 },
    { type: 'tool-start', run: 'r_1', block: 1, call: 't1', name: 'current_time' },
    { type: 'tool-input-delta', run: 'r_1', call: 't1', text: '{}' },
    { type: 'tool-call', run: 'r_1', call: 't1', name: 'current_time', input: {} },
    { type: 'tool-result', run: 'r_1', call: 't1', name: 'current_time', ok: true, output: 'noon', durationMs: 1.4 },
    { type: 'text-start', run: 'r_1', block: 2 },
    { type: 'text-delta', run: 'r_1', block: 2, text: 'It is ' },
    { type: 'text-delta', run: 'r_1', block: 2, text: 'noon.' },
    { type: 'text-end', run: 'r_1', block: 2 },
    {
      type: 'usage',
      run: 'r_1',
      model: 'us.some.model',
      inputTokens: 10,
      outputTokens: 5,
      cacheReadTokens: 2,
      cacheWriteTokens: 0,
      microDollars: 123,
      priceDate: '2026-01-01',
      estimated: true,
    },
    { type: 'run-end', run: 'r_1', reason: 'done' },
  ])
  assert.deepEqual(lines, [
    '    1  12:00:01  A conversation with assistant begins, on 2026-11-20.',
    '    2  12:00:02  you: What time\n                 is it?\n                 (image: clock.png)',
    '    3  12:00:03  assistant begins, with us.some.model.',
    '    7  12:00:07  assistant uses current_time {}',
    '    8  12:00:08  current_time gives noon (1 ms)',
    '   12  12:00:12  assistant: It is noon.',
    '   13  12:00:13  12 tokens in, 5 out, about $0.000123.',
    '   14  12:00:14  assistant is done.',
  ])
})

test('what people are asked, what they answer and what becomes of it is told in words', async () => {
  const run = 'r_1'
  const lines = await tell([
    { type: 'task-start', run, task: 'k_1', intent: 'create_alarm' },
    {
      type: 'form-request',
      run,
      form: 'x_1',
      tool: 'create_alarm',
      schema: {},
      values: {},
      missing: ['time'],
      errors: [],
    },
    { type: 'form-end', form: 'x_1', reason: 'submitted' },
    {
      type: 'approval-request',
      run,
      approval: 'p_1',
      call: 't1',
      name: 'forget',
      input: { text: 'cat' },
      expiresAt: '2026-11-21T12:00:00Z',
    },
    { type: 'run-park', run },
    { type: 'approval-answer', run, approval: 'p_1', approved: true, by: 'ada', input: { text: 'dog' } },
    { type: 'run-resume', run, attempt: 2 },
    { type: 'approval-answer', run, approval: 'p_2', approved: false, by: null },
    { type: 'state', run, revision: 4, patch: [], unit: 'u', by: 'agent' },
    { type: 'state', revision: 5, patch: [], unit: 'v', by: 'undo' },
    { type: 'output', run, name: 'strategy', ok: true },
    { type: 'component', run, block: 1, component: 'table', props: {} },
    { type: 'task-end', task: 'k_1', outcome: 'completed' },
    { type: 'conversation-change', title: 'Cats', pinned: true },
  ])
  assert.deepEqual(
    lines.map((line) => line.slice(17)),
    [
      'agent takes on a task: create_alarm.',
      'agent asks for time, by a form for create_alarm.',
      'The form is submitted.',
      'agent asks: may forget {"text":"cat"} be done?',
      'agent waits, and holds nothing meanwhile.',
      'ada: (allowed it with {"text":"dog"})',
      'agent goes on.',
      'Nobody answered in time: it may not.',
      'The agent changes the state, which is at revision 4.',
      'you: (undid a change of the state, which is at revision 5).',
      'agent has made its strategy.',
      'agent shows a table.',
      'The task is completed.',
      'The conversation is changed: called "Cats", pinned.',
    ],
  )
})

test('what a run was saying when it broke off stands before its end', async () => {
  const lines = await tell([
    { type: 'text-start', run: 'r_1', block: 1 },
    { type: 'text-delta', run: 'r_1', block: 1, text: 'Once upon' },
    {
      type: 'run-end',
      run: 'r_1',
      reason: 'failed',
      error: { code: 'model-timeout', message: 'The model did not answer in time.', retry: true },
    },
  ])
  assert.deepEqual(lines, [
    '    3  12:00:03  agent: Once upon …',
    '    3  12:00:03  agent is failed. The model did not answer in time.',
  ])
})

test('what is still being said is told as far as it got', async () => {
  const lines = await tell([
    { type: 'text-start', run: 'r_1', block: 1 },
    { type: 'text-delta', run: 'r_1', block: 1, text: 'Once' },
  ])
  assert.deepEqual(lines, ['    2  12:00:02  agent: Once …'])
})

function tell(events: readonly object[]): Promise<string[]> {
  const logged = events.map((event, i) => {
    const seconds = String(i + 1).padStart(2, '0')
    return LoggedEvent.parse({ ...event, seq: i + 1, at: `2026-11-20T12:00:${seconds}.000Z` })
  })
  return Array.fromAsync(story(Readable.from(logged)))
}
