import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupCommits } from './commits.ts'

test('what comes in one turn of the event loop is committed together, in its order', async () => {
  const groups: (readonly string[])[] = []
  using commits = groupCommits<string>((items) => groups.push(items))
  for (const item of ['a', 'b', 'c']) commits.add(item)
  await new Promise(setImmediate)
  commits.add('d')
  await new Promise(setImmediate)
  assert.deepEqual(groups, [['a', 'b', 'c'], ['d']])
})

test('what is committed at once does not wait for the other callbacks of its turn', async () => {
  const groups: (readonly string[])[] = []
  using commits = groupCommits<string>((items) => groups.push(items))
  commits.add('a')
  commits.add('b', true)
  commits.add('c', true)
  await Promise.resolve()
  assert.deepEqual(groups, [['a', 'b', 'c']])
  commits.add('d', true)
  await new Promise(setImmediate)
  assert.deepEqual(groups, [['a', 'b', 'c'], ['d']])
})

test('commits that take all of the time are paused between, and nothing is left behind', async () => {
  const groups: (readonly number[])[] = []
  const all = Promise.withResolvers<void>()
  using commits = groupCommits<number>((items) => {
    const end = performance.now() + 10
    while (performance.now() < end); // as a slow disk would
    groups.push(items)
    if (items.at(-1) === 99) all.resolve()
  })
  for (let i = 0; i < 100; i++) {
    commits.add(i)
    await new Promise(setImmediate)
  }
  await all.promise
  assert.deepEqual(
    groups.flat(),
    Array.from({ length: 100 }, (_, i) => i),
  )
  assert.ok(groups.length < 50, `${groups.length} commits`)
})

test('a flush leaves nothing behind', () => {
  const groups: (readonly string[])[] = []
  using commits = groupCommits<string>((items) => groups.push(items))
  commits.add('a')
  commits.flush()
  commits.flush()
  assert.deepEqual(groups, [['a']])
})
