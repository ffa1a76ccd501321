import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMoney } from './money.ts'

test('shows as many digits as the amount deserves', () => {
  const amounts = [0, 1, 42, 310, 4_213, 9_999, 10_000, 123_456, 999_999, 1_000_000, 12_345_678, 1_234_567_890]
  assert.deepEqual(
    amounts.map((amount) => formatMoney(amount)),
    [
      '$0',
      '$0.000001',
      '$0.000042',
      '$0.00031',
      '$0.0042',
      '$0.01',
      '$0.01',
      '$0.123',
      '$1.00',
      '$1.00',
      '$12.35',
      '$1,234.57',
    ],
  )
})

test('never shows a cost as nothing', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e12 }), (amount) => /[1-9]/.test(formatMoney(amount))))
})
