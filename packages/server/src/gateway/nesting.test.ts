import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkNesting, MAX_NESTING } from './nesting.ts'

test('JSON nests as deep as it may and no deeper', () => {
  const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  checkNesting(lists(MAX_NESTING))
  checkNesting(`[${lists(MAX_NESTING - 1)},${lists(MAX_NESTING - 1)}]`)
  assert.throws(() => checkNesting(lists(MAX_NESTING + 1)), { code: 'bad-request' })
  assert.throws(() => checkNesting('{"a":'.repeat(MAX_NESTING + 1)), { code: 'bad-request' })
})

test('brackets in texts do not count, whatever stands before and after them', () => {
  const odd = fc.string({ unit: fc.constantFrom('[', '{', '"', '\\', 'u', '\n', ' ', 'é') })
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 50 }), (texts) =>
      checkNesting(JSON.stringify([...texts, '['.repeat(MAX_NESTING + 1), { [texts[0] ?? '']: texts }])),
    ),
  )
})
