import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UsageSum } from '@streambed/client'
import { daysOf, everyDay } from './period.ts'
import { totalOf } from './sums.ts'

const sum = (more: Partial<UsageSum>): UsageSum => ({
  key: 'a',
  calls: 1,
  inputTokens: 100,
  outputTokens: 50,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  microDollars: 10,
  unpricedCalls: 0,
  estimatedCalls: 0,
  firstTokenMs: null,
  ...more,
})

test('a period ends today and has as many days as it says', () => {
  const now = Date.parse('2027-03-01T23:00:00Z')
  assert.deepEqual(daysOf(7, now), { from: '2027-02-23', to: '2027-03-01' })
  assert.deepEqual(everyDay('2027-02-27', '2027-03-01'), ['2027-02-27', '2027-02-28', '2027-03-01'])
  assert.equal(everyDay('2024-01-01', '2024-12-31').length, 366)
})

test('a total adds up, and means are weighted by calls', () => {
  const total = totalOf([
    sum({ calls: 3, cacheReadTokens: 300, firstTokenMs: 100 }),
    sum({ firstTokenMs: 500, unpricedCalls: 1 }),
    sum({ estimatedCalls: 1 }),
  ])
  assert.deepEqual(total, {
    calls: 5,
    tokens: 750,
    microDollars: 30,
    unpricedCalls: 1,
    estimatedCalls: 1,
    cacheShare: 0.5,
    firstTokenMs: 200,
  })
  assert.deepEqual(totalOf([]).cacheShare, null)
})
