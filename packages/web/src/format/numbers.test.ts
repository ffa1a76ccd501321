import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, formatCount } from './numbers.ts'

test('groups the digits of a count', () => {
  assert.deepEqual(
    [0, 999, 1_204, 1_234_567].map((count) => formatCount(count)),
    ['0', '999', '1,204', '1,234,567'],
  )
})

test('tells sizes as file managers do', () => {
  assert.deepEqual(
    [0, 812, 999, 1_000, 4_500_000, 12_300_000, 999_600].map((size) => formatBytes(size)),
    ['0 B', '812 B', '999 B', '1 kB', '4.5 MB', '12 MB', '1 MB'],
  )
})
