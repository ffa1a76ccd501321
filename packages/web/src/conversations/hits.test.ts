import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hitsOf } from './hits.ts'

test('tells hits from the words around them', () => {
  assert.deepEqual(hitsOf('how a ⟦lease⟧ is ⟦kept⟧'), [
    { text: 'how a ', hit: false },
    { text: 'lease', hit: true },
    { text: ' is ', hit: false },
    { text: 'kept', hit: true },
  ])
})

test('bears marks without partners', () => {
  assert.deepEqual(hitsOf('a⟧ b ⟦c'), [
    { text: 'a', hit: false },
    { text: ' b ', hit: false },
    { text: 'c', hit: true },
  ])
  assert.deepEqual(hitsOf(''), [])
})
