import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batches } from './batches.ts'

function open() {
  const told: string[] = []
  const queue = batches<number>({
    onStart: () => told.push('start'),
    onTake: () => told.push('take'),
    onReturn: () => told.push('return'),
  })
  return { queue, told }
}

test('starts when first read, and gathers what comes before the reader’s turn', async () => {
  const { queue, told } = open()
  queue.pending.push(1)
  queue.deliver()
  assert.deepEqual(told, [])
  assert.deepEqual(await queue.next(), { done: false, value: [1] })

  const next = queue.next()
  queue.pending.push(2)
  queue.deliver()
  queue.pending.push(3)
  queue.deliver()
  assert.deepEqual(await next, { done: false, value: [2, 3] })
  assert.deepEqual(told, ['start', 'take', 'take'])
})

test('what is pending comes before the end, and before a failure, which is thrown once', async () => {
  const ended = open().queue
  ended.pending.push(1)
  ended.finish()
  assert.deepEqual(await Array.fromAsync(ended), [[1]])

  const failed = open().queue
  failed.pending.push(1)
  failed.fail(new RangeError('broke'))
  assert.deepEqual(await failed.next(), { done: false, value: [1] })
  await assert.rejects(failed.next(), RangeError)
  assert.deepEqual(await failed.next(), { done: true, value: undefined })
})

test('a reader who leaves is told of once, also while one waits', async () => {
  const { queue, told } = open()
  const next = queue.next()
  await queue.return!()
  assert.deepEqual(await next, { done: true, value: undefined })
  await queue.return!()
  assert.deepEqual(told, ['start', 'return'])
})
