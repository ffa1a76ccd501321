import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { grown } from './grown.ts'

test('is the text and the piece, however long they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 })), (pieces) => {
      assert.equal(pieces.reduce(grown, ''), pieces.join(''))
    }),
  )
})
