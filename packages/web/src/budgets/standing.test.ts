import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BudgetStanding } from '@streambed/client/admin'
import { levelOf, takenOf } from './standing.ts'

const standing = (microDollars: number | null, tokens: number | null, spent: number): BudgetStanding => ({
  budget: { scope: 'user', of: null, period: 'day', microDollars, tokens, action: 'cut' },
  spent: { microDollars: spent, tokens: spent },
  reserved: { microDollars: 10, tokens: 0 },
  renewsAt: '2026-11-21T00:00:00.000Z',
})

test('a budget stands by each of its limits, and never has less than nothing left', () => {
  assert.deepEqual(takenOf(standing(100, null, 80)), [
    { of: 'microDollars', limit: 100, spent: 80, reserved: 10, left: 10, share: 0.8 },
  ])
  assert.deepEqual(
    takenOf(standing(100, 1_000, 120)).map(({ of, left, share }) => [of, left, share]),
    [
      ['microDollars', 0, 1.2],
      ['tokens', 880, 0.12],
    ],
  )
  assert.deepEqual(
    takenOf(standing(null, 0, 0)).map(({ share }) => share),
    [1],
  )
})

test('it asks for more attention at half, at four fifths and at all of it', () => {
  assert.deepEqual([0, 0.49, 0.5, 0.79, 0.8, 0.99, 1, 3].map(levelOf), [
    'calm',
    'calm',
    'half',
    'half',
    'nearly',
    'nearly',
    'spent',
    'spent',
  ])
})
