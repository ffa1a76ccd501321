import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ApprovalId,
  type AssistantMessage,
  answerOf,
  type LoggedEvent,
  newRequestId,
  type Owner,
  type RunId,
  type ToolBlock,
  textOf,
} from '@streambed/protocol'
import * as z from 'zod'
import { type Agent, defineAgent } from '../agent/agent.ts'
import { defineOutput } from '../agent/output/output.ts'
import { type ApprovalRule, defineTool } from '../agent/tool.ts'
import { memoryBus } from '../bus/memory.ts'
import type { ModelContent, ModelEvent } from '../model/model.ts'
import { callsTools, type ScriptedAnswer, type ScriptedModel, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import { sqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { approve } from './approve.ts'
import { drain } from './drain.ts'
import { type Accepted, createEngine, type Engine } from './engine.ts'
import { follow, followRun } from './follow.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { retry, send } from './start.ts'
import { editState } from './state.ts'
import { stop } from './stop.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const bob: Owner = { org: 'lab', user: 'bob' }
const DAY = 24 * 60 * 60 * 1_000
const input = z.object({ to: z.string(), text: z.string().max(20) })
const letter = { to: 'Bo', text: 'Hello' }

interface Options {
  readonly store?: Store
  readonly approval?: ApprovalRule<z.output<typeof input>>
  readonly agent?: Partial<Agent>
}

/** An agent that can post letters, when people let it, and look things up. */
function office(answers: readonly ScriptedAnswer[], { approval = 'always', agent = {}, ...options }: Options = {}) {
  let time = Date.parse('2027-03-01T06:00:00Z')
  const now = () => new Date(time)
  const posted: unknown[] = []
  const model = scriptedModel(answers)
  const post = defineTool({
    name: 'post',
    description: 'Posts a letter.',
    input,
    approval,
    async run(letter, { cite }) {
      posted.push(letter)
      cite({ title: 'Receipt', source: 'post:1' })
      return 'Posted.'
    },
  })
  const look = defineTool({
    name: 'look',
    description: 'Looks something up.',
    input: z.object({ what: z.string() }),
    async run({ what }, { cite }) {
      cite({ title: what, source: `book:${what}` })
      return `Found ${what}.`
    },
  })
  const clerk = defineAgent({ name: 'clerk', instructions: 'You write letters.', tools: [post, look], ...agent })
  const store = options.store ?? memoryStore({ now: () => time })
  const start = (more: Partial<Parameters<typeof createEngine>[0]> = {}) =>
    createEngine({
      store,
      bus: memoryBus(),
      model,
      agents: new Map([['clerk', clerk]]),
      defaultAgent: 'clerk',
      defaultModel: () => 'some-model',
      settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
      log: { info() {}, warn() {}, error() {} },
      now,
      ...more,
    })
  return { engine: start(), restart: start, posted, model, pass: (ms: number) => void (time += ms) }
}

const say = (engine: Engine, text: string, more: object = {}): Promise<Accepted> =>
  send(engine, ada, { requestId: newRequestId(), text, ...more })

async function answered(engine: Engine, { conversation, run }: Accepted): Promise<AssistantMessage> {
  return answerOf(await openConversation(engine.store, ada, conversation), run)!
}

/** The answer once an event of this type has come, `times` times. */
async function after(
  engine: Engine,
  accepted: Accepted,
  type: LoggedEvent['type'],
  times = 1,
): Promise<AssistantMessage> {
  const { conversation, run } = accepted
  for await (const page of follow(engine, ada, conversation, 0, AbortSignal.timeout(5_000))) {
    for (const { event } of page) {
      if (event.type === type && 'run' in event && event.run === run && --times === 0) {
        await engine.active.get(run)?.over
        return answered(engine, accepted)
      }
    }
  }
  throw new Error('unreachable')
}

async function typesOf(engine: Engine, accepted: Accepted): Promise<string[]> {
  const types: string[] = []
  for await (const batch of followRun(engine, ada, accepted, AbortSignal.timeout(5_000)))
    types.push(...batch.map(({ type }) => type))
  return types
}

const toolsOf = (answer: AssistantMessage): ToolBlock[] => answer.blocks.filter((block) => block.type === 'tool')
const approvalsOf = (answer: AssistantMessage): ApprovalId[] =>
  toolsOf(answer).flatMap(({ approval }) => (approval ? [approval.id] : []))
const results = (model: ScriptedModel, request: number): ModelContent[] =>
  model.requests[request]!.messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool-result'))

test('a run parks before a call that people must allow, and goes on when they have', async () => {
  const { engine, posted, model } = office([callsTools({ name: 'post', input: letter }), says('Done.')])
  const accepted = await say(engine, 'Write to Bo')
  const parked = await after(engine, accepted, 'run-park')
  assert.deepEqual(
    [parked.status, toolsOf(parked)[0]!.status, posted, engine.active.size],
    ['parked', 'waiting', [], 0],
  )
  const [approval] = approvalsOf(parked)
  assert.deepEqual(toolsOf(parked)[0]!.approval, {
    id: approval,
    input: letter,
    reason: null,
    expiresAt: '2027-03-02T06:00:00.000Z',
    answer: null,
  })

  await approve(engine, ada, accepted.run, approval!, { approved: true })
  assert.deepEqual(
    (await typesOf(engine, accepted)).filter((type) => type !== 'text-delta'),
    [
      ...[
        'message',
        'run-start',
        'step-start',
        'tool-start',
        'tool-input-delta',
        'usage',
        'approval-request',
        'run-park',
      ],
      ...['approval-answer', 'run-resume', 'tool-call', 'tool-result', 'step-end'],
      ...['step-start', 'text-start', 'citation', 'text-end', 'usage', 'step-end', 'run-end'],
    ],
  )
  const answer = await answered(engine, accepted)
  assert.deepEqual([answer.status, answer.attempt, answer.steps, posted], ['done', 2, 2, [letter]])
  assert.deepEqual(
    answer.blocks.map(({ block }) => block),
    [1, 2],
  )
  assert.deepEqual(model.requests[1]!.messages, [
    { role: 'user', content: [{ type: 'text', text: 'Write to Bo' }] },
    { role: 'assistant', content: [{ type: 'tool-use', call: 'call-1', name: 'post', input: letter }] },
    { role: 'user', content: [{ type: 'tool-result', call: 'call-1', ok: true, text: 'Posted.' }] },
  ])
})

test('a rule asks by the input, and gives its reason', async () => {
  const approval = ({ to }: { to: string }) => (to === 'Bo' ? false : `${to} is a stranger.`)
  const calls = callsTools({ name: 'post', input: letter }, { name: 'post', input: { ...letter, to: 'Cy' } })
  const { engine, posted } = office([calls, says('Done.')], { approval })
  const parked = await after(engine, await say(engine, 'Write'), 'run-park')
  assert.deepEqual(
    toolsOf(parked).map(({ status, approval }) => [status, approval?.reason]),
    [
      ['done', undefined],
      ['waiting', 'Cy is a stranger.'],
    ],
  )
  assert.deepEqual(posted, [letter])
})

test('of several calls those that need nobody run at once, and each of the others is asked for by itself', async () => {
  const other = { to: 'Cy', text: 'Bye' }
  const { engine, posted, model } = office([
    callsTools(
      { name: 'post', input: letter },
      { name: 'look', input: { what: 'Cy' } },
      { name: 'post', input: other },
    ),
    says('Done.'),
  ])
  const accepted = await say(engine, 'Write')
  const parked = await after(engine, accepted, 'run-park')
  const [first, second] = approvalsOf(parked)
  await approve(engine, ada, accepted.run, second!, { approved: true })
  assert.equal((await answered(engine, accepted)).status, 'parked')
  await approve(engine, ada, accepted.run, first!, { approved: false })
  const answer = await after(engine, accepted, 'run-end')
  assert.deepEqual([answer.status, posted], ['done', [other]])
  assert.deepEqual(results(model, 1), [
    {
      type: 'tool-result',
      call: 'call-1',
      ok: false,
      text: 'post was not run: the user does not allow it. Do not call it so again unless they ask for it.',
    },
    { type: 'tool-result', call: 'call-2', ok: true, text: 'Found Cy.' },
    { type: 'tool-result', call: 'call-3', ok: true, text: 'Posted.' },
  ])
  const [text] = answer.blocks.filter((block) => block.type === 'text')
  assert.deepEqual(
    text?.citations.map(({ source }) => source),
    ['book:Cy', 'post:1'],
    'sources that were named before the run parked are shown after it',
  )
})

test('an answer counts once, and is for the owner alone', async () => {
  const { engine, posted } = office([callsTools({ name: 'post', input: letter }), says('Done.')])
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  const { run } = accepted
  await assert.rejects(approve(engine, bob, run, approval!, { approved: true }), { code: 'not-found' })
  await assert.rejects(approve(engine, ada, 'r_other' as RunId, approval!, { approved: true }), { code: 'not-found' })
  await assert.rejects(approve(engine, ada, run, 'p_other' as ApprovalId, { approved: true }), { code: 'not-found' })
  const yes = () => approve(engine, ada, run, approval!, { approved: true })
  await Promise.all([yes(), yes(), approve(engine, ada, run, approval!, { approved: true, input: letter })])
  await after(engine, accepted, 'run-end')
  await yes()
  await assert.rejects(approve(engine, ada, run, approval!, { approved: false }), { code: 'approval-closed' })
  const other = { approved: true, input: { ...letter, to: 'Cy' } }
  await assert.rejects(approve(engine, ada, run, approval!, other), { code: 'approval-closed' })
  assert.deepEqual(posted, [letter])
})

test('an input that is edited must fit, and is what the tool runs with', async () => {
  const { engine, posted, model } = office([callsTools({ name: 'post', input: letter }), says('Done.')])
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  const answer = (input: unknown) => approve(engine, ada, accepted.run, approval!, { approved: true, input })
  await assert.rejects(answer({ to: 'Bo', text: 'far too long a letter' }), { code: 'bad-request', message: /text/ })
  await assert.rejects(answer(nested(200)), { code: 'bad-request' })
  const edited = { to: 'Bo', text: 'Dear Bo' }
  await answer(edited)
  await answer(edited)
  await assert.rejects(answer(letter), { code: 'approval-closed' })
  const done = await after(engine, accepted, 'run-end')
  assert.deepEqual([done.status, posted], ['done', [edited]])
  assert.deepEqual(model.requests[1]!.messages.slice(1), [
    { role: 'assistant', content: [{ type: 'tool-use', call: 'call-1', name: 'post', input: edited }] },
    {
      role: 'user',
      content: [
        { type: 'tool-result', call: 'call-1', ok: true, text: '[The user changed the input before it ran.]\nPosted.' },
      ],
    },
  ])
})

test('a parked run can be stopped: its calls have results, and an answer comes too late', async () => {
  const { engine, posted } = office([callsTools({ name: 'post', input: letter }), says('Again.')])
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  await Promise.all([stop(engine, ada, accepted.run), stop(engine, ada, accepted.run)])
  const types = await typesOf(engine, accepted)
  assert.deepEqual(types.slice(-3), ['stop-request', 'tool-result', 'run-end'])
  assert.equal((await answered(engine, accepted)).status, 'stopped')
  await assert.rejects(approve(engine, ada, accepted.run, approval!, { approved: true }), { code: 'approval-closed' })
  const again = await retry(engine, ada, accepted.run)
  assert.equal((await after(engine, again, 'run-end')).status, 'done')
  assert.deepEqual(posted, [])
})

test('a stop while other calls still run leaves nothing parked', async () => {
  const stopping = Promise.withResolvers<void>()
  const slow = defineTool({
    name: 'slow',
    description: 'Never ends.',
    input: z.object({}),
    async run() {
      stopping.resolve()
      await new Promise(() => {})
    },
  })
  const ask = defineTool({ ...slow, name: 'ask', approval: 'always', input: z.object({}), run: async () => 1 })
  const calls = callsTools({ name: 'ask', input: {} }, { name: 'slow', input: {} })
  const { engine } = office([calls], { agent: { tools: [slow, ask] } })
  const accepted = await say(engine, 'Go')
  await stopping.promise
  await stop(engine, ada, accepted.run)
  const answer = await after(engine, accepted, 'run-end')
  assert.deepEqual([answer.status, toolsOf(answer).map(({ status }) => status)], ['stopped', ['failed', 'failed']])
})

test('what nobody answers in its time is not allowed', async () => {
  const { engine, restart, posted, model, pass } = office([callsTools({ name: 'post', input: letter }), says('Pity.')])
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  pass(DAY - 1)
  await recover(engine)
  assert.equal((await answered(engine, accepted)).status, 'parked')
  pass(1)
  await assert.rejects(approve(engine, ada, accepted.run, approval!, { approved: true }), { code: 'approval-closed' })
  const later = restart()
  await Promise.all([recover(engine), recover(later)])
  const answer = await after(later, accepted, 'run-end')
  assert.deepEqual([answer.status, posted], ['done', []])
  assert.deepEqual(toolsOf(answer)[0]!.approval?.answer, {
    approved: false,
    by: null,
    at: '2027-03-02T06:00:00.000Z',
  })
  assert.match(JSON.stringify(results(model, 1)), /nobody answered in time/)
})

test('messages wait behind a parked run', async () => {
  const { engine } = office([callsTools({ name: 'post', input: letter }), says('Posted it.'), says('Yes?')])
  const first = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, first, 'run-park'))
  const second = await say(engine, 'And now?', { conversation: first.conversation })
  await recover(engine)
  assert.deepEqual(
    (await engine.store.openRuns(first.conversation)).map(({ status }) => status),
    ['parked', 'queued'],
  )
  await approve(engine, ada, first.run, approval!, { approved: true })
  assert.equal((await after(engine, first, 'run-end')).status, 'done')
  assert.equal((await after(engine, second, 'run-end')).status, 'done')
})

test('a run may park again and again, and its limits go on counting', async () => {
  const calls = [1, 2, 3].map((n) => callsTools({ name: 'post', input: { to: `${n}`, text: 'Hi' } }))
  const { engine, posted } = office([...calls, says('Never said.')], { agent: { limits: limits(3) } })
  const accepted = await say(engine, 'Write')
  for (let times = 1; times <= 3; times++) {
    const parked = await after(engine, accepted, 'run-park', times)
    await approve(engine, ada, accepted.run, approvalsOf(parked).at(-1)!, { approved: true })
  }
  const answer = await after(engine, accepted, 'run-end')
  assert.deepEqual([answer.status, answer.limit, answer.attempt, posted.length], ['limited', 'steps', 4, 3])
})

test('the same call, asked for again and again, is asked for twice', async () => {
  const calls = callsTools({ name: 'post', input: letter })
  const { engine, posted } = office([calls, calls, calls, says('I give up.')])
  const accepted = await say(engine, 'Write')
  for (let times = 1; times <= 2; times++) {
    const parked = await after(engine, accepted, 'run-park', times)
    await approve(engine, ada, accepted.run, approvalsOf(parked).at(-1)!, { approved: false })
  }
  const answer = await after(engine, accepted, 'run-end')
  assert.deepEqual([answer.status, posted], ['done', []])
  assert.match(toolsOf(answer)[2]!.error!, /the same call with the same input for the 3rd time/)
})

test('a parked run outlives its server and goes on on another, from the disk', async () => {
  await using store = sqliteStore({ path: ':memory:' })
  const { engine, restart, posted } = office([callsTools({ name: 'post', input: letter }), says('Done.')], { store })
  const now = () => new Date()
  const accepted = await say({ ...engine, now }, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  await drain(engine, 0)
  const later = restart({ now })
  await recover(later)
  await approve(later, ada, accepted.run, approval!, { approved: true })
  assert.equal((await after(later, accepted, 'run-end')).status, 'done')
  assert.deepEqual(posted, [letter])
  assert.equal((await store.list(ada, { limit: 1, query: 'done' })).items.length, 1)
})

test('an answer that comes while the server drains waits for the next one', async () => {
  const { engine, restart, posted } = office([callsTools({ name: 'post', input: letter }), says('Done.')])
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  await drain(engine, 0)
  await approve(engine, ada, accepted.run, approval!, { approved: true })
  assert.deepEqual(posted, [])
  const later = restart()
  await recover(later)
  assert.equal((await after(later, accepted, 'run-end')).status, 'done')
})

test('words that were said before the run parked are found, and its thoughts are given back', async () => {
  const thoughts: readonly ModelEvent[] = [
    { type: 'reasoning', index: 0, text: 'A letter, then.' },
    { type: 'reasoning-seal', index: 0, signature: 'sig' },
    { type: 'block-end', index: 0 },
    { type: 'text', index: 1, text: 'I shall write.' },
    { type: 'block-end', index: 1 },
  ]
  const { engine, model } = office([[thoughts, ...callsTools({ name: 'post', input: letter })], says('Posted.')], {
    agent: { reasoning: { tokens: 1024, show: false } },
  })
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  await approve(engine, ada, accepted.run, approval!, { approved: true })
  await after(engine, accepted, 'run-end')
  assert.deepEqual(model.requests[1]!.messages[1], {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'A letter, then.', signature: 'sig' },
      { type: 'text', text: 'I shall write.' },
      { type: 'tool-use', call: 'call-1', name: 'post', input: letter },
    ],
  })
  assert.equal((await engine.store.list(ada, { limit: 1, query: 'shall' })).items.length, 1)
})

test('what an agent makes beside its words is there when its run goes on', async () => {
  const output = defineOutput({ name: 'plan', schema: z.object({ name: z.string() }) })
  const words: readonly ModelEvent[] = [
    { type: 'text', index: 0, text: '<user_message>I plan.</user_message><backend>{"name":"Trip"}</backend>' },
    { type: 'block-end', index: 0 },
  ]
  const last = says('<user_message>Done.</user_message>')
  const { engine, model } = office([[words, ...callsTools({ name: 'post', input: letter })], last], {
    agent: { output },
  })
  const accepted = await say(engine, 'Plan and write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  await approve(engine, ada, accepted.run, approval!, { approved: true })
  const answer = await after(engine, accepted, 'run-end')
  assert.deepEqual([answer.status, textOf(answer)], ['done', 'I plan.\n\nDone.'])
  const texts = model.requests[1]!.messages[1]!.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  assert.deepEqual(texts, ['<user_message>\nI plan.\n</user_message>\n<backend>\n{"name":"Trip"}\n</backend>'])
})

test('what never fitted is taken back to before the run, also where it has waited for people; what they changed stays', async () => {
  const output = defineOutput({
    name: 'plan',
    schema: z.object({ name: z.string(), steps: z.array(z.string()).optional(), day: z.string() }),
  })
  const words: readonly ModelEvent[] = [
    { type: 'text', index: 0, text: '<user_message>I plan.</user_message><backend>{"name":"Trip",' },
    { type: 'block-end', index: 0 },
  ]
  const broken = [words, ...callsTools({ name: 'post', input: letter })]
  const last = says('<user_message>Done.</user_message>')
  const whole = { name: 'Mine', day: 'Monday' }
  for (const edited of [undefined, whole]) {
    const { engine } = office([broken, last, says('<backend>no</backend>')], { agent: { output } })
    const accepted = await say(engine, 'Plan and write')
    const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
    const { conversation } = accepted
    if (edited) {
      const patch = [{ op: 'replace' as const, path: '', value: edited }]
      await editState(engine, ada, conversation, { revision: 1, patch })
    }
    await approve(engine, ada, accepted.run, approval!, { approved: true })
    assert.equal((await after(engine, accepted, 'run-end')).status, 'done')
    assert.deepEqual((await openConversation(engine.store, ada, conversation)).state.value, edited ?? null)
  }
})

test('tools that are gone when a run goes on are told to the model, and its call has a result', async () => {
  const { engine, restart, model, posted } = office([callsTools({ name: 'post', input: letter }), says('Pity.')])
  const accepted = await say(engine, 'Write')
  const [approval] = approvalsOf(await after(engine, accepted, 'run-park'))
  const later = restart({ agents: new Map([['clerk', defineAgent({ name: 'clerk', instructions: 'You rest.' })]]) })
  await approve(later, ada, accepted.run, approval!, { approved: true })
  assert.equal((await after(later, accepted, 'run-end')).status, 'done')
  assert.match(JSON.stringify(results(model, 1)), /There is no tool named/)
  assert.deepEqual([posted, model.requests[1]!.tools], [[], []])
})

const limits = (steps: number): Agent['limits'] => ({ steps, microDollars: 1e9, turns: 100, contextTokens: 100_000 })

function nested(levels: number): unknown {
  return levels === 0 ? {} : { inner: nested(levels - 1) }
}
