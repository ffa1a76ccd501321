import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CallId,
  type ConversationId,
  emptyConversation,
  type FileId,
  foldAll,
  type LoggedEvent,
  type MessageId,
  type NewEvent,
  type Part,
  type RequestId,
  type RunId,
} from '@streambed/protocol'
import type { ModelContent, ModelMessage } from '../model/model.ts'
import { buildHistory, type HistoryOptions, historyNeeds, overflow } from './context.ts'

const limits = { turns: 10, contextTokens: 10_000 }
const options: HistoryOptions = { limits, model: 'model-1', sealed: [], files: new Map() }

test('the model is shown the branch of the message, each turn with its last answer', () => {
  const log = [
    ...turn('1', null, says('r1', 'First.')),
    retry('r1', 'r1b', '1'),
    ...says('r1b', 'Better.'),
    ...turn('2', '1', says('r2', 'Left branch.')),
    ...turn('2b', '1', says('r2b', 'Right branch.')),
    ...turn('3', '2b', []),
  ]
  assert.deepEqual(historyOf(log, '3'), [
    user('Message 1'),
    assistant('Better.'),
    user('Message 2b'),
    assistant('Right branch.'),
    user('Message 3'),
  ])
  assert.deepEqual(historyOf(log, '2'), [user('Message 1'), assistant('Better.'), user('Message 2')])
})

test('answers that are not over do not count, and turns without any are left out', () => {
  const log = [
    ...turn('1', null, says('r1', 'First.')),
    retry('r1', 'r1b', '1'),
    { type: 'run-start', run: id('r1b'), agent: 'helper', model: 'model-1', attempt: 1 } as const,
    ...turn('2', '1', []),
    ...turn('3', '2', []),
  ]
  assert.deepEqual(historyOf(log, '3'), [user('Message 1'), assistant('First.'), user('Message 3')])
})

test('a message whose answer failed without a word joins the next', () => {
  const failed: NewEvent[] = [start('r1'), { type: 'run-end', run: id('r1'), reason: 'failed' }]
  const log = [...turn('1', null, failed), ...turn('2', '1', [])]
  assert.deepEqual(historyOf(log, '2'), [user('Message 1', 'Message 2')])
})

test('a message that names a time zone says so to the model', () => {
  const log = turn('1', null, []).map((event) =>
    event.type === 'message' ? { ...event, timezone: 'Europe/Oslo' } : event,
  )
  assert.deepEqual(historyOf(log, '1'), [user("[The user's time zone is Europe/Oslo.]", 'Message 1')])
})

test('tool calls come back with their results, those of a cut run with what became of them', () => {
  const run = id('r1')
  const call = (name: string) => name as CallId
  const answer: NewEvent[] = [
    start('r1'),
    { type: 'text-start', run, block: 1 },
    { type: 'text-delta', run, block: 1, text: 'Let me see.' },
    { type: 'text-end', run, block: 1 },
    { type: 'tool-start', run, block: 2, call: call('a'), name: 'echo' },
    { type: 'tool-call', run, call: call('a'), name: 'echo', input: { say: 'a' } },
    { type: 'tool-result', run, call: call('a'), name: 'echo', ok: true, output: { said: 'a' }, durationMs: 1 },
    { type: 'text-start', run, block: 3 },
    { type: 'text-delta', run, block: 3, text: 'And again.' },
    { type: 'tool-start', run, block: 4, call: call('b'), name: 'echo' },
    { type: 'tool-input-delta', run, call: call('b'), text: '{"say":"b"}' },
    { type: 'tool-start', run, block: 5, call: call('c'), name: 'echo' },
    { type: 'tool-input-delta', run, call: call('c'), text: '{"say":' },
    { type: 'run-end', run, reason: 'interrupted' },
  ]
  const log = [...turn('1', null, answer), ...turn('2', '1', [])]
  const ended = 'The run ended before this tool did.'
  assert.deepEqual(historyOf(log, '2'), [
    user('Message 1'),
    { role: 'assistant', content: [text('Let me see.'), use('a', { say: 'a' })] },
    { role: 'user', content: [result('a', true, '{"said":"a"}')] },
    { role: 'assistant', content: [text('And again.'), use('b', { say: 'b' }), use('c', {})] },
    { role: 'user', content: [result('b', false, ended), result('c', false, ended), text('Message 2')] },
  ])
})

test('words that were taken back are replaced', () => {
  const run = id('r1')
  const answer: NewEvent[] = [
    ...says('r1', 'Bad.').slice(0, -1),
    { type: 'text-retracted', run, block: 1, replacement: 'I cannot say that.' },
    { type: 'run-end', run, reason: 'limited', detail: 'guardrail' },
  ]
  const log = [...turn('1', null, answer), ...turn('2', '1', [])]
  assert.deepEqual(historyOf(log, '2'), [user('Message 1'), assistant('I cannot say that.'), user('Message 2')])
})

test('reasoning goes back with its seal, to the model that thought it', () => {
  const run = id('r1')
  const answer: NewEvent[] = [
    start('r1'),
    { type: 'reasoning-start', run, block: 1 },
    { type: 'reasoning-delta', run, block: 1, text: 'Shown.' },
    { type: 'reasoning-end', run, block: 1 },
    { type: 'reasoning-start', run, block: 2 },
    { type: 'reasoning-end', run, block: 2 },
    { type: 'reasoning-start', run, block: 3 },
    { type: 'reasoning-end', run, block: 3 },
    { type: 'text-start', run, block: 4 },
    { type: 'text-delta', run, block: 4, text: 'Yes.' },
    { type: 'run-end', run, reason: 'done' },
  ]
  const log = [...turn('1', null, answer), ...turn('2', '1', [])]
  const sealed = [
    { run, block: 1, sealed: { signature: 's1' } },
    { run, block: 2, sealed: { text: 'Hidden.', signature: 's2' } },
    { run, block: 3, sealed: { redacted: 'cmVk' } },
  ]
  assert.deepEqual(historyOf(log, '2', { sealed })[1]!.content, [
    { type: 'reasoning', text: 'Shown.', signature: 's1' },
    { type: 'reasoning', text: 'Hidden.', signature: 's2' },
    { type: 'reasoning', text: '', redacted: 'cmVk' },
    text('Yes.'),
  ])
  assert.deepEqual(historyOf(log, '2')[1], assistant('Yes.'))
  assert.deepEqual(historyOf(log, '2', { sealed, model: 'model-2' })[1], assistant('Yes.'))
})

test('past the limits the oldest turns are left out whole, the message itself never', () => {
  const log = [
    ...turn('1', null, says('r1', 'One.')),
    ...turn('2', '1', says('r2', 'Two.')),
    ...turn('3', '2', says('r3', 'Three.')),
    ...turn('4', '3', []),
  ]
  const last = [user('Message 3'), assistant('Three.'), user('Message 4')]
  assert.deepEqual(historyOf(log, '4', { limits: { turns: 2, contextTokens: 10_000 } }), last)
  assert.deepEqual(historyOf(log, '4', { limits: { turns: 10, contextTokens: 12 } }), last)
  assert.deepEqual(historyOf(log, '4', { limits: { turns: 10, contextTokens: 0 } }), last.slice(-1))
  assert.deepEqual(historyOf(log, '4', { limits: { turns: 0, contextTokens: 10_000 } }), last.slice(-1))
})

test('attachments are given with their bytes, and a missing one is named', () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
  const parts: Part[] = [
    { type: 'text', text: 'Look.' },
    { type: 'image', file: 'f_1' as FileId, mediaType: 'image/png', name: 'cat.png' },
    { type: 'document', file: 'f_2' as FileId, mediaType: 'application/pdf', name: 'gone.pdf' },
  ]
  const log = turn('1', null, [], parts)
  const files = new Map([['f_1' as FileId, { mediaType: 'image/png', name: 'cat.png', bytes: png }]])
  assert.deepEqual(historyOf(log, '1', { files })[0]!.content, [
    text('Look.'),
    { type: 'image', mediaType: 'image/png', bytes: png },
    text('[The document "gone.pdf" is no longer there.]'),
  ])
})

test('what a history needs is the seals of its reasoning and its newest files', () => {
  const image = (n: number): Part => ({ type: 'image', file: `f_${n}` as FileId, mediaType: 'image/png', name: 'i' })
  const images = Array.from({ length: 25 }, (_, n) => image(n))
  const thinks: NewEvent[] = [
    start('r1'),
    { type: 'reasoning-start', run: id('r1'), block: 1 },
    { type: 'run-end', run: id('r1'), reason: 'done' },
  ]
  const log = [...turn('1', null, thinks, images), ...turn('2', '1', says('r2', 'Hm.')), ...turn('3', '2', [])]
  const needs = historyNeeds(folded(log), '3' as MessageId, { limits, model: 'model-1' })
  assert.deepEqual(needs.runs, ['r1'])
  assert.equal(needs.files.length, 20)
  assert.deepEqual([needs.files[0], needs.files.at(-1)], ['f_24', 'f_5'])
})

/** Twelve turns of the same size. */
function longLog(): NewEvent[] {
  return Array.from({ length: 12 }, (_, i) =>
    turn(`${i + 1}`, i === 0 ? null : `${i}`, i === 11 ? [] : says(`r${i + 1}`, `Answer ${i + 1}.`)),
  ).flat()
}

test('the older half is summed up once what is shown fills three quarters of what may be', () => {
  const log = longLog()
  const conversation = folded(log)
  const roomy = { ...options, limits: { turns: 100, contextTokens: 10_000 } }
  assert.equal(overflow(conversation, '12' as MessageId, roomy), undefined)
  for (const limits of [
    { turns: 14, contextTokens: 10_000 },
    { turns: 100, contextTokens: 70 },
  ]) {
    const { messages, upTo } = overflow(conversation, '12' as MessageId, { ...options, limits })!
    assert.equal(upTo, '6')
    assert.deepEqual(messages.at(-2), user('Message 6'))
  }
})

test('a summary stands for the turns that it holds, on its branch alone, and is summed up again', () => {
  const summary: NewEvent = { type: 'summary', run: id('r12'), upTo: '6' as MessageId, text: 'We talked of rivers.' }
  const log = [...longLog(), summary]
  const shown = historyOf(log, '12')
  assert.deepEqual(shown[0], user('[What was said before, in short: We talked of rivers.]', 'Message 7'))
  assert.deepEqual(shown.at(-1), user('Message 12'))
  assert.equal(shown.length, 11)
  assert.deepEqual(historyOf(log, '5')[0], user('Message 1'))
  const again = overflow(folded(log), '12' as MessageId, { ...options, limits: { turns: 6, contextTokens: 10_000 } })!
  assert.deepEqual(
    [again.upTo, again.messages[0]],
    ['7', user('[What was said before, in short: We talked of rivers.]', 'Message 7')],
  )
})

function historyOf(log: readonly NewEvent[], message: string, more: Partial<HistoryOptions> = {}): ModelMessage[] {
  return buildHistory(folded(log), message as MessageId, { ...options, ...more })
}

function folded(log: readonly NewEvent[]) {
  const logged = log.map((event, i) => ({ ...event, seq: i + 1, at: '2026-11-20T12:00:00Z' }) as LoggedEvent)
  return foldAll(emptyConversation('c_1' as ConversationId, 'e'), logged)
}

function turn(name: string, parent: string | null, answer: readonly NewEvent[], parts?: Part[]): NewEvent[] {
  const message: NewEvent = {
    type: 'message',
    message: name as MessageId,
    run: id(`r${name}`),
    parent: parent as MessageId | null,
    parts: parts ?? [{ type: 'text', text: `Message ${name}` }],
    requestId: name as RequestId,
    agent: 'helper',
  }
  return [message, ...answer]
}

function retry(of: string, run: string, message: string): NewEvent {
  return { type: 'run-retry', run: id(run), of: id(of), message: message as MessageId, agent: 'helper' }
}

function says(name: string, words: string): NewEvent[] {
  const run = id(name)
  return [
    start(name),
    { type: 'text-start', run, block: 1 },
    { type: 'text-delta', run, block: 1, text: words },
    { type: 'text-end', run, block: 1 },
    { type: 'run-end', run, reason: 'done' },
  ]
}

function start(run: string): NewEvent {
  return { type: 'run-start', run: id(run), agent: 'helper', model: 'model-1', attempt: 1 }
}

function id(run: string): RunId {
  return run as RunId
}

function text(words: string): ModelContent {
  return { type: 'text', text: words }
}

function use(call: string, input: unknown): ModelContent {
  return { type: 'tool-use', call: call as CallId, name: 'echo', input }
}

function result(call: string, ok: boolean, words: string): ModelContent {
  return { type: 'tool-result', call: call as CallId, ok, text: words }
}

function user(...words: string[]): ModelMessage {
  return { role: 'user', content: words.map(text) }
}

function assistant(...words: string[]): ModelMessage {
  return { role: 'assistant', content: words.map(text) }
}
