import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matching } from './commands.ts'

const found = (query: string) =>
  matching(
    ['New chat', 'Settings', 'My Strategies', 'Strategy builder', 'Über Flüsse'].map((label) => ({ label })),
    query,
  ).map(({ label }) => label)

test('what begins so comes first, then words that do, then the rest', () => {
  assert.deepEqual(found('str'), ['Strategy builder', 'My Strategies'])
  assert.deepEqual(found('ate'), ['My Strategies', 'Strategy builder'])
  assert.deepEqual(found('builder strat'), ['Strategy builder'])
  assert.deepEqual(found('nothing'), [])
})

test('case and accents make no difference, and no query is everything', () => {
  assert.deepEqual(found('FLUSSE'), ['Über Flüsse'])
  assert.equal(found('  ').length, 5)
})
