import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Piece } from '../brain.ts'
import { within } from './limits.ts'

const texts = (pieces: readonly string[]): Piece[] => pieces.map((text) => ({ type: 'text', text }))
const joined = (pieces: readonly Piece[]) => pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('')

test('stops before a stop sequence wherever the pieces split it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 })), (parts) => {
      const text = parts.join('')
      const all = [...within(texts(parts), { stopSequences: ['bca', 'cc'] })]
      const at = text.search(/bca|cc/)
      const stop = all.at(-1)?.type === 'stop'
      assert.equal(stop, at >= 0)
      if (at < 0) assert.equal(joined(all), text)
      else assert.ok(text.startsWith(joined(all)) && joined(all).length <= at)
    }),
  )
})

test('never writes more than maxTokens, at four characters each, and says so', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 9 })), fc.integer({ min: 1, max: 20 }), (parts, maxTokens) => {
      const text = parts.join('')
      const all = [...within(texts(parts), { maxTokens })]
      assert.equal(joined(all), text.slice(0, maxTokens * 4))
      assert.deepEqual(all.at(-1)?.type === 'stop', text.length > maxTokens * 4)
    }),
  )
})

test('cuts the input of a tool in the middle', () => {
  const pieces: Piece[] = [
    { type: 'tool', name: 'note' },
    { type: 'tool-input', json: '{"text":"a long note"}' },
  ]
  assert.deepEqual(
    [...within(pieces, { maxTokens: 3 })],
    [
      { type: 'tool', name: 'note' },
      { type: 'tool-input', json: '{"text":' },
      { type: 'stop', reason: 'max_tokens' },
    ],
  )
})
