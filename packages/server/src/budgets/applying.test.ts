import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Budget } from '@streambed/protocol'
import { applying, periodAt } from './applying.ts'

const ada = { org: 'lab', user: 'ada' }
const now = new Date('2026-12-31T23:59:59Z')
const budget = (some: Partial<Budget> & Pick<Budget, 'scope'>): Budget => ({
  of: null,
  period: 'day',
  microDollars: 1,
  tokens: null,
  action: 'cut',
  ...some,
})

test('a named budget comes before the general one, and that before the default', () => {
  const general = budget({ scope: 'user', microDollars: 10 })
  const adas = budget({ scope: 'user', of: 'ada', microDollars: 20 })
  const others = budget({ scope: 'user', of: 'bob', microDollars: 30 })
  const usual = budget({ scope: 'user', microDollars: 40 })
  const chosen = (set: readonly Budget[]) =>
    applying({ set, defaults: [usual], caps: [] }, ada, 'guide', now).map(({ budget }) => budget)
  assert.deepEqual(chosen([general, others, adas]), [adas])
  assert.deepEqual(chosen([general, others]), [general])
  assert.deepEqual(chosen([others]), [usual])
})

test('scopes and periods apply side by side, each with the account that it counts', () => {
  const all = [
    budget({ scope: 'organisation', period: 'month' }),
    budget({ scope: 'user' }),
    budget({ scope: 'agent', of: 'guide' }),
    budget({ scope: 'agent', of: 'other', period: 'month' }),
  ]
  assert.deepEqual(
    applying({ set: all, defaults: [], caps: [] }, ada, 'guide', now).map(({ line: { account, from } }) => [
      account,
      from,
    ]),
    [
      [['lab', 'ada', 'guide'], '2026-12-31'],
      [['lab'], '2026-12-01'],
      [['lab', 'ada'], '2026-12-31'],
    ],
  )
  assert.equal(
    applying({ set: all, defaults: [], caps: [] }, ada, null, now).length,
    2,
    'without an agent, those that count for all',
  )
})

test('a cap holds beside what the organisation has set, and goes without saying where that cuts before it', () => {
  const cap = budget({ scope: 'organisation', period: 'month', microDollars: 10 })
  const own = (some: Partial<Budget>) => ({ ...cap, microDollars: null, ...some })
  const held = (...set: readonly Budget[]) =>
    applying({ set, defaults: [], caps: [cap] }, ada, 'guide', now).map(({ budget }) => budget)
  assert.deepEqual(held(), [cap])
  const day = own({ period: 'day', microDollars: 1 })
  assert.deepEqual(held(day), [day, cap])
  for (const beside of [{ microDollars: 11 }, { tokens: 1 }, { microDollars: 10, action: 'ask' as const }])
    assert.deepEqual(held(own(beside)), [own(beside), cap], JSON.stringify(beside))
  for (const within of [{ microDollars: 10 }, { microDollars: 0, tokens: 1 }])
    assert.deepEqual(held(own(within)), [own(within)], JSON.stringify(within))
})

test('a period begins and ends in UTC, over the end of a year too', () => {
  const renewsAt = new Date('2027-01-01T00:00:00Z')
  assert.deepEqual(periodAt('day', now), { from: '2026-12-31', renewsAt })
  assert.deepEqual(periodAt('month', now), { from: '2026-12-01', renewsAt })
})
