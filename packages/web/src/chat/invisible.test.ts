import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { withInvisible } from './invisible.ts'

test('what nobody would see is named', () => {
  const hidden = '\u202E\u200B\u00A0\u00AD\uFEFF\u2066\u{E0041}\u2028\u0007\r\u3164'
  assert.deepEqual(
    withInvisible(hidden).map(({ code }) => code),
    ['U+202E', 'U+200B', 'U+00A0', 'U+00AD', 'U+FEFF', 'U+2066', 'U+E0041', 'U+2028', 'U+0007', 'U+000D', 'U+3164'],
  )
})

test('what everybody sees stays as it is', () => {
  const text = 'Grüße, Ada\n\tto «Осло» 東京 👋 {"a": 1}'
  assert.deepEqual(withInvisible(text), [{ text, code: null }])
  assert.deepEqual(withInvisible(''), [])
})

test('no character is lost, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const pieces = withInvisible(text)
      assert.equal(pieces.map((piece) => piece.text).join(''), text)
    }),
  )
})
