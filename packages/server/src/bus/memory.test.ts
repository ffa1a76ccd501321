import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, RunId } from '@streambed/protocol'
import { newEntry } from '../store/entry.ts'
import type { Entry } from '../store/store.ts'
import { busConformance } from './conformance.ts'
import { memoryBus } from './memory.ts'

busConformance('memory', async () => {
  const bus = memoryBus()
  return [bus, bus]
})

const conversation = 'c_one' as ConversationId
const { signal } = new AbortController()
const say = (seq: number, text = 'word'): Entry =>
  newEntry(seq, '2026-11-20T00:00:00.000Z', { type: 'text-delta', run: 'r_one' as RunId, block: 1, text })

test('a wake carries its entries to who waits', async () => {
  await using bus = memoryBus()
  using listener = bus.listen(conversation)
  const entries = [say(1), say(2)]
  const woken = listener.next(signal, 1000)
  bus.wake(conversation, entries)
  assert.deepEqual(await woken, entries)
})

test('what several wakes carried comes at once, in order', async () => {
  await using bus = memoryBus()
  using listener = bus.listen(conversation)
  const entries = [say(1), say(2), say(3)]
  bus.wake(conversation, entries.slice(0, 1))
  bus.wake(conversation, entries.slice(1))
  assert.deepEqual(await listener.next(signal, 1000), entries)
})

test('nothing is carried past a wake without entries, or past a gap', async () => {
  await using bus = memoryBus()
  using listener = bus.listen(conversation)
  bus.wake(conversation, [say(1)])
  bus.wake(conversation)
  bus.wake(conversation, [say(2)])
  assert.deepEqual(await listener.next(signal, 1000), [])

  bus.wake(conversation, [say(3)])
  bus.wake(conversation, [say(5)])
  assert.deepEqual(await listener.next(signal, 1000), [])

  const next = [say(6)]
  bus.wake(conversation, next)
  assert.deepEqual(await listener.next(signal, 1000), next)
})

test('a reader that does not come is held no more than 64 KiB for', async () => {
  await using bus = memoryBus()
  using listener = bus.listen(conversation)
  const long = 'x'.repeat(1024)
  for (let seq = 1; seq <= 100; seq++) bus.wake(conversation, [say(seq, long)])
  assert.deepEqual(await listener.next(signal, 1000), [])
  const next = [say(101, long)]
  bus.wake(conversation, next)
  assert.deepEqual(await listener.next(signal, 1000), next)
})

test('closing the bus ends every wait', async () => {
  const bus = memoryBus()
  const waiting = bus.listen(conversation).next(signal, 1000)
  const ended = assert.rejects(waiting, /closed/)
  await bus[Symbol.asyncDispose]()
  await ended
})
