import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNTS } from './bus.ts'
import { memoryBus } from './memory.ts'
import { whenever } from './whenever.ts'

const HOUR = 3_600_000

test('a wake has it look at once, and a failed look is told of', async () => {
  await using bus = memoryBus()
  const failed = Promise.withResolvers<unknown>()
  const trouble = new Error('no such table')
  await using _ = whenever({
    bus,
    topic: ACCOUNTS,
    ms: HOUR,
    look: async () => {
      throw trouble
    },
    failed: failed.resolve,
  })
  bus.wake(ACCOUNTS)
  assert.equal(await failed.promise, trouble)
}) // and its end does not wait until the hour of rest is over

test('without a wake it looks now and then', async () => {
  await using bus = memoryBus()
  const thrice = Promise.withResolvers<void>()
  let looks = 0
  await using _ = whenever({
    bus,
    topic: ACCOUNTS,
    ms: 1,
    look: async () => void (++looks === 3 && thrice.resolve()),
    failed: thrice.reject,
  })
  await thrice.promise
})
