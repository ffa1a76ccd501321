import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BudgetStanding } from '@streambed/protocol'
import { says } from '../model/scripted.ts'
import { testGateway } from './gateway.fixture.ts'

const put = (url: string, body: object) =>
  fetch(`${url}/v1/budgets`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
// biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire
const read = async (url: string, query = ''): Promise<any> => (await fetch(`${url}/v1/budgets${query}`)).json()
const ask = (url: string) =>
  fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'Hi' }),
  })
const chat = async (url: string): Promise<number> => {
  const response = await ask(url)
  await response.text()
  return response.status
}

test('a budget is set, seen as it stands, replaced and removed', async () => {
  const usual = {
    scope: 'organisation',
    of: null,
    period: 'month',
    microDollars: 9,
    tokens: null,
    action: 'cut',
  } as const
  await using gateway = await testGateway([], { budgets: [usual] })
  const none = { microDollars: 0, tokens: 0 }
  const day = { scope: 'user', period: 'day', tokens: 5 }
  const set = { scope: 'user', of: null, period: 'day', microDollars: null, tokens: 7, action: 'cut' }
  assert.equal((await put(gateway.url, day)).status, 200)
  assert.deepEqual(await (await put(gateway.url, { ...day, tokens: 7 })).json(), set)
  const ofOne = { ...set, of: 'local' }
  assert.equal((await put(gateway.url, ofOne)).status, 200)
  const { mine, standings, ...all } = await read(gateway.url)
  assert.deepEqual(all, { items: [set, ofOne], defaults: [usual], caps: [] })
  assert.deepEqual(
    standings.map(({ budget, spent }: BudgetStanding) => ({ budget, spent })),
    [
      { budget: ofOne, spent: none },
      { budget: usual, spent: none },
    ],
  )
  const [userDay, organisationMonth] = mine
  assert.deepEqual({ ...userDay, renewsAt: null }, { budget: ofOne, spent: none, reserved: none, renewsAt: null })
  assert.deepEqual(organisationMonth.budget, usual)
  assert.match(userDay.renewsAt, /T00:00:00\.000Z$/)
  const remove = () => fetch(`${gateway.url}/v1/budgets?scope=user&period=day`, { method: 'DELETE' })
  assert.equal((await remove()).status, 204)
  assert.equal((await remove()).status, 404)
  assert.deepEqual((await read(gateway.url)).items, [ofOne])
})

test('an organisation may set less than the server’s cap, beside it, and not more', async () => {
  const cap = {
    scope: 'organisation',
    of: null,
    period: 'month',
    microDollars: 9,
    tokens: null,
    action: 'cut',
  } as const
  await using gateway = await testGateway([], { caps: [cap] })
  const limits = async () => (await read(gateway.url)).mine.map(({ budget }: BudgetStanding) => budget.microDollars)
  const refused = await put(gateway.url, { ...cap, microDollars: 10 })
  const { error } = (await refused.json()) as { error: { code: string; message: string } }
  assert.deepEqual([refused.status, error.code], [400, 'bad-request'])
  assert.match(error.message, /at most \$0\.000009 in a month/)
  assert.deepEqual(await limits(), [9])
  assert.equal((await put(gateway.url, { ...cap, microDollars: 8 })).status, 200)
  const { items, caps, standings } = await read(gateway.url)
  assert.deepEqual([items.length, caps, standings.length], [1, [cap], 2])
  assert.deepEqual(await limits(), [8])
  assert.equal((await put(gateway.url, { ...cap, microDollars: 8, action: 'ask' })).status, 200)
  assert.deepEqual(await limits(), [8, 9])
})

test("an agent's budget is seen by those who ask about the agent", async () => {
  await using gateway = await testGateway([])
  await put(gateway.url, { scope: 'agent', of: 'assistant', period: 'day', microDollars: 1 })
  assert.deepEqual((await read(gateway.url)).mine, [])
  assert.equal((await read(gateway.url, '?agent=assistant')).mine.length, 1)
})

test('a budget without a limit, or one that makes no sense, is refused', async () => {
  await using gateway = await testGateway([])
  for (const body of [
    { scope: 'user', period: 'day' },
    { scope: 'user', period: 'week', tokens: 1 },
    { scope: 'user', period: 'day', tokens: -1 },
    { scope: 'user', period: 'day', tokens: 0.5 },
    { scope: 'organisation', of: 'x', period: 'day', tokens: 1 },
  ])
    assert.equal((await put(gateway.url, body)).status, 400, JSON.stringify(body))
})

test('whoever erases all that is theirs has spent what they have spent, and may spend no more than before', async () => {
  await using gateway = await testGateway([says('Hello')])
  const theirs = { scope: 'user', of: 'local', period: 'day', microDollars: null, tokens: 10, action: 'cut' }
  await put(gateway.url, { ...theirs, tokens: 1_000_000 })
  assert.equal(await chat(gateway.url), 200)
  await put(gateway.url, theirs)
  assert.equal(await chat(gateway.url), 429)
  const before = await read(gateway.url)
  assert.ok(before.mine[0].spent.tokens > 0)
  assert.equal((await fetch(`${gateway.url}/v1/me`, { method: 'DELETE' })).status, 204)
  assert.deepEqual(await read(gateway.url), before)
  assert.equal(await chat(gateway.url), 429)
})

test('an answer that its budget ends is told to clients with when to come back', async () => {
  await using gateway = await testGateway([says('Hello')])
  await put(gateway.url, { scope: 'user', period: 'day', microDollars: 0 })
  const response = await ask(gateway.url)
  const { error } = (await response.json()) as { error: { code: string } }
  assert.deepEqual([response.status, error.code], [429, 'budget-spent'])
  assert.ok(Number(response.headers.get('retry-after')) > 0)
})
