import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cost, priceOf } from './price.ts'

const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
const sonnet = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000, date: '2026-10-09' }

test('50 tokens in and 150 out at $3 and $15 a million are 2,400 micro-dollars', () => {
  assert.deepEqual(priceOf('global.anthropic.claude-sonnet-4-6'), sonnet)
  assert.equal(cost({ ...none, inputTokens: 50, outputTokens: 150 }, sonnet), 2_400)
})

test('cached tokens have prices of their own', () => {
  assert.equal(
    cost({ inputTokens: 10, outputTokens: 10, cacheReadTokens: 1_000, cacheWriteTokens: 1_000 }, sonnet),
    30 + 150 + 300 + 3_750,
  )
})

test('a cost is rounded once, half up', () => {
  const price = { ...sonnet, input: 500_000, output: 499_999 }
  assert.deepEqual(
    [1, 2, 3].map((inputTokens) => cost({ ...none, inputTokens }, price)),
    [1, 1, 2],
  )
  assert.equal(cost({ ...none, outputTokens: 1 }, price), 0)
  assert.equal(cost(none, price), 0)
})

test('costs are whole, never negative, and within half a micro-dollar of the exact sum', () => {
  const tokens = fc.nat(2_000_000)
  const rate = fc.nat(100_000_000)
  fc.assert(
    fc.property(
      fc.tuple(tokens, tokens, tokens, tokens),
      fc.tuple(rate, rate, rate, rate),
      ([a, b, c, d], [e, f, g, h]) => {
        const micro = cost(
          { inputTokens: a, outputTokens: b, cacheReadTokens: c, cacheWriteTokens: d },
          { input: e, output: f, cacheRead: g, cacheWrite: h, date: '' },
        )
        const exact = BigInt(a) * BigInt(e) + BigInt(b) * BigInt(f) + BigInt(c) * BigInt(g) + BigInt(d) * BigInt(h)
        assert.equal(BigInt(micro), (exact + 500_000n) / 1_000_000n)
      },
    ),
  )
})

test('a model is found by its id, its profile’s id or the ARN of either', () => {
  const global = priceOf('global.anthropic.claude-haiku-4-5-20251001-v1:0')!
  const regional = priceOf('us.anthropic.claude-haiku-4-5-20251001-v1:0')!
  assert.deepEqual([global.input, regional.input], [1_000_000, 1_100_000])
  for (const same of [
    'eu.anthropic.claude-haiku-4-5',
    'anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-haiku-4-5-20251001-v1:0',
  ]) {
    assert.deepEqual(priceOf(same), regional, same)
  }
})

test('the longest name wins, and a number that goes on is another model', () => {
  assert.equal(priceOf('global.anthropic.claude-opus-5')!.input, 5_000_000)
  assert.equal(priceOf('global.anthropic.claude-opus-5-5')!.input, 4_000_000)
  assert.equal(priceOf('global.anthropic.claude-opus-5-7'), undefined)
  assert.equal(priceOf('global.anthropic.claude-opus-4-6-v1')!.input, 5_000_000)
  assert.equal(priceOf('anthropic.claude-opus-4-20250514-v1:0')!.input, 15_000_000)
  assert.equal(priceOf('openai.gpt-oss-120b-1:0')!.input, 150_000)
  assert.equal(priceOf('amazon.nova-lite-v1:0')!.output, 240_000)
  assert.equal(priceOf('amazon.nova-lite-v1:0:300k')!.output, 240_000)
})

test('nobody guesses the price of an unknown model', () => {
  assert.equal(priceOf('acme.rocket-1'), undefined)
  assert.equal(priceOf('arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123'), undefined)
  assert.equal(priceOf(''), undefined)
})

test('a model that charges long prompts more does so from its threshold on', () => {
  const haiku = priceOf('global.anthropic.claude-haiku-5-5')!
  const costs = [60_000, 60_001].map((inputTokens) => cost({ ...none, inputTokens, cacheReadTokens: 40_000 }, haiku))
  assert.deepEqual(costs, [6_000 + 400, 30_001 + 2_000]) // 30,000.5 is rounded up with the rest
})
