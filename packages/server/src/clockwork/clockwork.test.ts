import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, type LoggedEvent, newRequestId, type Owner, textOf } from '@streambed/protocol'
import * as z from 'zod'
import { type Agent, defineAgent } from '../agent/agent.ts'
import type { TimerHandler } from '../agent/timer.ts'
import { defineTool } from '../agent/tool.ts'
import { memoryBus } from '../bus/memory.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { append, createEngine, type Engine } from '../runs/engine.ts'
import { follow, followRun } from '../runs/follow.ts'
import { openConversation } from '../runs/open.ts'
import { send } from '../runs/start.ts'
import { setTimer } from '../runs/timers.ts'
import { memoryStore } from '../store/memory.ts'
import { sqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { fireDue, sleepUntil, startClockwork } from './clockwork.ts'
import { postponement } from './fire.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const chat = 'c_kitchen' as ConversationId
const DAY = 24 * 60 * 60 * 1000

const bell: TimerHandler = async ({ data, at }) => ({
  notices: [{ level: 'alarm', kind: 'bell', text: String(data), data: { at: at.toISOString() } }],
})

interface Options {
  readonly store?: Store
  readonly timers?: Agent['timers']
  readonly answers?: readonly ScriptedAnswer[]
  readonly tools?: Agent['tools']
  readonly runsAtOnce?: number
}

/** An engine whose clock stands still until told. */
function kitchen({ store = memoryStore(), timers = { bell }, answers = [], tools = [], ...room }: Options = {}) {
  let time = Date.parse('2027-03-01T06:00:00Z')
  const failures: string[] = []
  const engine = createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel(answers),
    agents: new Map([['cook', defineAgent({ name: 'cook', title: 'Cook', instructions: 'Cook.', timers, tools })]]),
    defaultAgent: 'cook',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000, ...room },
    log: { info() {}, warn() {}, error: (_, text) => failures.push(text) },
    now: () => new Date(time),
  })
  const startedAt = time
  return {
    engine,
    failures,
    now: () => time,
    pass: (ms: number) => void (time += ms),
    begin: () => append(engine, ada, chat, [{ type: 'conversation-start', agent: 'cook', title: null, owner: ada }]),
    set: (key: string, inMs: number, data: unknown = key) =>
      setTimer(engine, { owner: ada, key, agent: 'cook', kind: 'bell', at: time + inMs, conversation: chat, data }),
    fire: () => fireDue(engine, startedAt),
    notices: async (id = chat) => (await openConversation(store, ada, id)).notices.map(({ text }) => text),
  }
}

test('a timer fires once, at its time and not before', async () => {
  const { begin, set, pass, fire, engine } = kitchen()
  await begin()
  await set('eggs', 60_000)
  pass(59_999)
  await fire()
  assert.deepEqual((await openConversation(engine.store, ada, chat)).notices, [])
  pass(1)
  await Promise.all([fire(), fire()])
  await fire()
  const [notice, ...more] = (await openConversation(engine.store, ada, chat)).notices
  assert.deepEqual(more, [])
  assert.deepEqual(
    { ...notice, seq: 0, at: '' },
    {
      seq: 0,
      at: '',
      level: 'alarm',
      kind: 'bell',
      text: 'eggs',
      data: { at: '2027-03-01T06:01:00.000Z' },
      late: false,
    },
  )
})

test('what fell due while no server ran is marked late', async () => {
  const { begin, set, fire, engine } = kitchen()
  await begin()
  await set('yesterday', -DAY)
  await fire()
  assert.deepEqual(
    (await openConversation(engine.store, ada, chat)).notices.map(({ text, late }) => [text, late]),
    [['yesterday', true]],
  )
})

test('what could not fire in time is late though the server was up, and a clock set back fires nothing twice', async () => {
  const { begin, set, pass, fire, engine } = kitchen()
  await begin()
  await set('nap', 60_000)
  pass(2 * 60 * 60_000) // the machine slept, or somebody set the clock
  await fire()
  pass(-2 * 60 * 60_000)
  await fire()
  assert.deepEqual(
    (await openConversation(engine.store, ada, chat)).notices.map(({ text, late }) => [text, late]),
    [['nap', true]],
  )
})

test('a replaced timer fires at its new time, a cancelled one never', async () => {
  const { begin, set, pass, fire, notices, engine } = kitchen()
  await begin()
  await set('rice', 10)
  await set('rice', 30)
  await set('peas', 20)
  await engine.store.timers.cancel(ada, 'peas')
  pass(25)
  await fire()
  assert.deepEqual(await notices(), [])
  pass(5)
  await fire()
  assert.deepEqual(await notices(), ['rice'])
})

test('a handler may set the next firing', async () => {
  const every: TimerHandler = async ({ at, data }) => {
    const count = Number(data)
    const next = count < 3 ? { at: new Date(at.getTime() + DAY), data: count + 1 } : undefined
    return { notices: [{ level: 'info', text: `day ${count}` }], next }
  }
  const { begin, set, pass, fire, notices } = kitchen({ timers: { bell: every } })
  await begin()
  await set('daily', 0, 1)
  for (let day = 0; day < 5; day++) {
    await fire()
    pass(DAY)
  }
  assert.deepEqual(await notices(), ['day 1', 'day 2', 'day 3'])
})

test('a crash before anything was kept calls the handler again; a crash after it says nothing twice', async () => {
  const store = memoryStore()
  let done = 0
  let crashes = 2
  const handler: TimerHandler = async () => {
    if (crashes-- === 2) throw new Error('the first crash')
    return {
      notices: [{ level: 'info', text: 'ready' }],
      async afterwards() {
        if (crashes-- === 0) throw new Error('the second crash')
        done++
      },
    }
  }
  const { begin, set, pass, fire, notices, failures, engine } = kitchen({ store, timers: { bell: handler } })
  await begin()
  await set('soup', 0)
  for (let i = 0; i < 4; i++) {
    await fire()
    pass(2_000)
  }
  assert.deepEqual([await notices(), done, failures.length], [['ready'], 1, 2])
  assert.equal(await engine.store.timers.next(), undefined)
})

test('a timer that always fails stands in nobody’s way', async () => {
  const handler: TimerHandler = async (firing, context) => {
    if (firing.key === 'bad') throw new Error('never')
    return bell(firing, context)
  }
  const { begin, set, pass, fire, notices, failures } = kitchen({ timers: { bell: handler } })
  await begin()
  await set('bad', 0)
  await set('good', 1)
  pass(5)
  await fire()
  await fire()
  assert.deepEqual([await notices(), failures.length], [['good'], 1])
  assert.deepEqual([0, 1_000, 64_000, DAY].map(postponement), [1_000, 1_000, 64_000, 600_000])
})

test('a timer outlives its conversation: those that do share a new one', async () => {
  const { begin, set, fire, engine } = kitchen()
  await begin()
  await set('a', 0)
  await set('b', 0)
  await engine.store.erase(ada, chat)
  await fire()
  const { items } = await engine.store.list(ada, { limit: 10 })
  const conversations = await Promise.all(items.map(({ id }) => openConversation(engine.store, ada, id)))
  assert.deepEqual(
    conversations.map(({ agent, title, notices }) => [agent, title, notices.map(({ text }) => text).sort()]),
    [['cook', 'Cook', ['a', 'b']]],
  )
})

test('a firing may ask the agent something, once', async () => {
  let attempts = 0
  const handler: TimerHandler = async () => ({
    ask: 'Is the bread done?',
    async afterwards() {
      if (attempts++ === 0) throw new Error('crash after asking')
    },
  })
  const { begin, set, pass, fire, engine } = kitchen({ timers: { bell: handler }, answers: [says('Yes.')] })
  await begin()
  await set('bread', 0)
  await fire()
  pass(2_000)
  await fire()
  const { messages } = await openConversation(engine.store, ada, chat)
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['user', 'assistant'],
  )
})

test('an agent is asked when it has nothing else to answer there', async () => {
  const { promise: baked, resolve } = Promise.withResolvers<void>()
  const handler: TimerHandler = async () => ({ notices: [{ level: 'info', text: 'time is up' }], ask: 'Is it done?' })
  const answers = [[{ until: baked }, ...says('Baked.')], says('Yes.')]
  const { begin, set, pass, fire, notices, engine } = kitchen({ timers: { bell: handler }, answers })
  await begin()
  const said = async () => (await openConversation(engine.store, ada, chat)).messages.map(({ role }) => role)
  const busy = await send(engine, ada, { requestId: newRequestId(), text: 'Bake bread', conversation: chat })
  await set('bread', 0)
  await fire()
  pass(2_000)
  await fire()
  assert.deepEqual([await notices(), await said()], [['time is up'], ['user', 'assistant']])
  resolve()
  for await (const _ of followRun(engine, ada, busy, AbortSignal.timeout(5_000)));
  pass(4_000)
  await fire()
  assert.deepEqual([await notices(), (await said()).slice(0, 3)], [['time is up'], ['user', 'assistant', 'user']])
  assert.equal(await engine.store.timers.next(), undefined)
})

test('an agent is asked in its turn when its user has no place for an answer', async () => {
  const { promise: baked, resolve } = Promise.withResolvers<void>()
  const handler: TimerHandler = async () => ({ ask: 'Is it done?' })
  const answers = [[{ until: baked }, ...says('Baked.')], says('Yes.')]
  const { begin, set, fire, failures, engine } = kitchen({ timers: { bell: handler }, answers, runsAtOnce: 1 })
  await begin()
  await send(engine, ada, { requestId: newRequestId(), text: 'Bake bread' })
  await set('bread', 0)
  await fire()
  const [queued] = await engine.store.openRuns(chat)
  assert.deepEqual([queued?.status, failures, await engine.store.timers.next()], ['queued', [], undefined])
  resolve()
  const asked = { conversation: chat, run: queued!.run, position: { epoch: engine.store.epoch, seq: 1 } }
  for await (const _ of followRun(engine, ada, asked, AbortSignal.timeout(5_000)));
  const { messages } = await openConversation(engine.store, ada, chat)
  assert.deepEqual([messages.length, textOf(messages[1]!)], [2, 'Yes.'])
})

test('a tool sets a timer for whoever it works for', async () => {
  const wait = defineTool({
    name: 'wait',
    description: 'Rings later.',
    input: z.object({ minutes: z.number() }),
    async run({ minutes }, { timers, now }) {
      await timers.set({ key: 'wait', kind: 'bell', at: new Date(now().getTime() + minutes * 60_000), data: 'Now!' })
      return 'Set.'
    },
  })
  const answers = [callsTools({ name: 'wait', input: { minutes: 3 } }), says('I will ring.')]
  const { pass, fire, notices, engine } = kitchen({ tools: [wait], answers })
  const accepted = await send(engine, ada, { requestId: newRequestId(), text: 'Ring in three minutes' })
  for await (const _ of followRun(engine, ada, accepted, AbortSignal.timeout(5_000)));
  pass(3 * 60_000)
  await fire()
  assert.deepEqual(await notices(accepted.conversation), ['Now!'])
})

test('the clockwork wakes for the next timer by itself, and for one that is set meanwhile', async () => {
  const { begin, engine } = kitchen()
  const live: Engine = { ...engine, now: () => new Date() }
  await begin()
  await using _ = startClockwork(live)
  const timer = { owner: ada, agent: 'cook', kind: 'bell', conversation: chat }
  await setTimer(live, { ...timer, key: 'far', at: Date.now() + 40 * DAY, data: 'far' })
  await setTimer(live, { ...timer, key: 'near', at: Date.now() + 30, data: 'near' })
  const event = await firstNotice(live)
  assert.deepEqual([event.text, event.late], ['near', undefined])
  assert.ok(Date.parse(event.at) >= Date.parse(String(event.data?.['at'])))
  assert.deepEqual([sleepUntil(40 * DAY, 0), sleepUntil(50, 0), sleepUntil(0, 50)], [30_000, 50, 0])
})

test('fifty thousand timers wait for nothing but the next one', async () => {
  await using store = sqliteStore({ path: ':memory:' })
  const { begin, set, pass, fire, notices } = kitchen({ store })
  await begin()
  for (let i = 0; i < 50_000; i++) await set(`timer ${i}`, DAY + i)
  await set('now', 10)
  pass(20)
  const times: number[] = []
  while (times.length < 5) {
    const begun = performance.now()
    for (let i = 0; i < 100; i++) {
      await fire()
      await store.timers.next()
    }
    times.push(performance.now() - begun)
  }
  assert.deepEqual(await notices(), ['now'])
  assert.ok(Math.min(...times) < 500, `a hundred looks took ${times} ms`)
})

async function firstNotice(engine: Engine): Promise<LoggedEvent & { type: 'notice' }> {
  for await (const entries of follow(engine, ada, chat, 0, AbortSignal.timeout(5_000))) {
    for (const { event } of entries) if (event.type === 'notice') return event
  }
  throw new Error('no notice came')
}
