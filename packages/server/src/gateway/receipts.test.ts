import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequestId } from '@streambed/protocol'
import { defineAgent } from '../agent/agent.ts'
import { callsTools, type ScriptedAnswer, says } from '../model/scripted.ts'
import { followRun } from '../runs/follow.ts'
import { send } from '../runs/start.ts'
import { currentTime } from '../tools/current-time.ts'
import { testGateway } from './gateway.fixture.ts'

const owner = { org: 'local', user: 'local' }
/** $3 and $15 per million tokens, $0.30 and $3.75 for the cache. */
const SONNET = 'global.anthropic.claude-sonnet-4-6'
const used = (inputTokens: number, outputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0) =>
  ({ type: 'usage', inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }) as const
const hello = (usage: ReturnType<typeof used>): ScriptedAnswer => [...says('Hello').slice(0, -1), [usage]]
// biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire
const json = async (url: string): Promise<any> => (await fetch(url)).json()

test('50 tokens in and 150 out at $3 and $15 a million are $0.0024, on the receipt and in the ledger', async () => {
  const call = callsTools({ name: 'current_time', input: { zone: 'UTC' } }).slice(0, -1)
  const assistant = defineAgent({ name: 'assistant', instructions: '', model: SONNET, tools: [currentTime] })
  const script: readonly ScriptedAnswer[] = [
    hello(used(50, 150)),
    [...call, [used(10, 10, 1_000, 1_000)]],
    hello(used(1, 1)),
    [[{ type: 'text', index: 0, text: 'Half' }]],
  ]
  await using gateway = await testGateway(script, { agents: [assistant] })
  const first = await send(gateway.engine, owner, { requestId: newRequestId(), text: 'Hi' })
  const { conversation } = first
  const runs = [first.run]
  for (let accepted = first; ; ) {
    for await (const _ of followRun(gateway.engine, owner, accepted, AbortSignal.timeout(5_000)));
    await gateway.engine.active.get(accepted.run)?.over
    if (runs.length === 3) break
    accepted = await send(gateway.engine, owner, { requestId: newRequestId(), text: 'Hi', conversation })
    runs.push(accepted.run)
  }

  const { items, total } = await json(`${gateway.url}/v1/conversations/${conversation}/receipts`)
  assert.deepEqual(
    items.map(({ message: _, startedAt: __, ...receipt }: Record<string, unknown>) => receipt).slice(0, 2),
    [
      {
        run: runs[0],
        agent: 'assistant',
        model: SONNET,
        status: 'done',
        calls: 1,
        inputTokens: 50,
        outputTokens: 150,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        microDollars: 2_400,
        dollars: '0.002400',
        tier: 'standard',
        priceDate: '2026-10-09',
        estimated: false,
      },
      {
        run: runs[1],
        agent: 'assistant',
        model: SONNET,
        status: 'done',
        calls: 2,
        inputTokens: 11,
        outputTokens: 11,
        cacheReadTokens: 1_000,
        cacheWriteTokens: 1_000,
        microDollars: 30 + 150 + 300 + 3_750 + 18,
        dollars: '0.004248',
        tier: 'standard',
        priceDate: '2026-10-09',
        estimated: false,
      },
    ],
  )
  assert.deepEqual([items[2].status, items[2].estimated], ['failed', true])
  const ledger = await json(`${gateway.url}/v1/usage?by=conversation`)
  assert.deepEqual([total.calls, total.microDollars], [ledger.items[0].calls, ledger.items[0].microDollars])

  const csv = await (await fetch(`${gateway.url}/v1/conversations/${conversation}/receipts?format=csv`)).text()
  assert.deepEqual([csv.split('\r\n').length, csv.split(',').slice(0, 3)], [5, ['run', 'message', 'agent']])
  assert.match(csv, /,2400,0\.002400,standard,2026-10-09,false\r\n/)
})

test('admins read usage by user and by organisation', async () => {
  await using gateway = await testGateway([hello(used(50, 150))], {
    agents: [defineAgent({ name: 'assistant', instructions: '', model: SONNET })],
  })
  const accepted = await send(gateway.engine, { org: 'local', user: 'bob' }, { requestId: newRequestId(), text: 'Hi' })
  const bob = { org: 'local', user: 'bob' }
  for await (const _ of followRun(gateway.engine, bob, accepted, AbortSignal.timeout(5_000)));
  const keys = async (query: string) =>
    (await json(`${gateway.url}/v1/usage?${query}`)).items.map(({ key, microDollars }: Record<string, unknown>) => [
      key,
      microDollars,
    ])
  assert.deepEqual(await keys('by=user'), [['bob', 2_400]])
  assert.deepEqual(await keys('by=organisation'), [['local', 2_400]])
  assert.deepEqual(await keys('by=model&of=organisation'), [[SONNET, 2_400]])
  assert.deepEqual(await keys('by=model'), [])
})
