import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AssistantMessage,
  type ConversationId,
  type LoggedEvent,
  newRequestId,
  type Owner,
  type RequestId,
  StreambedError,
  textOf,
  visiblePath,
} from '@streambed/protocol'
import * as z from 'zod'
import { type Agent, defineAgent } from '../agent/agent.ts'
import { defineTool } from '../agent/tool.ts'
import { memoryBus } from '../bus/memory.ts'
import type { ModelEvent } from '../model/model.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { eraseConversation } from './conversations.ts'
import { drain } from './drain.ts'
import { type Accepted, createEngine, type Engine, type Log } from './engine.ts'
import { followRun } from './follow.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { retry, send } from './start.ts'
import { stop } from './stop.ts'

const owner: Owner = { org: 'acme', user: 'ada' }
const silent = { info() {}, warn() {}, error() {} }
const word = (text: string): readonly ModelEvent[] => [{ type: 'text', index: 0, text }]

interface Options {
  readonly store?: Store
  readonly agent?: Partial<Agent>
  readonly log?: Log
}

function engineFor(
  answers: readonly ScriptedAnswer[],
  { store = memoryStore(), agent = {}, log = silent }: Options = {},
): Engine {
  const assistant = defineAgent({ name: 'assistant', instructions: 'Be brief.', ...agent })
  return createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel(answers),
    agents: new Map([['assistant', assistant]]),
    defaultAgent: 'assistant',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
    log,
  })
}

const say = (engine: Engine, text: string, more: object = {}): Promise<Accepted> =>
  send(engine, owner, { requestId: newRequestId(), text, ...more })

async function eventsOf(engine: Engine, accepted: Accepted): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  for await (const batch of followRun(engine, owner, accepted, AbortSignal.timeout(5_000))) events.push(...batch)
  return events
}

async function answerTo(engine: Engine, accepted: Accepted): Promise<AssistantMessage> {
  await eventsOf(engine, accepted)
  const { messages } = await openConversation(engine.store, owner, accepted.conversation)
  return messages.find((message) => message.id === accepted.run) as AssistantMessage // a run's id is an answer's
}

/** Resolves when the run has yielded an event of this type. */
async function heard(engine: Engine, accepted: Accepted, type: LoggedEvent['type']): Promise<void> {
  for await (const batch of followRun(engine, owner, accepted, AbortSignal.timeout(5_000))) {
    if (batch.some((event) => event.type === type)) return
  }
}

test('a message is answered, from its run-start to its one run-end', async () => {
  const engine = engineFor([says('Hel', 'lo')])
  const types = (await eventsOf(engine, await say(engine, 'Hi'))).map(({ type }) => type)
  assert.deepEqual(types.slice(0, 4), ['message', 'run-start', 'step-start', 'text-start'])
  assert.equal(types.filter((type) => type === 'run-end').length, 1)
  assert.equal(types.at(-1), 'run-end')
})

test('messages of one conversation are answered one after the other, and no more than five wait', async () => {
  const gate = Promise.withResolvers<void>()
  const engine = engineFor([[{ until: gate.promise }, ...says('first')], ...'bcdef'.split('').map((c) => says(c))])
  const first = await say(engine, 'a')
  const { conversation } = first
  const waiting = []
  for (const text of 'bcdef') waiting.push(await say(engine, text, { conversation }))
  await assert.rejects(say(engine, 'g', { conversation }), { code: 'queue-full' })

  const { messages } = await openConversation(engine.store, owner, conversation)
  assert.deepEqual(
    messages.flatMap((message) => (message.role === 'assistant' ? [message.status] : [])),
    ['running', 'queued', 'queued', 'queued', 'queued', 'queued'],
  )
  gate.resolve()
  for (const accepted of [first, ...waiting]) assert.equal((await answerTo(engine, accepted)).status, 'done')
  const done = await openConversation(engine.store, owner, conversation)
  assert.deepEqual(
    visiblePath(done).map(({ message, answers }) => textOf(message) + textOf(answers[0]!)),
    ['afirst', 'bb', 'cc', 'dd', 'ee', 'ff'],
  )
})

test('the same request id is one message, even twice at the same moment and in a new conversation', async () => {
  const engine = engineFor([says('once')])
  const requestId = newRequestId()
  const answers = await Promise.all([1, 2, 3].map(() => send(engine, owner, { requestId, text: 'Hi' })))
  assert.deepEqual(answers[1], answers[0])
  assert.deepEqual(answers[2], answers[0])
  assert.deepEqual(await send(engine, owner, { requestId, text: 'Hi' }), answers[0])
  assert.equal((await engine.store.list(owner, { limit: 10 })).items.length, 1)
  const other = await say(engine, 'x')
  await assert.rejects(send(engine, owner, { requestId, text: 'Hi', conversation: other.conversation }), {
    code: 'conflict',
  })
})

test('a run is in the log before its model is asked, so that a crash does not have it asked again', async () => {
  const inner = memoryStore()
  let asked: readonly string[] = []
  const store: Store = {
    ...inner,
    async append(conversation, events, options) {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate) // a disk that takes its time
      return inner.append(conversation, events, options)
    },
  }
  const logged = async function* (request: { readonly metadata?: unknown }) {
    const { conversation } = request.metadata as { readonly conversation: ConversationId }
    asked = (await inner.read(conversation, 0)).map(({ event }) => event.type)
    yield* says('Hello')
  }
  const engine = engineFor([logged], { store })
  await answerTo(engine, await say(engine, 'Hi'))
  assert.deepEqual(asked, ['conversation-start', 'message', 'run-start', 'step-start'])
})

test('pieces that come while the log is being written become one, in their order', async () => {
  const inner = memoryStore()
  const slow: Store = {
    ...inner,
    async append(conversation, events, options) {
      await new Promise(setImmediate)
      return inner.append(conversation, events, options)
    },
  }
  const pieces = Array.from({ length: 50 }, (_, i) => `${i} `)
  const engine = engineFor([says(...pieces)], { store: slow })
  const accepted = await say(engine, 'Count')
  const deltas = (await eventsOf(engine, accepted)).filter(({ type }) => type === 'text-delta')
  assert.equal(textOf(await answerTo(engine, accepted)), pieces.join(''))
  assert.ok(deltas.length < pieces.length / 2, `${deltas.length} events`)
})

test('another owner sees nothing of it', async () => {
  const engine = engineFor([says('secret')])
  const { conversation, run } = await say(engine, 'Hi')
  const eve: Owner = { org: 'acme', user: 'eve' }
  for (const deed of [
    () => openConversation(engine.store, eve, conversation),
    () => send(engine, eve, { requestId: 'q1' as RequestId, text: 'Hi', conversation }),
    () => stop(engine, eve, run),
    () => retry(engine, eve, run),
  ]) {
    await assert.rejects(deed(), { code: 'not-found' })
  }
})

const slowTool = defineTool({
  name: 'slow',
  description: 'Takes its time.',
  input: z.object({}),
  run: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
})
const never = new Promise<void>(() => {})
const phases: Readonly<Record<string, { answers: readonly ScriptedAnswer[]; when: LoggedEvent['type'] }>> = {
  'before the first word': { answers: [[{ until: never }]], when: 'run-start' },
  'in the text': { answers: [[word('Half'), { until: never }]], when: 'text-delta' },
  'in the reasoning': {
    answers: [[[{ type: 'reasoning', index: 0, text: 'Hm' }], { until: never }]],
    when: 'reasoning-start',
  },
  'in a tool input': {
    answers: [
      [
        [
          { type: 'tool-start', index: 0, call: 'c1' as never, name: 'slow' },
          { type: 'tool-input', index: 0, text: '{"a' },
        ],
        { until: never },
      ],
    ],
    when: 'tool-input-delta',
  },
  'in a tool': { answers: [callsTools({ name: 'slow', input: {} })], when: 'tool-call' },
}

for (const [phase, { answers, when }] of Object.entries(phases)) {
  test(`a stop ${phase} leaves a conversation whose next message works`, async () => {
    const engine = engineFor([...answers, says('Fine')], { agent: { tools: [slowTool] } })
    const accepted = await say(engine, 'Hi')
    const { conversation } = accepted
    await heard(engine, accepted, when)
    await Promise.all([stop(engine, owner, accepted.run), stop(engine, owner, accepted.run)])
    const events = await eventsOf(engine, accepted)
    assert.deepEqual(events.at(-1), { ...events.at(-1)!, type: 'run-end', reason: 'stopped' })
    assert.equal(events.filter(({ type }) => type === 'tool-start').length, count(events, 'tool-result'))
    await stop(engine, owner, accepted.run) // late: harmless
    const next = await answerTo(engine, await say(engine, 'Go on', { conversation }))
    assert.equal(textOf(next), 'Fine')
  })
}

test('a stop that meets the end of an answer comes to nothing, and nothing comes behind the end', async () => {
  const inner = memoryStore()
  const gate = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const store: Store = {
    ...inner,
    async append(conversation, events, options) {
      const isStop = events.some(({ type }) => type === 'stop-request')
      if (isStop) gate.resolve() // its run was still active when it was looked at
      if (isStop) await ended.promise
      const entries = await inner.append(conversation, events, options)
      if (events.some(({ type }) => type === 'run-end')) ended.resolve()
      return entries
    },
  }
  const engine = engineFor([[word('Half'), { until: gate.promise }, ...says(' and half')]], { store })
  const accepted = await say(engine, 'Hi')
  await heard(engine, accepted, 'text-delta')
  const { position } = await stop(engine, owner, accepted.run)
  const events = await eventsOf(engine, accepted)
  assert.deepEqual(events.at(-1), { ...events.at(-1)!, seq: position.seq, type: 'run-end', reason: 'done' })
  assert.equal(count(events, 'stop-request'), 0)
})

test('a message that waits can be stopped before its turn', async () => {
  const gate = Promise.withResolvers<void>()
  const engine = engineFor([[{ until: gate.promise }, ...says('one')], says('three')])
  const one = await say(engine, '1')
  const two = await say(engine, '2', { conversation: one.conversation })
  const three = await say(engine, '3', { conversation: one.conversation })
  await stop(engine, owner, two.run)
  gate.resolve()
  assert.equal(textOf(await answerTo(engine, three)), 'three')
  assert.equal((await answerTo(engine, two)).status, 'stopped')
})

test('a retry is another answer to the same message, once however often it is asked for', async () => {
  const engine = engineFor([says('poor'), says('better'), says('more')])
  const first = await say(engine, 'Hi')
  await answerTo(engine, first)
  const [second, same] = await Promise.all([retry(engine, owner, first.run), retry(engine, owner, first.run)])
  assert.equal(second!.run, same!.run)
  assert.equal(textOf(await answerTo(engine, second!)), 'better')
  await answerTo(engine, await say(engine, 'Go on', { conversation: first.conversation }))
  const { requests } = engine.model as ReturnType<typeof scriptedModel>
  const shown = requests[2]!.messages.flatMap(({ content }) =>
    content.flatMap((c) => (c.type === 'text' ? [c.text] : [])),
  )
  assert.deepEqual(shown, ['Hi', 'better', 'Go on'])
})

test('a message that is still answered cannot be retried', async () => {
  const engine = engineFor([[{ until: never }]])
  const { run } = await say(engine, 'Hi')
  await assert.rejects(retry(engine, owner, run), { code: 'run-open' })
  await drain(engine, 0)
})

test('an edited message opens a branch, and the model is shown that branch alone', async () => {
  const engine = engineFor([says('1'), says('2'), says('3')])
  const first = await say(engine, 'a')
  const { conversation } = first
  await answerTo(engine, first)
  const second = await say(engine, 'b', { conversation })
  await answerTo(engine, second)
  await answerTo(engine, await say(engine, 'B', { conversation, replaces: second.message }))
  const folded = await openConversation(engine.store, owner, conversation)
  assert.deepEqual(
    visiblePath(folded).map(({ message }) => textOf(message)),
    ['a', 'B'],
  )
  assert.deepEqual(
    visiblePath(folded, second.message).map(({ message }) => textOf(message)),
    ['a', 'b'],
  )
  const { requests } = engine.model as ReturnType<typeof scriptedModel>
  assert.equal(requests[2]!.messages.length, 3)
})

test('a run whose server went away is ended as interrupted, keeps its words, and can be retried', async () => {
  let now = 0
  const store = memoryStore({ now: () => now })
  const dead = engineFor([[word('Half an answer'), { until: never }]], { store })
  const cut = await say(dead, 'Hi')
  const next = await say(dead, 'And then?', { conversation: cut.conversation })
  await heard(dead, cut, 'text-delta')
  now += 10_001

  const engine = engineFor([says('To the next'), says('A whole answer')], { store })
  await recover(engine)
  await recover(engine)
  const answer = await answerTo(engine, cut)
  assert.deepEqual([answer.status, answer.error?.code], ['interrupted', 'interrupted'])
  assert.equal(textOf(answer), 'Half an answer')
  assert.equal(answer.usage?.estimated, true)
  assert.equal(textOf(await answerTo(engine, next)), 'To the next')
  assert.equal(textOf(await answerTo(engine, await retry(engine, owner, cut.run))), 'A whole answer')
  await assert.rejects(
    store.append(cut.conversation, [{ type: 'text-delta', run: cut.run, block: 1, text: 'zombie' }], { fence: 1 }),
    { name: 'Fenced' },
  )
})

test('a run whose server went away while Bedrock refused its call has cost nothing', async () => {
  let now = 0
  const store = memoryStore({ now: () => now })
  const busy: ModelEvent = { type: 'waiting', attempt: 2, delayMs: 1_500, error: new StreambedError('model-busy') }
  const dead = engineFor([[[busy], { until: never }]], { store })
  const cut = await say(dead, 'Hi')
  await heard(dead, cut, 'progress')
  now += 10_001

  const engine = engineFor([], { store })
  await recover(engine)
  const answer = await answerTo(engine, cut)
  assert.deepEqual([answer.status, answer.usage], ['interrupted', null])
})

test('a server that wakes after its lease has lapsed writes nothing more, and lets go', async () => {
  let now = 0
  const store = memoryStore({ now: () => now })
  const awake = Promise.withResolvers<void>()
  const asleep = engineFor([[word('Half'), { until: awake.promise }, ...says(' an answer')]], { store })
  const cut = await say(asleep, 'Hi')
  await heard(asleep, cut, 'text-delta')
  const { over } = asleep.active.get(cut.run)!
  now += 10_001
  const engine = engineFor([], { store })
  await recover(engine)
  const ended = await eventsOf(engine, cut)

  awake.resolve()
  await over
  assert.deepEqual(await eventsOf(engine, cut), ended)
  assert.equal((await store.find(owner, cut.conversation))!.seq, ended.at(-1)!.seq)
  assert.equal(asleep.active.size, 0)
})

test('a drain lets runs finish, ends those that do not, and leaves the queue for the next start', async () => {
  const store = memoryStore()
  const engine = engineFor([[word('On'), { until: never }]], { store })
  const slow = await say(engine, 'Hi')
  const queued = await say(engine, 'Next', { conversation: slow.conversation })
  await heard(engine, slow, 'text-delta')
  await drain(engine, 10)
  assert.equal((await answerTo(engine, slow)).status, 'interrupted')
  await assert.rejects(say(engine, 'More'), { code: 'draining' })

  const restarted = engineFor([says('Here')], { store })
  await recover(restarted)
  assert.equal(textOf(await answerTo(restarted, queued)), 'Here')
})

for (const moment of ['while the model thinks', 'while the log is being written'] as const) {
  test(`a conversation that is deleted in mid-answer is nothing to complain of (${moment})`, async () => {
    const inner = memoryStore()
    const writing = Promise.withResolvers<void>()
    const erased = Promise.withResolvers<void>()
    const store: Store = {
      ...inner,
      async append(conversation, events, options) {
        const isWord = moment === 'while the log is being written' && events.some(({ type }) => type === 'text-delta')
        if (isWord) writing.resolve()
        if (isWord) await erased.promise
        return inner.append(conversation, events, options)
      },
    }
    const complaints: string[] = []
    const complain = (_: object, text: string): void => void complaints.push(text)
    const engine = engineFor([[word('Half'), { until: never }]], {
      store,
      log: { ...silent, warn: complain, error: complain },
    })
    const accepted = await say(engine, 'Hi')
    await (moment === 'while the model thinks' ? heard(engine, accepted, 'text-delta') : writing.promise)
    const { over } = engine.active.get(accepted.run)!
    await eraseConversation(engine, owner, accepted.conversation)
    erased.resolve()
    await over
    assert.deepEqual(complaints, [])
  })
}

test('a failing model ends the run with its error, for all to see', async () => {
  const engine = engineFor([])
  const answer = await answerTo(engine, await say(engine, 'Hi'))
  assert.deepEqual([answer.status, answer.error?.code], ['failed', 'model-failed'])
})

test('an unknown conversation, agent or message is refused before anything is written', async () => {
  const engine = engineFor([])
  await assert.rejects(say(engine, 'Hi', { conversation: 'c_none' as ConversationId }), { code: 'not-found' })
  await assert.rejects(say(engine, 'Hi', { agent: 'nobody' }), { code: 'unknown-agent' })
  assert.deepEqual(await engine.store.list(owner, { limit: 10 }), { items: [], cursor: null })
})

function count(events: readonly LoggedEvent[], type: LoggedEvent['type']): number {
  return events.filter((event) => event.type === type).length
}
