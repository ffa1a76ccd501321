import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings } from '../config.ts'
import { testGateway } from './gateway.fixture.ts'

interface Limit {
  readonly of: string
  readonly name: string
  readonly most: number | null
  readonly setting?: string
}

async function limitsOf(url: string): Promise<readonly Limit[]> {
  return ((await (await fetch(`${url}/v1/limits`)).json()) as { items: readonly Limit[] }).items
}

/** What is said of one thing, by name. */
function saidOf(limits: readonly Limit[], of: string): Readonly<Record<string, number | null>> {
  return Object.fromEntries(limits.filter((limit) => limit.of === of).map(({ name, most }) => [name, most]))
}

test('what limits hold is told as it was set', async () => {
  const quota = { requestsPerMinute: 600, connections: 40 }
  const storagePerUser = 1_000_000_000
  await using gateway = await testGateway([], { quota, runsAtOnce: 3, promptLimit: 500, storagePerUser })
  const limits = await limitsOf(gateway.url)
  assert.deepEqual(saidOf(limits, 'user'), {
    requests: 600,
    connections: 40,
    answers: 3,
    parked: 100,
    uploads: 4,
    storage: 1_000_000_000,
  })
  assert.deepEqual(saidOf(limits, 'address'), { requests: 3_000, connections: 200 })
  assert.deepEqual(saidOf(limits, 'organisation'), {
    requests: 15_000,
    connections: 1_000,
    answers: 75,
    budgets: 1_000,
  })
  assert.equal(saidOf(limits, 'message')['characters'], 500)
  assert.deepEqual(saidOf(limits, 'agent'), { 'model-calls': 20, cost: 2_000_000 })
  const known = new Set(settings().flatMap(({ env }) => env))
  assert.deepEqual(
    limits.filter(({ setting }) => setting !== undefined && !known.has(setting)),
    [],
  )
})

test('where nobody shares the server, most have none', async () => {
  await using gateway = await testGateway([])
  const limits = await limitsOf(gateway.url)
  assert.deepEqual(saidOf(limits, 'user'), {
    requests: null,
    connections: null,
    answers: null,
    parked: null,
    uploads: null,
    storage: null,
  })
})
