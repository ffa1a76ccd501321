import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AssistantMessage,
  answerOf,
  type Budget,
  type BudgetQuestion,
  newRequestId,
  type Owner,
  textOf,
} from '@streambed/protocol'
import fc from 'fast-check'
import { defineAgent } from '../agent/agent.ts'
import { promptTokens } from '../agent/estimate.ts'
import { memoryBus } from '../bus/memory.ts'
import type { ModelEvent } from '../model/model.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import { sqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { currentTime } from '../tools/current-time.ts'
import { approve } from './approve.ts'
import { eraseConversation } from './conversations.ts'
import { type Accepted, createEngine, type Engine } from './engine.ts'
import { followRun } from './follow.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { retry, send } from './start.ts'
import { stop } from './stop.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const silent = { info() {}, warn() {}, error() {} }
const START = Date.parse('2026-11-20T12:00:00Z')
/** $1 and $5 per million tokens, $1.25 for what is written to the cache. */
const HAIKU = 'global.anthropic.claude-haiku-4-5-20251001-v1:0'
const word = (text: string): readonly ModelEvent[] => [{ type: 'text', index: 0, text }]

interface Options {
  readonly store?: Store
  readonly budgets?: readonly Budget[]
  readonly caps?: readonly Budget[]
  readonly model?: string
  readonly now?: () => number
}

function engineFor(answers: readonly ScriptedAnswer[], options: Options = {}): Engine {
  const { now = () => START, store = memoryStore({ now }), budgets = [], caps = [], model = HAIKU } = options
  const assistant = defineAgent({ name: 'assistant', instructions: 'Be brief.', tools: [currentTime] })
  return createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel(answers),
    agents: new Map([['assistant', assistant]]),
    defaultAgent: 'assistant',
    defaultModel: () => model,
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
    log: silent,
    budgets,
    caps,
    now: () => new Date(now()),
  })
}

const budget = (some: Partial<Budget>): Budget => ({
  scope: 'user',
  of: null,
  period: 'day',
  microDollars: null,
  tokens: null,
  action: 'cut',
  ...some,
})

const say = (engine: Engine, text = 'Hi', owner = ada): Promise<Accepted> =>
  send(engine, owner, { requestId: newRequestId(), text })

async function answerTo(engine: Engine, accepted: Accepted, owner = ada): Promise<AssistantMessage> {
  for await (const _ of followRun(engine, owner, accepted, AbortSignal.timeout(5_000)));
  await engine.active.get(accepted.run)?.over
  return answerOf(await openConversation(engine.store, owner, accepted.conversation), accepted.run)!
}

async function spent(engine: Engine, owner = ada) {
  const line = {
    account: [owner.org, owner.user],
    from: '2026-11-20',
    period: 'day',
    microDollars: 0,
    tokens: 0,
  } as const
  return (await engine.store.budgets.standing([line]))[0]!
}

/** As many words as the model may say, one in each batch; `cut` resolves when the call is ended before. */
function endless() {
  const cut = Promise.withResolvers<void>()
  const answer: ScriptedAnswer = async function* ({ maxTokens }, signal) {
    signal.addEventListener('abort', () => cut.resolve())
    for (let tokens = 0; tokens < maxTokens; tokens += 12 / 4.5) {
      yield word(' wordwordword')
      await new Promise((resolve) => setImmediate(resolve))
    }
    yield [{ type: 'end', stopReason: 'max_tokens' }]
  }
  return { answer, cut: cut.promise }
}

test('without a budget nothing is reserved', async () => {
  const engine = engineFor([says('Hello')])
  engine.store.budgets.reserve = () => assert.fail('reserved')
  assert.equal((await answerTo(engine, await say(engine))).status, 'done')
})

test('a call that no budget has room for is not made, and the run says which, how much, and until when', async () => {
  const engine = engineFor([], { budgets: [budget({ microDollars: 100 })] })
  const answer = await answerTo(engine, await say(engine))
  assert.deepEqual([answer.status, answer.limit, answer.usage], ['limited', 'budget', null])
  assert.deepEqual(answer.error, {
    code: 'budget-spent',
    message:
      'A budget is spent. Ask again when it renews, or ask an admin to raise it. It is your budget for the day: ' +
      '$0.0001. It renews on 2026-11-21, 00:00 UTC.',
    retry: true,
    retryAfterMs: 12 * 3_600_000,
  })
  assert.equal((engine.model as ReturnType<typeof scriptedModel>).requests.length, 0)
})

test("an answer is cut in mid-stream where its budget ends: the call is ended, its words stay, the rest is nobody's", async () => {
  for (const limit of [{ microDollars: 2_000 }, { tokens: 700 }]) {
    const { answer, cut } = endless()
    const engine = engineFor([answer], { budgets: [budget(limit)] })
    const said = await answerTo(engine, await say(engine))
    await cut
    assert.deepEqual([said.status, said.limit, said.error?.code], ['limited', 'budget', 'budget-spent'])
    assert.match(textOf(said), /^( wordwordword){50,}$/)
    const { spent: amount, reserved } = await spent(engine)
    assert.deepEqual(reserved, { microDollars: 0, tokens: 0 })
    assert.equal(amount.microDollars, said.usage!.microDollars)
    assert.equal(said.usage!.estimated, true)
    // What it wrote to the cache nobody knows; the meter takes the dearer case.
    if ('tokens' in limit) assert.ok(amount.tokens >= 700 && amount.tokens <= 703, `${amount.tokens} tokens`)
    else assert.ok(amount.microDollars <= 2_015 && amount.microDollars > 1_700, `${amount.microDollars} micro-dollars`)
  }
})

test('an answer that ends before its budget does is whole', async () => {
  const engine = engineFor([says('Hello')], { budgets: [budget({ tokens: 700 })] })
  const answer = await answerTo(engine, await say(engine))
  assert.deepEqual([answer.status, textOf(answer), answer.usage?.estimated], ['done', 'Hello', false])
})

test('of fifty runs at once on one small budget each goes over it by one piece at most', async () => {
  for (const store of [memoryStore({ now: () => START }), sqliteStore({ path: ':memory:', now: () => START })]) {
    await using _ = store
    const limit = 8_000
    const engine = engineFor(
      Array.from({ length: 50 }, () => endless().answer),
      {
        store,
        budgets: [budget({ tokens: limit, scope: 'organisation' })],
      },
    )
    const owners = Array.from({ length: 50 }, (_, i) => ({ org: 'lab', user: `u${i}` }))
    const answers = await Promise.all(
      owners.map(async (owner) => answerTo(engine, await say(engine, 'Hi', owner), owner)),
    )
    const { requests } = engine.model as ReturnType<typeof scriptedModel>
    assert.deepEqual(new Set(answers.map(({ limit }) => limit)), new Set(['output-tokens', 'budget']))
    assert.ok(requests.length > 1 && requests.length < 10, `${requests.length} calls`)
    const line = { account: ['lab'], from: '2026-11-20', period: 'day', microDollars: 0, tokens: 0 } as const
    const [standing] = await store.budgets.standing([line])
    const receipts = answers.map(({ usage }) => (usage ? usage.inputTokens + usage.outputTokens : 0))
    const sum = receipts.reduce((a, b) => a + b)
    assert.deepEqual(standing!.spent.tokens, sum, 'the ledger is the sum of the receipts')
    assert.ok(sum <= limit + 3 * requests.length, `${sum} tokens`)
    assert.equal(standing!.reserved.tokens, 0)
    await Promise.all([...engine.active.values()].map(({ over }) => over))
  }
})

test('of two hundred sends at once with a budget for three answers, three at most reach the model', async () => {
  const probe = engineFor([says('Hello')])
  await answerTo(probe, await say(probe))
  const [request] = (probe.model as ReturnType<typeof scriptedModel>).requests
  const each = promptTokens(request!) + request!.maxTokens
  const engine = engineFor(
    Array.from({ length: 200 }, () => says('Hello')),
    {
      budgets: [budget({ scope: 'organisation', tokens: each * 3 })],
    },
  )
  const slow = Promise.withResolvers<void>()
  const { stream } = engine.model
  engine.model.stream = async function* (...args) {
    await slow.promise
    yield* stream(...args)
  }
  const sent = await Promise.all(Array.from({ length: 200 }, () => say(engine)))
  let ended = 0
  const limits = await Promise.all(
    sent.map(async (accepted) => {
      const { limit } = await answerTo(engine, accepted)
      if (++ended === 197) slow.resolve() // those that were let through have waited for all the others
      return limit
    }),
  )
  assert.equal(limits.filter((limit) => limit === 'budget').length, 197)
  assert.equal((engine.model as ReturnType<typeof scriptedModel>).requests.length, 3)
})

test('each call of a run is reserved anew, and a refused one ends it with what it has', async () => {
  const call = callsTools({ name: 'current_time', input: { zone: 'UTC' } })
  const used = { type: 'usage', inputTokens: 900, outputTokens: 50, cacheReadTokens: 0, cacheWriteTokens: 0 } as const
  const engine = engineFor([[...call.slice(0, -1), [used]], says('never')], { budgets: [budget({ tokens: 1_000 })] })
  const answer = await answerTo(engine, await say(engine))
  assert.deepEqual([answer.status, answer.limit, answer.usage?.inputTokens], ['limited', 'budget', 900])
  assert.deepEqual(await spent(engine), {
    spent: { microDollars: 1_150, tokens: 950 },
    reserved: { microDollars: 0, tokens: 0 },
  })
})

test('what a server that went away had reserved is free again once its run is ended, and what it cost is counted', async () => {
  let now = START
  const store = memoryStore({ now: () => now })
  const budgets = [budget({ tokens: 10_000 })]
  const dead = engineFor([[word('Half'), { until: new Promise(() => {}) }]], { store, budgets, now: () => now })
  const cut = await say(dead)
  for await (const events of followRun(dead, ada, cut, AbortSignal.timeout(5_000)))
    if (events.some(({ type }) => type === 'text-delta')) break
  assert.ok((await spent(dead)).reserved.tokens > 1_000)
  now += 10_001
  const engine = engineFor([], { store, budgets, now: () => now })
  await recover(engine)
  const answer = await answerTo(engine, cut)
  const { spent: amount, reserved } = await spent(engine)
  assert.deepEqual(reserved, { microDollars: 0, tokens: 0 })
  assert.equal(amount.microDollars, answer.usage?.microDollars)
  assert.ok(amount.microDollars > 0)
})

test('an answer that is erased while it is written has cost what it has cost until then', async () => {
  const engine = engineFor([[word('Half an answer'), { until: new Promise(() => {}) }]], {
    budgets: [budget({ tokens: 10_000 })],
  })
  const accepted = await say(engine)
  for await (const events of followRun(engine, ada, accepted, AbortSignal.timeout(5_000)))
    if (events.some(({ type }) => type === 'text-delta')) break
  await eraseConversation(engine, ada, accepted.conversation)
  const { spent: amount, reserved } = await spent(engine)
  assert.deepEqual(reserved, { microDollars: 0, tokens: 0 })
  assert.ok(amount.tokens > 0 && amount.microDollars > 0, `${amount.tokens} tokens`)
  assert.equal(engine.active.size, 0)
})

test('a model without a price counts in tokens, and passes limits in money', async () => {
  const budgets = [budget({ microDollars: 0 }), budget({ period: 'month', tokens: 2_000 })]
  const used = { type: 'usage', inputTokens: 1_900, outputTokens: 60, cacheReadTokens: 0, cacheWriteTokens: 0 } as const
  const engine = engineFor([[...says('Hello').slice(0, -1), [used]]], { budgets, model: 'nobody.knows-it' })
  const first = await answerTo(engine, await say(engine))
  assert.deepEqual([first.status, first.usage?.microDollars], ['done', null])
  const second = await answerTo(engine, await say(engine))
  assert.match(second.error!.message, /your budget for the month: 2,000 tokens/)
})

test('a model without a price that a user chose is refused where a budget counts dollars, and nowhere else', async () => {
  const UNKNOWN = 'arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc'
  const ask = async (engine: Engine, model: string) =>
    answerTo(engine, await send(engine, ada, { requestId: newRequestId(), text: 'Hi', model }))
  const inDollars = [budget({ microDollars: 1_000_000, action: 'ask' })]
  const engine = engineFor([says('Hello')], { budgets: inDollars })
  const accepted = await send(engine, ada, { requestId: newRequestId(), text: 'Hi', model: UNKNOWN })
  const refused = await answerTo(engine, accepted)
  assert.deepEqual([refused.status, refused.error?.code, refused.usage], ['failed', 'model-unpriced', null])
  const again = await retry(engine, ada, accepted.run)
  assert.equal((await answerTo(engine, again)).error?.code, 'model-unpriced')
  assert.equal((await ask(engine, HAIKU)).status, 'done')

  const inTokens = engineFor([says('Hello')], { budgets: [budget({ tokens: 10_000 })] })
  assert.equal((await ask(inTokens, UNKNOWN)).status, 'done')
  const ours = engineFor([says('Hello')], { budgets: inDollars, model: UNKNOWN })
  assert.equal((await ask(ours, UNKNOWN)).status, 'done', 'it is the model of the settings')
})

test('people are told once when half, four fifths and all of a budget is spent, and again in the next period', async () => {
  let now = START
  const used = (tokens: number): ScriptedAnswer => [
    ...says('Hello').slice(0, -1),
    [{ type: 'usage', inputTokens: tokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }],
  ]
  const answers = [used(5_000), used(10), used(4_000), used(1_000), used(9_999)]
  const engine = engineFor(answers, { budgets: [budget({ tokens: 10_000 })], now: () => now })
  const told = []
  for (const i of answers.keys()) {
    if (i === 4) now += 86_400_000
    const accepted = await say(engine)
    await answerTo(engine, accepted)
    const { notices } = await openConversation(engine.store, ada, accepted.conversation)
    told.push(notices.map(({ kind, level, data }) => [kind, level, data?.['percent']]))
  }
  assert.deepEqual(told, [
    [['budget', 'info', 50]],
    [],
    [['budget', 'info', 80]],
    [['budget', 'warning', 100]],
    [['budget', 'info', 80]],
  ])
})

test('what an organisation has set comes before the default', async () => {
  const engine = engineFor([says('Hello')], { budgets: [budget({ microDollars: 0 })] })
  await engine.store.budgets.set('lab', budget({ microDollars: 1_000_000 }))
  assert.equal((await answerTo(engine, await say(engine))).status, 'done')
})

test('what an organisation has set does not lift the server’s cap', async () => {
  const cap = budget({ scope: 'organisation', period: 'month', microDollars: 100 })
  const engine = engineFor([], { caps: [cap] })
  await engine.store.budgets.set('lab', { ...cap, microDollars: 1_000_000_000_000 })
  const answer = await answerTo(engine, await say(engine))
  assert.match(answer.error!.message, /your organisation's budget for the month: \$0\.0001\./)
})

/** The question that a run waits with. */
async function questionOf(engine: Engine, accepted: Accepted, owner = ada): Promise<BudgetQuestion> {
  for await (const events of followRun(engine, owner, accepted, AbortSignal.timeout(5_000)))
    if (events.some(({ type }) => type === 'run-park')) break
  await engine.active.get(accepted.run)?.over
  const answer = answerOf(await openConversation(engine.store, owner, accepted.conversation), accepted.run)!
  assert.deepEqual([answer.status, (await spent(engine, owner)).reserved], ['parked', { microDollars: 0, tokens: 0 }])
  return answer.questions!.at(-1)!
}

const asking = (some: Partial<Budget>): Budget => budget({ action: 'ask', ...some })

test('where a budget asks, the run waits before its call, says what it is about, and goes on when it may', async () => {
  const engine = engineFor([says('Hello')], { budgets: [asking({ tokens: 100 })] })
  const accepted = await say(engine)
  const { id, call, ...question } = await questionOf(engine, accepted)
  assert.deepEqual(question, {
    scope: 'user',
    period: 'day',
    limit: { microDollars: null, tokens: 100 },
    spent: { microDollars: null, tokens: 0 },
    more: { microDollars: null, tokens: 3 * call.tokens! },
    by: 'user',
    renewsAt: '2026-11-21T00:00:00.000Z',
    expiresAt: '2026-11-21T12:00:00.000Z',
    answer: null,
  })
  assert.equal((engine.model as ReturnType<typeof scriptedModel>).requests.length, 0)
  await approve(engine, ada, accepted.run, id, { approved: true })
  const answer = await answerTo(engine, accepted)
  assert.deepEqual([answer.status, textOf(answer), answer.attempt, answer.steps], ['done', 'Hello', 2, 1])
  assert.equal((await spent(engine)).spent.tokens, answer.usage!.inputTokens + answer.usage!.outputTokens)
  // What one run may spend no other may.
  assert.equal((await questionOf(engine, await say(engine))).spent.tokens, 15)
})

test('a run that may not spend more ends, and so does one that nobody answers', async () => {
  let now = START
  const engine = engineFor([], { budgets: [asking({ microDollars: 0 })], now: () => now })
  const denied = await say(engine)
  const { id } = await questionOf(engine, denied)
  await approve(engine, ada, denied.run, id, { approved: false })
  await approve(engine, ada, denied.run, id, { approved: false }) // harmless when repeated
  await assert.rejects(approve(engine, ada, denied.run, id, { approved: true }), { code: 'approval-closed' })
  const late = await say(engine)
  await questionOf(engine, late)
  now += 86_400_001
  await recover(engine)
  for (const accepted of [denied, late]) {
    const answer = await answerTo(engine, accepted)
    assert.deepEqual([answer.status, answer.limit, answer.error?.code], ['limited', 'budget', 'budget-spent'])
  }
})

test('a run that asks for money can be stopped like any other', async () => {
  const engine = engineFor([], { budgets: [asking({ tokens: 100 })] })
  const accepted = await say(engine)
  const { id } = await questionOf(engine, accepted)
  await stop(engine, ada, accepted.run)
  assert.equal((await answerTo(engine, accepted)).status, 'stopped')
  await assert.rejects(approve(engine, ada, accepted.run, id, { approved: true }), { code: 'approval-closed' })
})

test('a question waits through a restart, after tools have run, and the run goes on where it stood', async () => {
  const call = callsTools({ name: 'current_time', input: { zone: 'UTC' } })
  const used = { type: 'usage', inputTokens: 9_000, outputTokens: 50, cacheReadTokens: 0, cacheWriteTokens: 0 } as const
  const store = memoryStore({ now: () => START })
  const budgets = [asking({ tokens: 9_500 })]
  const before = engineFor([[...call.slice(0, -1), [used]]], { store, budgets })
  const accepted = await say(before)
  const { id, spent: stood } = await questionOf(before, accepted)
  assert.equal(stood.tokens, 9_050)
  const engine = engineFor([says('It is noon.')], { store, budgets })
  await recover(engine)
  await approve(engine, ada, accepted.run, id, { approved: true })
  const answer = await answerTo(engine, accepted)
  assert.deepEqual([answer.status, textOf(answer), answer.steps], ['done', 'It is noon.', 2])
  const [request] = (engine.model as ReturnType<typeof scriptedModel>).requests
  assert.deepEqual(
    request!.messages.map(({ role, content }) => [role, content[0]!.type]),
    [
      ['user', 'text'],
      ['assistant', 'tool-use'],
      ['user', 'tool-result'],
    ],
  )
})

test('a budget that cuts comes first, and of an organisation’s budget an admin makes room', async () => {
  const both = engineFor([], { budgets: [asking({ tokens: 100 }), budget({ period: 'month', tokens: 100 })] })
  assert.equal((await answerTo(both, await say(both))).limit, 'budget')

  const engine = engineFor([says('Hello')])
  const set = (tokens: number) => engine.store.budgets.set('lab', asking({ scope: 'organisation', tokens }))
  await set(100)
  const accepted = await say(engine)
  const { id, by } = await questionOf(engine, accepted)
  assert.equal(by, 'admin')
  await assert.rejects(approve(engine, ada, accepted.run, id, { approved: true }), { code: 'budget-spent' })
  await set(100_000)
  await approve(engine, ada, accepted.run, id, { approved: true })
  assert.equal((await answerTo(engine, accepted)).status, 'done')
})

test('whatever is spent, asked, allowed and refused, the ledger is the sum of the receipts', async () => {
  const turn = fc.record({ input: fc.nat(900), output: fc.nat(200), allow: fc.boolean() })
  const kinds = fc.constantFrom<Partial<Budget>>(
    { tokens: 2_000 },
    { microDollars: 2_000 },
    { tokens: 1_500, action: 'cut' },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 5 }), kinds, async (turns, kind) => {
      const answers = turns.map(({ input: inputTokens, output: outputTokens }): ScriptedAnswer => {
        const usage = { type: 'usage', inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 } as const
        return [...says('Hello').slice(0, -1), [usage]]
      })
      const engine = engineFor(answers, { budgets: [asking(kind)] })
      const receipts = { microDollars: 0, tokens: 0 }
      for (const { allow } of turns) {
        const accepted = await say(engine)
        for await (const events of followRun(engine, ada, accepted, AbortSignal.timeout(5_000)))
          if (events.some(({ type }) => type === 'run-park')) break
        await engine.active.get(accepted.run)?.over
        const asked = answerOf(await openConversation(engine.store, ada, accepted.conversation), accepted.run)!
        const question = asked.status === 'parked' ? asked.questions!.at(-1)! : undefined
        if (question) await approve(engine, ada, accepted.run, question.id, { approved: allow })
        const { usage } = await answerTo(engine, accepted)
        receipts.microDollars += usage?.microDollars ?? 0
        receipts.tokens += usage ? usage.inputTokens + usage.outputTokens : 0
      }
      assert.deepEqual(await spent(engine), { spent: receipts, reserved: { microDollars: 0, tokens: 0 } })
    }),
    { numRuns: 60 },
  )
})
