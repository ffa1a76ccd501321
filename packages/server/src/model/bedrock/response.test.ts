import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelEvent } from '../model.ts'
import { WITHDRAWN } from './guardrail.ts'
import { answerReader } from './response.ts'

type Told = readonly [name: string, payload: object]

function read(told: readonly Told[], options?: { guardrail: boolean }): ModelEvent[] {
  const reader = answerReader(options)
  const events: ModelEvent[] = []
  for (const [name, payload] of told) reader.event(name, payload, events)
  reader.finish(events)
  return events
}

const text = (words: string, contentBlockIndex = 0): Told => [
  'contentBlockDelta',
  { contentBlockIndex, delta: { text: words } },
]
const reasoning = (reasoningContent: object): Told => [
  'contentBlockDelta',
  { contentBlockIndex: 0, delta: { reasoningContent } },
]
const blockStop = (contentBlockIndex: number): Told => ['contentBlockStop', { contentBlockIndex }]
const stop = (stopReason: string): Told => ['messageStop', { stopReason }]

test('reasoning keeps its signature and its sealed bytes', () => {
  assert.deepEqual(
    read([
      reasoning({ text: 'Hm' }),
      reasoning({ text: '.' }),
      reasoning({ signature: 's' }),
      blockStop(0),
      text('Yes', 1),
      stop('end_turn'),
    ]),
    [
      { type: 'reasoning', index: 0, text: 'Hm.' },
      { type: 'reasoning-seal', index: 0, signature: 's' },
      { type: 'block-end', index: 0 },
      { type: 'text', index: 1, text: 'Yes' },
      { type: 'block-end', index: 1 },
      { type: 'end', stopReason: 'end_turn' },
    ],
  )
  assert.deepEqual(read([reasoning({ redactedContent: 'AAEC' }), stop('end_turn')])[0], {
    type: 'reasoning-seal',
    index: 0,
    redacted: 'AAEC',
  })
})

test('citations belong to their block', () => {
  const citation = {
    title: 'Law',
    source: 'law.pdf',
    sourceContent: [{ text: 'Article ' }, { text: '1' }],
    location: {},
  }
  assert.deepEqual(
    read([text('It is so'), ['contentBlockDelta', { contentBlockIndex: 0, delta: { citation } }], stop('end_turn')]),
    [
      { type: 'text', index: 0, text: 'It is so' },
      { type: 'citation', index: 0, title: 'Law', source: 'law.pdf', text: 'Article 1' },
      { type: 'block-end', index: 0 },
      { type: 'end', stopReason: 'end_turn' },
    ],
  )
})

test('a block number used for something else closes the block it was used for', () => {
  assert.deepEqual(
    read([text('a'), reasoning({ text: 'b' }), blockStop(7), text('c'), blockStop(0), blockStop(0), stop('end_turn')]),
    [
      { type: 'text', index: 0, text: 'a' },
      { type: 'block-end', index: 0 },
      { type: 'reasoning', index: 0, text: 'b' },
      { type: 'block-end', index: 0 },
      { type: 'text', index: 0, text: 'c' },
      { type: 'block-end', index: 0 },
      { type: 'end', stopReason: 'end_turn' },
    ],
  )
})

test('usage may come before the end', () => {
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 3, cacheWriteInputTokens: 4 }
  assert.deepEqual(read([['metadata', { usage }], stop('end_turn')]), [
    { type: 'usage', inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 },
    { type: 'end', stopReason: 'end_turn' },
  ])
})

const blocked = { outputAssessments: { g1: [{ topicPolicy: { topics: [{ name: 'x', action: 'BLOCKED' }] } }] } }

function verdict(told: readonly Told[], trace: object | undefined, options = { guardrail: true }): ModelEvent[] {
  const metadata: Told[] = trace
    ? [['metadata', { trace: { guardrail: trace }, usage: { inputTokens: 1, outputTokens: 1 } }]]
    : []
  return read([...told, stop('guardrail_intervened'), ...metadata], options).filter(
    ({ type }) => type === 'retract' || type === 'end',
  )
}

test('what a guardrail blocked after it was shown is replaced by the guardrail’s words, before the end', () => {
  const end = { type: 'end', stopReason: 'guardrail_intervened' }
  const told = [text('Here is '), text('how to…'), text('I cannot say that.')]
  const trace = { ...blocked, modelOutput: ['Here is how to… do it'] }
  assert.deepEqual(verdict(told, trace), [{ type: 'retract', replacement: 'I cannot say that.' }, end])
  assert.deepEqual(verdict(told, blocked), [{ type: 'retract', replacement: 'I cannot say that.' }, end])
})

test('without a verdict the answer is taken back all the same', () => {
  const end = { type: 'end', stopReason: 'guardrail_intervened' }
  assert.deepEqual(verdict([text('Here is '), text('how')], undefined), [
    { type: 'retract', replacement: WITHDRAWN },
    end,
  ])
  assert.deepEqual(verdict([text('Here')], undefined, { guardrail: false }), [
    { type: 'retract', replacement: WITHDRAWN },
    end,
  ])
})

test('a mask, a blocked question and a message of the guardrail alone take nothing back', () => {
  const end = { type: 'end', stopReason: 'guardrail_intervened' }
  const masked = {
    outputAssessments: {
      g1: [{ sensitiveInformationPolicy: { piiEntities: [{ type: 'NAME', action: 'ANONYMIZED' }] } }],
    },
  }
  assert.deepEqual(verdict([text('I am {NAME}')], masked), [end])
  const asked = { inputAssessment: { g1: { topicPolicy: { topics: [{ action: 'BLOCKED' }] } } } }
  assert.deepEqual(verdict([text('Ask something else.')], asked), [end])
  assert.deepEqual(verdict([text('I cannot say that.')], { ...blocked, modelOutput: ['Here is how'] }), [end])
  assert.deepEqual(verdict([], blocked), [end])
})
