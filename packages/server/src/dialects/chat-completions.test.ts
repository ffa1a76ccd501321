import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyConversation, foldAll, type LoggedEvent, type RunId, textOf } from '@streambed/protocol'
import fc from 'fast-check'
import { ChatCompletion, chatChunks, chatError, chatWhole } from './chat-completions.ts'

const run = 'r_1' as RunId
const created = Date.parse('2027-01-01T00:00:00Z') / 1000

function logged(events: readonly object[]): LoggedEvent[] {
  return events.map((event, i) => ({ run, seq: i + 1, at: '2027-01-01T00:00:00.900Z', ...event }) as LoggedEvent)
}

/** What a client is written for these events of a run. */
function framesOf(events: readonly object[], options: { includeUsage?: boolean } = {}) {
  const encode = chatChunks({ run, model: 'guide@nova', includeUsage: false, ...options })
  const frames = logged(events).flatMap((event) => encode(event))
  return frames.map((frame) => {
    const data = /^data: (.*)\n\n$/s.exec(frame)![1]!
    return data === '[DONE]' ? data : JSON.parse(data)
  })
}

const start = { type: 'run-start', agent: 'guide', model: 'm', attempt: 1 }
const says = (text: string, block = 1) => ({ type: 'text-delta', block, text })
const end = (reason: string, more = {}) => ({ type: 'run-end', reason, ...more })
const usage = {
  type: 'usage',
  model: 'm',
  inputTokens: 10,
  outputTokens: 5,
  cacheReadTokens: 3,
  cacheWriteTokens: 2,
  microDollars: 1,
  priceDate: '2026-01-01',
  estimated: false,
}
const spent = {
  prompt_tokens: 15,
  completion_tokens: 5,
  total_tokens: 20,
  prompt_tokens_details: { cached_tokens: 3 },
}
const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'r_1',
  object: 'chat.completion.chunk',
  created,
  model: 'guide@nova',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
})

test('an answer is its words, why it ended, and that it is over', () => {
  assert.deepEqual(framesOf([start, says('On'), says('e'), says('Two', 3), usage, end('done')]), [
    chunk({ role: 'assistant', content: 'On' }),
    chunk({ content: 'e' }),
    chunk({ content: '\n\nTwo' }),
    chunk({}, 'stop'),
    '[DONE]',
  ])
})

test('what it cost comes in a last chunk of its own, where that was asked for', () => {
  const frames = framesOf([start, says('Hi'), usage, end('done')], { includeUsage: true })
  assert.deepEqual(frames.slice(-2), [{ ...chunk({}), usage: spent, choices: [] }, '[DONE]'])
  assert.deepEqual(
    frames.slice(0, -2).map((frame) => frame.usage),
    [null, null],
  )
})

test('tools, reasoning and state are not told', () => {
  const silent = [
    { type: 'reasoning-delta', block: 1, text: 'Hm' },
    { type: 'tool-start', block: 2, call: 'c', name: 'pay' },
    { type: 'tool-call', call: 'c', name: 'pay', input: {} },
    { type: 'tool-result', call: 'c', name: 'pay', ok: true, output: 1, durationMs: 1 },
    { type: 'progress', id: 'p', label: 'Paying', status: 'active' },
  ]
  assert.deepEqual(framesOf([start, ...silent]), [])
})

for (const [detail, reason] of [
  ['output-tokens', 'length'],
  ['context', 'length'],
  ['steps', 'length'],
  ['guardrail', 'content_filter'],
  ['content-filter', 'content_filter'],
] as const) {
  test(`an answer that ${detail} has cut ends with ${reason}`, () => {
    const frames = framesOf([start, says('Hi'), end('limited', { detail })])
    assert.deepEqual(frames.slice(-2), [chunk({}, reason), '[DONE]'])
  })
}

test('a failure is an error, and nothing says that the answer is whole', () => {
  const error = { code: 'model-cut-short', message: 'It broke off.', retry: true }
  assert.deepEqual(framesOf([start, says('Ha'), end('failed', { error })]), [
    chunk({ role: 'assistant', content: 'Ha' }),
    { error: { message: 'It broke off.', type: 'server_error', param: null, code: 'model-cut-short' } },
  ])
})

test('what a guardrail puts in the place of words is a refusal in a stream, and the text of a whole answer', () => {
  const events = [start, says('Bad'), { type: 'text-retracted', block: 1, replacement: 'No.' }, end('done')]
  assert.deepEqual(framesOf(events).slice(1), [chunk({ refusal: 'No.' }), chunk({}, 'content_filter'), '[DONE]'])
  const [choice] = wholeOf(events).choices
  assert.deepEqual([choice!.message.content, choice!.finish_reason], ['No.', 'content_filter'])
})

test('a whole answer is one object', () => {
  assert.deepEqual(wholeOf([start, says('One'), says('Two', 2), usage, end('stopped')]), {
    id: 'r_1',
    object: 'chat.completion',
    created,
    model: 'guide@nova',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'One\n\nTwo', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: spent,
  })
})

test('errors are of OpenAI’s kinds, with our codes', () => {
  const typeOf = (code: string) =>
    (chatError({ code, message: '', retry: false }) as { error: { type: string } }).error.type
  assert.deepEqual(
    ['unauthorized', 'forbidden', 'unknown-agent', 'bad-request', 'model-throttled', 'budget-spent', 'internal'].map(
      typeOf,
    ),
    [
      'authentication_error',
      'permission_error',
      'invalid_request_error',
      'invalid_request_error',
      'rate_limit_error',
      'insufficient_quota',
      'server_error',
    ],
  )
  assert.equal(typeOf('from-a-newer-server'), 'server_error')
})

test('the deltas joined are the stored text, however it was said', () => {
  const text = fc.oneof(fc.constantFrom('', ' ', '\n', '🌊', '"'), fc.string({ maxLength: 8 }))
  const block = fc.array(text, { maxLength: 4 })
  const other = fc.constantFrom(
    usage,
    { type: 'reasoning-delta', block: 90, text: 'Hm' },
    { type: 'step-start', step: 1 },
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(block, other), { maxLength: 8 }), (told) => {
      const events = told.flatMap((one, i): object[] => {
        if (!Array.isArray(one)) return [one]
        const id = i + 1
        return [
          { type: 'text-start', block: id },
          ...one.map((text) => says(text, id)),
          { type: 'text-end', block: id },
        ]
      })
      const all = [start, ...events, end('done')]
      const message = { type: 'message', message: 'm_1', parent: null, parts: [], requestId: 'q_1', agent: 'guide' }
      const { messages } = foldAll(emptyConversation('c_1' as never, 'e'), logged([message, ...all]))
      const stored = textOf(messages[1]!)
      const contents = framesOf(all).flatMap((frame) => frame.choices?.[0].delta.content ?? [])
      assert.equal(contents.join(''), stored)
      assert.equal(wholeOf(all).choices[0]!.message.content, stored)
    }),
  )
})

function wholeOf(events: readonly object[]): ChatCompletion {
  const take = chatWhole('guide@nova')
  const answers = logged(events).flatMap((event) => take(event) ?? [])
  assert.equal(answers.length, 1)
  return ChatCompletion.parse(answers[0])
}
