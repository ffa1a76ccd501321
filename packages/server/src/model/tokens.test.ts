import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { estimateTokens } from './tokens.ts'

test('an estimate is near what models count', () => {
  const english = 'The quick brown fox jumps over the lazy dog, and then it sleeps until the morning. '.repeat(10)
  assert.ok(Math.abs(estimateTokens(english) / 190 - 1) < 0.25, String(estimateTokens(english)))
  assert.equal(estimateTokens(''), 0)
  assert.equal(estimateTokens('世界你好'), 4)
})

test('an estimate is whole, and a longer text never counts less', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, more) => {
      const tokens = estimateTokens(one)
      assert.ok(Number.isInteger(tokens) && tokens >= 0)
      assert.ok(estimateTokens(one + more) >= tokens - 1)
    }),
  )
})
