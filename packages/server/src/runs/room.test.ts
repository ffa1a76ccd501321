import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf, newRequestId, type Owner } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineTool } from '../agent/tool.ts'
import { memoryBus } from '../bus/memory.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import { approve } from './approve.ts'
import { type Accepted, createEngine, type Engine } from './engine.ts'
import { followRun } from './follow.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { MAX_PARKED } from './room.ts'
import { send } from './start.ts'
import { stop } from './stop.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const asks = callsTools({ name: 'post', input: { text: 'Hello' } })
const post = defineTool({
  name: 'post',
  description: 'Posts a letter.',
  input: z.object({ text: z.string() }),
  approval: 'always',
  run: async () => 'Posted.',
})
const clerk = defineAgent({ name: 'clerk', instructions: 'You write letters.', tools: [post] })

/** A server on which each user may have one answer written at once. */
function office(answers: readonly ScriptedAnswer[], store = memoryStore()): Engine {
  return createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel(answers),
    agents: new Map([['clerk', clerk]]),
    defaultAgent: 'clerk',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000, runsAtOnce: 1 },
    log: { info() {}, warn() {}, error: (_, text) => assert.fail(text) },
  })
}

const say = (engine: Engine, owner = ada): Promise<Accepted> =>
  send(engine, owner, { requestId: newRequestId(), text: 'Write to Bo' })

/** The answer when it is over, or waits for people. */
async function answered(engine: Engine, accepted: Accepted, owner = ada) {
  const { conversation, run } = accepted
  for await (const events of followRun(engine, owner, accepted, AbortSignal.timeout(5_000)))
    if (events.some(({ type }) => type === 'run-park')) break
  await engine.active.get(run)?.over
  return answerOf(await openConversation(engine.store, owner, conversation), run)!
}

/** So many answers that wait until somebody lets them post their letter. */
async function parked(engine: Engine, count: number): Promise<readonly Accepted[]> {
  const all: Accepted[] = []
  for (let i = 0; i < count; i++) {
    const accepted = await say(engine)
    assert.equal((await answered(engine, accepted)).status, 'parked')
    const { seq } = (await engine.store.find(ada, accepted.conversation))!
    all.push({ ...accepted, position: { ...accepted.position, seq: seq + 1 } }) // behind its wait
  }
  return all
}

async function allow(engine: Engine, { conversation, run }: Accepted): Promise<void> {
  const [asked] = (await engine.store.openRuns(conversation))[0]!.approvals
  await approve(engine, ada, run, asked!.approval, { approved: true })
}

const statusOf = async ({ store }: Engine, { run }: Accepted) => (await store.findRun(ada, run))?.status

test('answers that people let go on have no more places than others: they wait, and go on one after the other', async () => {
  let most = 0
  const counted: ScriptedAnswer = () => {
    most = Math.max(most, engine.active.size)
    return says('Done.')
  }
  const engine: Engine = office([...Array(5).fill(asks), ...Array(5).fill(counted)])
  const all = await parked(engine, 5)
  await Promise.all(all.map((accepted) => allow(engine, accepted)))
  const ends = await Promise.all(all.map((accepted) => answered(engine, accepted)))
  assert.deepEqual(new Set(ends.map(({ status }) => status)), new Set(['done']))
  assert.equal(most, 1)
  assert.deepEqual([engine.beginning.size, engine.waiting.size], [0, 0])
})

test('others are not kept waiting by a user who has no place', async () => {
  const silent: ScriptedAnswer = [{ until: new Promise(() => {}) }]
  const engine = office([asks, silent, says('Hello Bob.')])
  const [waiting] = await parked(engine, 1)
  await say(engine)
  await allow(engine, waiting!)
  assert.equal(await statusOf(engine, waiting!), 'queued')
  const bob = { org: 'lab', user: 'bob' }
  assert.equal((await answered(engine, await say(engine, bob), bob)).status, 'done')
  assert.equal(await statusOf(engine, waiting!), 'queued')
})

test('what waits for a place can be stopped, and goes on at another server when this one goes away', async () => {
  const silent: ScriptedAnswer = [{ until: new Promise(() => {}) }]
  const store = memoryStore()
  const engine = office([asks, asks, silent], store)
  const [first, second] = await parked(engine, 2)
  await say(engine)
  await allow(engine, first!)
  await allow(engine, second!)
  await stop(engine, ada, first!.run)
  assert.equal((await answered(engine, first!)).status, 'stopped')
  const next = office([says('Done.')], store)
  await recover(next)
  assert.equal((await answered(next, second!)).status, 'done')
})

test('a user has so many answers that wait for people, and another one when one of them is stopped', async () => {
  const engine = office(Array(MAX_PARKED + 1).fill(asks))
  const all = await parked(engine, MAX_PARKED)
  await assert.rejects(say(engine), { code: 'too-many', message: /Allow one of them, or stop it/ })
  await stop(engine, ada, all[0]!.run)
  assert.equal((await answered(engine, await say(engine))).status, 'parked')
})
