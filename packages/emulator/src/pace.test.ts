import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Piece } from './brains/brain.ts'
import { paced, parsePace } from './pace.ts'

const pieces: Piece[] = Array.from({ length: 10 }, () => ({ type: 'text', text: 'four' }))

test('takes the time to the first token, and then that of each token', async () => {
  const began = performance.now()
  const at: number[] = []
  for await (const _ of paced(pieces, { firstTokenMs: 60, tokensPerSecond: 200 }, new AbortController().signal)) {
    at.push(performance.now() - began)
  }
  assert.ok(at[0]! >= 55, `first after ${at[0]} ms`)
  assert.ok(at.at(-1)! >= 60 + 9 * 5 - 5, `last after ${at.at(-1)} ms`)
})

test('hands an instant answer on as it is', () => {
  assert.equal(paced(pieces, 'instant', new AbortController().signal), pieces)
})

test('stops at once when nobody listens', async () => {
  const gone = new AbortController()
  const reading = Array.fromAsync(paced(pieces, { firstTokenMs: 60_000 }, gone.signal))
  gone.abort()
  assert.deepEqual(await reading, [])
})

test('reads a pace as people type it', () => {
  assert.deepEqual(['instant', 'natural', '45', '350,45', '350,45,0.3', 'fast', '1,2,3,4', '-1'].map(parsePace), [
    'instant',
    'natural',
    { tokensPerSecond: 45 },
    { firstTokenMs: 350, tokensPerSecond: 45, jitter: 0 },
    { firstTokenMs: 350, tokensPerSecond: 45, jitter: 0.3 },
    undefined,
    undefined,
    undefined,
  ])
})
