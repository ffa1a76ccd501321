import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AssistantMessage, answerOf, newRequestId, type Owner, type RunId } from '@streambed/protocol'
import { defineAgent } from '../agent/agent.ts'
import { ACCOUNTS } from '../bus/bus.ts'
import { memoryBus } from '../bus/memory.ts'
import { type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { type Accepted, createEngine, type Engine } from './engine.ts'
import { followRun } from './follow.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { showOut } from './show-out.ts'
import { send } from './start.ts'

const HOUR = 3_600_000
const ada: Owner = { org: 'lab', user: 'ada' }
const bob: Owner = { org: 'lab', user: 'bob' }

/** An engine that shows out whoever is in `out`. */
function engineFor(answers: readonly ScriptedAnswer[], out: Set<string>, store: Store = memoryStore()): Engine {
  return createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel(answers),
    agents: new Map([['assistant', defineAgent({ name: 'assistant', instructions: 'Be brief.' })]]),
    defaultAgent: 'assistant',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
    log: { info() {}, warn() {}, error() {} },
    isOut: async ({ user }) => out.has(user),
  })
}

const ask = (engine: Engine, owner: Owner, more: object = {}): Promise<Accepted> =>
  send(engine, owner, { requestId: newRequestId(), text: 'Hi', ...more })

async function endOf(engine: Engine, owner: Owner, accepted: Accepted): Promise<AssistantMessage['status']> {
  for await (const _ of followRun(engine, owner, accepted, AbortSignal.timeout(5_000)));
  return statusOf(engine, owner, accepted)
}

async function statusOf(
  engine: Engine,
  owner: Owner,
  { conversation, run }: { conversation: Accepted['conversation']; run: RunId },
) {
  return answerOf(await openConversation(engine.store, owner, conversation), run)!.status
}

test('the answers of somebody who is shown out stop at once, those that wait too, and nobody else’s do', async () => {
  const gate = Promise.withResolvers<void>()
  const long: ScriptedAnswer = [{ until: gate.promise }, ...says('Once upon a time')]
  const out = new Set<string>()
  const engine = engineFor([long, long], out)
  await using _ = showOut(engine, HOUR)
  const running = await ask(engine, ada)
  const waiting = await ask(engine, ada, { conversation: running.conversation })
  const others = await ask(engine, bob)
  out.add('ada')
  engine.bus.wake(ACCOUNTS)
  assert.deepEqual([await endOf(engine, ada, running), await endOf(engine, ada, waiting)], ['stopped', 'stopped'])
  assert.equal(await statusOf(engine, bob, others), 'running')
  gate.resolve()
  assert.equal(await endOf(engine, bob, others), 'done')
})

test('it is found out without a hint', async () => {
  const gate = Promise.withResolvers<void>()
  const out = new Set<string>()
  const engine = engineFor([[{ until: gate.promise }, ...says('Hi')]], out)
  await using _ = showOut(engine, 20)
  const running = await ask(engine, ada)
  out.add('ada')
  assert.equal(await endOf(engine, ada, running), 'stopped')
})

test('what was left by a server that died is not begun for somebody who was shown out meanwhile', async () => {
  await using store = memoryStore()
  const out = new Set<string>(['ada'])
  const dead = engineFor([], out, store)
  const queued = await ask(dead, ada)
  assert.equal(await statusOf(dead, ada, queued), 'queued')
  const model: ScriptedAnswer[] = []
  const engine = engineFor(model, out, store)
  await recover(engine)
  assert.equal(await endOf(engine, ada, queued), 'stopped')
})
