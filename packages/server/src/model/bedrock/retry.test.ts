import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreambedError } from '@streambed/protocol'
import fc from 'fast-check'
import { RETRY, retryDelay } from './retry.ts'

const busy = { retry: 'backoff', error: new StreambedError('model-busy') } as const
const throttled = { retry: 'throttle', error: new StreambedError('model-throttled') } as const

test('the longest possible wait doubles up to the cap', () => {
  const most = (failure: typeof busy | typeof throttled, attempt: number) =>
    retryDelay(failure, attempt, 0, () => 1, { ...RETRY, attempts: 100 })
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((attempt) => most(busy, attempt)),
    [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000],
  )
  assert.deepEqual(
    [1, 2, 6].map((attempt) => most(throttled, attempt)),
    [1_000, 2_000, 20_000],
  )
})

test('a wait is anything from nothing to the longest, ends within the budget, and comes at most five times', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 10 }),
      fc.nat(70_000),
      (random, attempt, elapsed) => {
        const delay = retryDelay(throttled, attempt, elapsed, () => random, RETRY)
        if (attempt >= RETRY.attempts) return assert.equal(delay, undefined)
        const wanted = Math.round(random * Math.min(20_000, 1_000 * 2 ** (attempt - 1)))
        assert.equal(delay, elapsed + wanted > RETRY.budgetMs ? undefined : wanted)
      },
    ),
  )
})

test('Retry-After is the least that is waited, and beyond the budget nobody waits', () => {
  const after = (retryAfterMs: number) =>
    ({ retry: 'throttle', error: new StreambedError('model-throttled', undefined, { retryAfterMs }) }) as const
  assert.equal(
    retryDelay(after(7_000), 1, 0, () => 0.5, RETRY),
    7_500,
  )
  assert.equal(
    retryDelay(after(61_000), 1, 0, () => 0, RETRY),
    undefined,
  )
  assert.equal(
    retryDelay({ ...busy, retry: 'never' }, 1, 0, () => 0, RETRY),
    undefined,
  )
})
