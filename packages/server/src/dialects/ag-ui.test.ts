import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpAgent } from '@ag-ui/client'
import { EventSchema } from '@ag-ui/core/schemas'
import type { LoggedEvent } from '@streambed/protocol'
import fc from 'fast-check'
import { AgUiRequest, agUi, readAgUiRequest } from './ag-ui.ts'

type Frame = { readonly type: string } & Record<string, unknown>

/** What a client is written for these events of a run. */
function framesOf(...events: readonly object[]): Frame[] {
  const encode = agUi({
    threadId: 't',
    runId: 'mine',
    messages: [{ id: 'u', role: 'user', content: 'Hi' }],
    state: null,
  })
  const logged = events.map(
    (event, i) => ({ run: 'r_1', seq: i + 1, at: '2027-01-01T00:00:00Z', ...event }) as LoggedEvent,
  )
  return logged.flatMap((event) => encode(event).map((frame) => JSON.parse(frame.slice('data: '.length))))
}

const start = { type: 'run-start', agent: 'a', model: 'm', attempt: 1 }
const started = { type: 'RUN_STARTED', threadId: 't', runId: 'mine', protocolVersion: '1.0' }
const finished = { type: 'RUN_FINISHED', threadId: 't', runId: 'mine' }
const end = (reason: string, more = {}) => ({ type: 'run-end', reason, ...more })
const says = (text: string, block = 1) => [
  { type: 'text-start', block },
  { type: 'text-delta', block, text },
  { type: 'text-end', block },
]

test('what a guardrail takes back is told with all the messages anew', () => {
  const frames = framesOf(start, ...says('Bad'), ...says('Good', 2), {
    type: 'text-retracted',
    block: 1,
    replacement: 'No.',
  })
  assert.deepEqual(frames.at(-1), {
    type: 'MESSAGES_SNAPSHOT',
    messages: [
      { id: 'u', role: 'user', content: 'Hi' },
      { id: 'r_1-1', role: 'assistant', content: 'No.' },
      { id: 'r_1-2', role: 'assistant', content: 'Good' },
    ],
  })
})

test('a run ends as it ended', () => {
  const error = { code: 'model-failed', message: 'Oh.', retry: true }
  assert.deepEqual(framesOf(start, end('done')), [started, { ...finished, outcome: { type: 'success' } }])
  assert.deepEqual(framesOf(end('stopped')), [started, { ...finished, outcome: { type: 'cancelled' } }])
  assert.deepEqual(framesOf(end('failed', { error })), [{ type: 'RUN_ERROR', message: 'Oh.', code: 'model-failed' }])
  assert.deepEqual(framesOf(start, end('limited', { detail: 'output-tokens' }))[1], {
    ...finished,
    result: { reason: 'limited', detail: 'output-tokens' },
    outcome: { type: 'success' },
  })
})

test('a run that goes on after its server was lost is one run; what it asks ends one and begins another', () => {
  const park = { type: 'run-park' }
  const resume = { type: 'run-resume', attempt: 2 }
  const lost = framesOf(
    start,
    { type: 'step-start', step: 1 },
    park,
    resume,
    { type: 'step-start', step: 2 },
    { type: 'step-end', step: 2 },
  )
  assert.deepEqual(
    lost.map(({ type }) => type),
    ['RUN_STARTED', 'STEP_STARTED', 'STEP_FINISHED', 'STEP_STARTED', 'STEP_FINISHED'],
  )
  const budget = {
    scope: 'user',
    period: 'day',
    limit: { microDollars: 5, tokens: null },
    spent: { microDollars: 5, tokens: null },
    call: { microDollars: 1, tokens: 9 },
    more: { microDollars: 5, tokens: null },
    by: 'user',
    renewsAt: '2027-01-02T00:00:00Z',
  }
  const expiresAt = '2027-01-02T00:00:00Z'
  const asks = framesOf(start, { type: 'budget-request', approval: 'p', expiresAt, ...budget }, park, resume)
  assert.deepEqual(asks, [
    started,
    {
      ...finished,
      outcome: {
        type: 'interrupt',
        interrupts: [
          {
            id: 'p',
            reason: 'budget',
            message: 'A budget for the day is spent. May it go on?',
            responseSchema: { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'] },
            expiresAt,
            metadata: budget,
          },
        ],
      },
    },
    started,
  ])
})

test('tokens are counted by model, those of the cache with them', () => {
  const usage = { type: 'usage', model: 'm', outputTokens: 3, cacheReadTokens: 20, cacheWriteTokens: 100 }
  const [, last] = framesOf(start, { ...usage, inputTokens: 1 }, { ...usage, inputTokens: 2 }, end('done'))
  assert.deepEqual(last!['usage'], [
    {
      provider: 'aws.bedrock',
      model: 'm',
      inputTokens: 243,
      outputTokens: 6,
      cachedInputTokens: 40,
      cacheWriteInputTokens: 200,
    },
  ])
})

test('a tool that no model has called has its input all the same', () => {
  const call = { type: 'tool-start', block: 1, call: 'c', name: 'book' }
  const result = { type: 'tool-result', call: 'c', name: 'book', ok: false, error: 'Full.', durationMs: 1 }
  assert.deepEqual(
    framesOf(start, call, { type: 'tool-call', call: 'c', name: 'book', input: { room: 1 } }, result).slice(1),
    [
      { type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'book' },
      { type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta: '{"room":1}' },
      { type: 'TOOL_CALL_END', toolCallId: 'c' },
      { type: 'TOOL_CALL_RESULT', messageId: 'c-result', toolCallId: 'c', content: 'Full.', role: 'tool' },
    ],
  )
})

test('whatever a run does, the events are in an order that AG-UI’s own client takes', async () => {
  await fc.assert(
    fc.asyncProperty(runs(), async (events) => {
      const frames = framesOf(...events)
      for (const frame of frames) assert.ok(EventSchema.safeParse(frame).success, JSON.stringify(frame))
      await read(frames)
    }),
    { numRuns: 300 },
  )
})

test('what stands in parts is joined, and an interrupt is resolved by saying whether', () => {
  const body = (more: object) => AgUiRequest.parse({ threadId: 't', runId: 'r', messages: [], ...more })
  const parts = [
    { type: 'text', text: 'Good ' },
    { type: 'text', text: 'morning' },
  ]
  assert.deepEqual(readAgUiRequest(body({ messages: [{ id: 'u', role: 'user', content: parts }] })), {
    kind: 'say',
    text: 'Good morning',
    earlier: [],
  })
  const resume = [
    { interruptId: 'p', status: 'resolved', payload: { approved: true } },
    { interruptId: 'q', status: 'cancelled' },
  ]
  assert.deepEqual(readAgUiRequest(body({ resume })), {
    kind: 'resume',
    answers: [
      { id: 'p', approved: true },
      { id: 'q', approved: false },
    ],
  })
  assert.throws(() => readAgUiRequest(body({ resume: [{ interruptId: 'p', status: 'resolved' }] })), /payload/)
})

/** Runs of several steps, with words, thoughts and calls in any order, that end in any way. */
function runs(): fc.Arbitrary<object[]> {
  const piece = fc.constantFrom('text', 'reasoning', 'call', 'state', 'component', 'progress', 'usage')
  const ending = fc.constantFrom('done', 'stopped', 'failed', 'interrupted', 'limited', 'parked')
  return fc
    .tuple(fc.array(fc.array(piece, { maxLength: 5 }), { minLength: 1, maxLength: 3 }), ending)
    .map(([steps, how]) => {
      let block = 0
      const events: object[] = [start]
      for (const [i, pieces] of steps.entries()) {
        events.push({ type: 'step-start', step: i + 1 })
        for (const kind of pieces) events.push(...pieceOf(kind, ++block))
        const isLast = i === steps.length - 1
        if (isLast && how === 'parked') events.push(...question(++block), { type: 'run-park' })
        else events.push({ type: 'step-end', step: i + 1 })
      }
      return how === 'parked' ? events : [...events, end(how)]
    })
}

function pieceOf(kind: string, block: number): object[] {
  const call = `c${block}`
  switch (kind) {
    case 'text':
    case 'reasoning':
      return [
        { type: `${kind}-start`, block },
        { type: `${kind}-delta`, block, text: 'words' },
        { type: `${kind}-end`, block },
      ]
    case 'call':
      return [
        { type: 'tool-start', block, call, name: 'look' },
        { type: 'tool-input-delta', call, text: '{}' },
        { type: 'tool-call', call, name: 'look', input: {} },
        { type: 'tool-progress', call, text: 'half' },
        { type: 'tool-result', call, name: 'look', ok: true, output: { seen: null }, durationMs: 1 },
      ]
    case 'state':
      return [
        {
          type: 'state',
          revision: block,
          patch: [{ op: 'replace', path: '', value: { block } }],
          unit: 'u',
          by: 'agent',
        },
      ]
    case 'component':
      return [{ type: 'component', block, component: 'table', props: {} }]
    case 'progress':
      return [{ type: 'progress', id: 'p', label: 'Looking', status: 'active' }]
    default:
      return [{ type: 'usage', model: 'm', inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 }]
  }
}

function question(block: number): object[] {
  const call = `c${block}`
  const expiresAt = '2027-01-02T00:00:00Z'
  return [
    { type: 'tool-start', block, call, name: 'pay' },
    { type: 'approval-request', approval: `p${block}`, call, name: 'pay', input: { euros: 5 }, expiresAt },
  ]
}

/** Lets AG-UI's own client read the events, which throws where one is out of order. */
async function read(frames: readonly Frame[]): Promise<void> {
  const body = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')
  const headers = { 'content-type': 'text/event-stream' }
  const agent = new HttpAgent({ url: 'http://nowhere', fetch: async () => new Response(body, { headers }) })
  await agent.runAgent({ runId: 'mine' })
}
