import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beat } from './beat.ts'

const NEVER = Number.NEGATIVE_INFINITY

test('on an idle server a deed is done in this turn of the event loop, those that follow are done together', async () => {
  const done: string[] = []
  const beats = beat(() => 0)
  beats.add(() => done.push('first'), NEVER)
  await new Promise(setImmediate)
  assert.deepEqual(done, ['first'])

  const all = Promise.withResolvers<void>()
  const now = performance.now()
  beats.add(() => queueMicrotask(() => done.push('later')), now)
  beats.add(() => done.push('second'), now)
  beats.add(() => done.push('third'), NEVER)
  beats.add(all.resolve, now)
  await all.promise
  assert.deepEqual(done, ['first', 'second', 'third', 'later'])
})

test('on a busy server a deed waits until its last time is a while ago, and nobody else waits for it', async () => {
  const beats = beat(() => 1)
  const done: string[] = []
  const last = performance.now() + 500 // a stall of this test puts nothing out of order
  const again = Promise.withResolvers<void>()
  const first = Promise.withResolvers<void>()
  beats.add(() => {
    done.push('again')
    again.resolve()
  }, last)
  beats.add(() => {
    done.push('first')
    first.resolve()
  }, NEVER)
  await first.promise
  await again.promise
  const waitedMs = performance.now() - last
  assert.deepEqual(done, ['first', 'again'])
  assert.ok(waitedMs > 30, `${waitedMs} ms`)
})

test('a deed that is added by another waits for the next beat', async () => {
  const order: string[] = []
  const beats = beat()
  const second = Promise.withResolvers<void>()
  beats.add(() => {
    beats.add(() => {
      order.push('second')
      second.resolve()
    }, NEVER)
    order.push('first')
  }, NEVER)
  await second.promise
  assert.deepEqual(order, ['first', 'second'])
})
