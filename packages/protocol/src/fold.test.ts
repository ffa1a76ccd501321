import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Event, LoggedEvent } from './events.ts'
import { type AssistantMessage, type Conversation, emptyConversation, fold, foldAll, isOver, textOf } from './fold.ts'
import type { ApprovalId, CallId, ConversationId, MessageId, RequestId, RunId } from './ids.ts'
import { anyEvents, logged } from './log.fixture.ts'

const empty = emptyConversation('c_1' as ConversationId, 'epoch-1')
const run = 'r_1' as RunId
const call = 'call-1' as CallId

test('the fold of a beginning, then of the rest, is the fold of the whole, also from a stored snapshot', () => {
  fc.assert(
    fc.property(anyEvents(), fc.nat(40), (events, cut) => {
      const log = logged(events)
      const whole = foldAll(empty, log)
      const stored: Conversation = JSON.parse(JSON.stringify(foldAll(empty, log.slice(0, cut))))
      assert.deepEqual(foldAll(stored, log.slice(cut)), whole)
    }),
    { numRuns: 2_000 },
  )
})

test('a fold is plain JSON, whatever the order of events', () => {
  fc.assert(
    fc.property(anyEvents(), (events) => {
      const folded = foldAll(empty, logged(events))
      assert.deepEqual(JSON.parse(JSON.stringify(folded)), folded)
      assert.equal(folded.position.seq, events.length)
    }),
    { numRuns: 1_000 },
  )
})

test('folding changes nothing that was folded before', () => {
  fc.assert(
    fc.property(anyEvents(), (events) => {
      const log = logged(events)
      const steps = log.map((_, i) => foldAll(empty, log.slice(0, i)))
      const before = structuredClone(steps)
      for (const [i, event] of log.entries()) fold(steps[i]!, event)
      assert.deepEqual(steps, before)
    }),
    { numRuns: 200 },
  )
})

test('events of a kind that this version does not know move the position and nothing else', () => {
  const before = foldAll(empty, logged(answered({ type: 'text-start', run, block: 1 })))
  for (const unknown of [{ type: 'tomorrow' }, { type: 'tomorrow', run }, { type: 'unreadable', run: null }]) {
    const event = { ...unknown, seq: 99, at: '2027-01-01T00:00:00.000Z' } as unknown as LoggedEvent
    const { position, updatedAt: _, ...rest } = fold(before, event)
    const { position: __, updatedAt: ___, ...restBefore } = before
    assert.deepEqual(position, { epoch: 'epoch-1', seq: 99 })
    assert.deepEqual(rest, restBefore)
  }
})

test('an answer grows from queued to done', () => {
  const log = logged(
    answered(
      { type: 'run-start', run, agent: 'helper', model: 'model-1', attempt: 1 },
      { type: 'text-start', run, block: 1 },
      { type: 'text-delta', run, block: 1, text: 'Noon' },
      { type: 'text-delta', run, block: 1, text: '.' },
      { type: 'citation', run, block: 1, title: 'Clock', source: 'clock' },
      { type: 'text-end', run, block: 1 },
      { type: 'run-end', run, reason: 'done' },
    ),
  )
  assert.equal(answerAfter(log.slice(0, 2)).status, 'queued')
  assert.equal(answerAfter(log.slice(0, 3)).status, 'running')
  const answer = answerAfter(log)
  assert.equal(isOver(answer), true)
  assert.equal(textOf(answer), 'Noon.')
  assert.deepEqual(answer.blocks, [
    {
      type: 'text',
      block: 1,
      text: 'Noon.',
      open: false,
      retracted: false,
      citations: [{ title: 'Clock', source: 'clock', text: null }],
    },
  ])
})

test('a thought has the time of its beginning and of its end, also where the run ends before it does', () => {
  const thinking = answered(
    { type: 'reasoning-start', run, block: 1 },
    { type: 'reasoning-delta', run, block: 1, text: 'Hm.' },
  )
  const open = {
    type: 'reasoning',
    block: 1,
    text: 'Hm.',
    open: true,
    startedAt: logged(thinking)[2]!.at,
    endedAt: null,
  }
  assert.deepEqual(answerAfter(logged(thinking)).blocks, [open])
  for (const end of [
    { type: 'reasoning-end', run, block: 1 },
    { type: 'run-end', run, reason: 'stopped' },
  ] as const) {
    const log = logged([...thinking, end])
    assert.deepEqual(answerAfter(log).blocks, [{ ...open, open: false, endedAt: log.at(-1)!.at }])
  }
})

test('a tool call goes from its input to its result', () => {
  const log = logged(
    answered(
      { type: 'tool-start', run, block: 1, call, name: 'echo' },
      { type: 'tool-input-delta', run, call, text: '{"say":' },
      { type: 'tool-input-delta', run, call, text: '"a"}' },
      { type: 'tool-call', run, call, name: 'echo', input: { say: 'a' } },
      { type: 'tool-progress', run, call, text: 'saying' },
      { type: 'tool-result', run, call, name: 'echo', ok: true, output: 'a', durationMs: 5 },
    ),
  )
  const none = { approval: null, output: null, error: null, durationMs: null }
  const waiting = { type: 'tool', block: 1, call, name: 'echo', ...none } as const
  assert.deepEqual(answerAfter(log.slice(0, 5)).blocks, [
    { ...waiting, inputText: '{"say":"a"}', input: null, status: 'input', progress: null },
  ])
  assert.deepEqual(answerAfter(log.slice(0, 7)).blocks, [
    { ...waiting, inputText: '', input: { say: 'a' }, status: 'running', progress: 'saying' },
  ])
  assert.deepEqual(answerAfter(log).blocks, [
    {
      ...waiting,
      inputText: '',
      input: { say: 'a' },
      status: 'done',
      progress: 'saying',
      output: 'a',
      durationMs: 5,
    },
  ])
})

test('a call waits for people, and its run with it', () => {
  const approval = 'p_1' as ApprovalId
  const log = logged(
    answered(
      { type: 'run-start', run, agent: 'helper', model: 'model-1', attempt: 1 },
      { type: 'tool-start', run, block: 1, call, name: 'echo' },
      { type: 'tool-input-delta', run, call, text: '{"say":"a"}' },
      {
        type: 'approval-request',
        run,
        approval,
        call,
        name: 'echo',
        input: { say: 'a' },
        reason: 'It is loud.',
        expiresAt: '2026-11-21T12:00:00.000Z',
      },
      { type: 'run-park', run },
      { type: 'approval-answer', run, approval, approved: true, input: { say: 'b' }, by: 'ada' },
      { type: 'run-resume', run, attempt: 2 },
      { type: 'tool-call', run, call, name: 'echo', input: { say: 'b' } },
    ),
  )
  const asked = { id: approval, input: { say: 'a' }, reason: 'It is loud.', expiresAt: '2026-11-21T12:00:00.000Z' }
  const steps = [7, 8, 9, 10].map((end) => {
    const { status, attempt, blocks } = answerAfter(log.slice(0, end))
    const [block] = blocks
    assert.equal(block?.type, 'tool')
    return { status, attempt, input: block.input, call: block.status, approval: block.approval }
  })
  const waiting = { input: { say: 'a' }, call: 'waiting', approval: { ...asked, answer: null } }
  const at = log[7]!.at
  const allowed = { input: { say: 'b' }, approval: { ...asked, answer: { approved: true, by: 'ada', at } } }
  assert.deepEqual(steps, [
    { status: 'parked', attempt: 1, ...waiting },
    { status: 'parked', attempt: 1, ...allowed, call: 'waiting' },
    { status: 'running', attempt: 2, ...allowed, call: 'waiting' },
    { status: 'running', attempt: 2, ...allowed, call: 'running' },
  ])
})

test('however a run ends, nothing of it stays open', () => {
  fc.assert(
    fc.property(anyEvents(), (events) => {
      const end: Event = { type: 'run-end', run, reason: 'interrupted' }
      const answer = answerAfter(logged([...answered(...events.filter(isOfRun)), end]))
      assert.equal(answer.status, 'interrupted')
      assert.equal(answer.stopping, false)
      for (const block of answer.blocks) {
        if (block.type === 'component') continue
        assert.equal(block.type === 'tool' ? block.status === 'done' || block.status === 'failed' : !block.open, true)
      }
      assert.equal(
        answer.progress.some(({ status }) => status === 'active'),
        false,
      )
    }),
    { numRuns: 1_000 },
  )
})

test('words that were taken back are replaced, with their citations', () => {
  const answer = answerAfter(
    logged(
      answered(
        { type: 'text-start', run, block: 1 },
        { type: 'text-delta', run, block: 1, text: 'Bad' },
        { type: 'citation', run, block: 1, title: 'T', source: 's' },
        { type: 'text-retracted', run, block: 1, replacement: 'No.' },
      ),
    ),
  )
  assert.deepEqual(answer.blocks, [
    { type: 'text', block: 1, text: 'No.', open: false, retracted: true, citations: [] },
  ])
})

test('usage is the sum of the model calls, and its price is unknown when one of theirs is', () => {
  const usage = (microDollars: number | null, estimated: boolean): Event => ({
    type: 'usage',
    run,
    model: 'model-1',
    inputTokens: 10,
    outputTokens: 5,
    cacheReadTokens: 2,
    cacheWriteTokens: 1,
    microDollars,
    priceDate: microDollars === null ? null : '2026-11-01',
    estimated,
    firstTokenMs: 40,
  })
  const sum = { calls: 2, inputTokens: 20, outputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 2, firstTokenMs: 40 }
  assert.deepEqual(answerAfter(logged(answered(usage(100, false), usage(50, true)))).usage, {
    ...sum,
    microDollars: 150,
    priceDate: '2026-11-01',
    estimated: true,
  })
  assert.deepEqual(answerAfter(logged(answered(usage(100, false), usage(null, false)))).usage, {
    ...sum,
    microDollars: null,
    priceDate: '2026-11-01',
    estimated: false,
  })
})

test('a message that is called like a run does not take its events', () => {
  const named: Event = {
    type: 'message',
    message: 'r_1' as MessageId,
    run: 'r_2' as RunId,
    parent: 'm_1' as MessageId,
    parts: [{ type: 'text', text: 'Hi' }],
    requestId: 'q_2' as RequestId,
    agent: 'helper',
  }
  const log = logged([...answered(), named, { type: 'run-end', run, reason: 'done' }])
  assert.equal(answerAfter(log).status, 'done')
})

/** A conversation with one message, then these events. */
function answered(...events: readonly Event[]): Event[] {
  return [
    { type: 'conversation-start', agent: 'helper', title: null, owner: { org: 'local', user: 'local' } },
    {
      type: 'message',
      message: 'm_1' as MessageId,
      run,
      parent: null,
      parts: [{ type: 'text', text: 'What time is it?' }],
      requestId: 'q_1' as RequestId,
      agent: 'helper',
    },
    ...events,
  ]
}

function answerAfter(log: readonly LoggedEvent[]): AssistantMessage {
  const { messages } = foldAll(empty, log)
  return messages.find((message): message is AssistantMessage => message.role === 'assistant' && message.id === run)!
}

function isOfRun(event: Event): boolean {
  return 'run' in event && event.run === run && event.type !== 'message' && event.type !== 'run-retry'
}

test('what a filter did is noted with the message that it changed, or with the answer', () => {
  const events = logged([
    { type: 'conversation-start', agent: 'a', title: null, owner: { org: 'o', user: 'u' } },
    {
      type: 'message',
      message: 'm_1' as MessageId,
      run: 'r_1' as RunId,
      parent: null,
      parts: [{ type: 'text', text: 'Mine is [card number]' }],
      requestId: 'q_1' as RequestId,
      agent: 'a',
    },
    { type: 'filter', run: 'r_1' as RunId, filter: 'redact', on: 'message', action: 'changed', found: { card: 1 } },
    { type: 'filter', run: 'r_1' as RunId, filter: 'polite', on: 'answer', action: 'refused', found: {}, say: 'No.' },
  ])
  const { messages } = foldAll(emptyConversation('c_1' as ConversationId, 'e'), events)
  assert.deepEqual(
    messages.map(({ filtered }) => filtered),
    [
      [{ filter: 'redact', on: 'message', action: 'changed', found: { card: 1 }, say: null }],
      [{ filter: 'polite', on: 'answer', action: 'refused', found: {}, say: 'No.' }],
    ],
  )
})
