import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupCommits } from './commits.ts'

test('what may wait is gathered, and committed soon all the same', async () => {
  const committed = Promise.withResolvers<readonly string[]>()
  using commits = groupCommits<string>(committed.resolve)
  commits.add('a', true)
  commits.add('b', true)
  assert.deepEqual(await committed.promise, ['a', 'b'])
})

test('what may not wait goes at once, takes along what waits, and keeps the order', async () => {
  const groups: (readonly string[])[] = []
  using commits = groupCommits<string>((items) => groups.push(items))
  commits.add('a', true)
  commits.add('b', false)
  commits.add('c', true)
  await new Promise(setImmediate)
  assert.deepEqual(groups, [['a', 'b', 'c']])
})

test('a flush leaves nothing behind', () => {
  const groups: (readonly string[])[] = []
  using commits = groupCommits<string>((items) => groups.push(items))
  commits.add('a', true)
  commits.flush()
  commits.flush()
  assert.deepEqual(groups, [['a']])
})
