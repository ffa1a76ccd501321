import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beat } from './beat.ts'

test('the first deed is done in this turn of the event loop, those that follow are done together', async () => {
  const done: number[] = []
  const beats = beat()
  beats.add(() => done.push(0))
  await new Promise(setImmediate)
  assert.deepEqual(done, [0])

  const all = Promise.withResolvers<void>()
  for (let i = 1; i <= 3; i++) {
    beats.add(() => done.push(i))
    await new Promise(setImmediate)
  }
  beats.add(all.resolve)
  const before = done.length
  await all.promise
  assert.deepEqual([before, done], [1, [0, 1, 2, 3]])
})

test('a deed that is added by another waits for the next beat', async () => {
  const order: string[] = []
  const beats = beat()
  const second = Promise.withResolvers<void>()
  beats.add(() => {
    beats.add(() => {
      order.push('second')
      second.resolve()
    })
    order.push('first')
  })
  await second.promise
  assert.deepEqual(order, ['first', 'second'])
})
