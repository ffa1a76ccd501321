import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from './text-lines.ts'

const lines = (words: string, width: number, most: number) =>
  linesOf(words, { width, size: 12, weight: 400, most, measure: (words) => words.length })

test('words are broken into lines that fit', () => {
  assert.deepEqual(lines('Sell what falls  3 % below', 12, 3), ['Sell what', 'falls 3 %', 'below'])
  assert.deepEqual(lines('', 12, 2), [])
})

test('what has no room is cut, and shows that it is', () => {
  assert.deepEqual(lines('Sell what falls 3 % below', 12, 2), ['Sell what', 'falls 3 %…'])
  assert.deepEqual(lines('Donaudampfschifffahrt', 8, 2), ['Donauda…'])
})
