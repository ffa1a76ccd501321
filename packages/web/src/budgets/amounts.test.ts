import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dollarsOf, tokensOf } from './amounts.ts'

const field = (value: string, badInput = false) => ({ value, validity: { badInput } })

test('dollars become whole micro-dollars', () => {
  assert.deepEqual(
    ['5', '0.1', '2.5', '0', '0.0000004', '1000000'].map((value) => dollarsOf(field(value))),
    [5_000_000, 100_000, 2_500_000, 0, 0, 1e12],
  )
  assert.equal(dollarsOf(field(' ')), null)
})

test('what cannot be an amount says why', () => {
  assert.deepEqual(dollarsOf(field('', true)), { wrong: 'notNumber' })
  assert.deepEqual(dollarsOf(field('-1')), { wrong: 'negative' })
  assert.deepEqual(dollarsOf(field('1000001')), { wrong: 'tooMuch' })
  assert.deepEqual(tokensOf(field('0.5')), { wrong: 'notWhole' })
  assert.deepEqual(tokensOf(field('1e99')), { wrong: 'tooMuch' })
  assert.equal(tokensOf(field('20000')), 20_000)
})
