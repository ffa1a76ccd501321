import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, Owner, RunId } from '@streambed/protocol'
import { defineAgent } from '../agent/agent.ts'
import { memoryBus } from '../bus/memory.ts'
import { scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { createEngine, type Engine } from './engine.ts'
import { everySoOften } from './every-so-often.ts'
import { keepNoLonger } from './retention.ts'
import { watchOver } from './watch-over.ts'

test('a look for runs that others have left begins when the one before it is over', async () => {
  const enough = Promise.withResolvers<void>()
  const inner = memoryStore()
  const run = 'r_one' as RunId
  let looks = 0
  let renewals = 0
  const engine = engineFor({
    ...inner,
    async orphans() {
      looks++
      await enough.promise
      return []
    },
    async renew() {
      if (++renewals === 12) enough.resolve() // of which three are a lease, after which it is looked again
      return [run]
    },
  })
  const owner: Owner = { org: 'acme', user: 'ada' }
  engine.active.set(run, { owner, conversation: 'c_one' as ConversationId, end() {}, over: Promise.resolve() })
  {
    await using _ = watchOver(engine)
    await enough.promise
    assert.equal(looks, 1)
  }
})

test('what is closed while it rests does not rest on', async () => {
  const day = 86_400_000
  await using _ = everySoOften(day, () => assert.fail('it has looked'))
})

test('what is closed while it looks for something has ended its look', async () => {
  const inner = memoryStore()
  const order: string[] = []
  for (const [name, begin] of [
    ['runs', watchOver],
    ['what is kept too long', (engine: Engine) => keepNoLonger(engine, 365)],
  ] as const) {
    const looking = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const look = async (): Promise<void> => {
      looking.resolve()
      await gate.promise
      order.push(`looked for ${name}`)
    }
    const orphans = () => look().then(() => [])
    const prune = () => look().then(() => 0)
    const watching = begin(engineFor({ ...inner, orphans, audit: { ...inner.audit, prune } }))
    await looking.promise
    const closing = watching[Symbol.asyncDispose]().then(() => order.push('closed'))
    gate.resolve()
    await closing
  }
  assert.deepEqual(order, ['looked for runs', 'closed', 'looked for what is kept too long', 'closed'])
})

function engineFor(store: Store): Engine {
  return createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel([]),
    agents: new Map([['assistant', defineAgent({ name: 'assistant', instructions: 'Be brief.' })]]),
    defaultAgent: 'assistant',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 9 },
    log: { info() {}, warn() {}, error() {} },
  })
}
