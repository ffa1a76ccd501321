import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConversationId } from '@streambed/protocol'
import type { Bus } from './bus.ts'

const conversation = 'c_one' as ConversationId
const other = 'c_two' as ConversationId
const { signal: never } = new AbortController()
/** The safety net's time, where a test expects a wake: long enough to be noticed. */
const LONG = 10_000

/**
 * What every bus must do. A new one runs this from its own test file. `open` gives two ends of the same bus, which may
 * be one.
 */
export function busConformance(name: string, open: () => Promise<readonly [Bus, Bus]>): void {
  suite(`${name} bus`, () => {
    test('wakes who waits for that topic, and nobody else', async () => {
      await using buses = await ends(open)
      using listener = buses.reader.listen(conversation)
      using elsewhere = buses.reader.listen(other)
      const woken = listener.next(never, LONG)
      buses.writer.wake(conversation)
      assert.deepEqual(await woken, [])
      assert.equal(await first(elsewhere.next(never, 30), 'timer'), 'timer')
    })

    test('remembers a wake that came while nobody waited', async () => {
      await using buses = await ends(open)
      using listener = buses.reader.listen(conversation)
      using witness = buses.reader.listen(conversation)
      const seen = witness.next(never, LONG)
      buses.writer.wake(conversation)
      await seen
      assert.deepEqual(await listener.next(never, LONG), [])
    })

    test('wakes every listener of a topic', async () => {
      await using buses = await ends(open)
      using one = buses.reader.listen(conversation)
      using two = buses.reader.listen(conversation)
      const woken = Promise.all([one.next(never, LONG), two.next(never, LONG)])
      buses.writer.wake(conversation)
      assert.deepEqual(await woken, [[], []])
    })

    test('resolves after the given time without a wake, again and again', async () => {
      await using buses = await ends(open)
      using listener = buses.reader.listen(conversation)
      for (const ms of [5, 5, 10]) assert.deepEqual(await listener.next(never, ms), [])
    })

    test('rejects with the reason of its signal, before and while waiting', async () => {
      await using buses = await ends(open)
      using listener = buses.reader.listen(conversation)
      const controller = new AbortController()
      const waiting = listener.next(controller.signal, LONG)
      const reason = new Error('enough')
      controller.abort(reason)
      await assert.rejects(waiting, reason)
      await assert.rejects(listener.next(controller.signal, LONG), reason)
    })

    test('goes on after an aborted wait', async () => {
      await using buses = await ends(open)
      using listener = buses.reader.listen(conversation)
      const controller = new AbortController()
      const waiting = listener.next(controller.signal, LONG)
      controller.abort()
      await assert.rejects(waiting)
      const woken = listener.next(never, LONG)
      buses.writer.wake(conversation)
      assert.deepEqual(await woken, [])
    })

    test('a wake that nobody listens to is no error', async () => {
      await using buses = await ends(open)
      buses.writer.wake(conversation)
      buses.reader.listen(conversation)[Symbol.dispose]()
      buses.writer.wake(conversation)
    })
  })
}

async function ends(open: () => Promise<readonly [Bus, Bus]>) {
  const [writer, reader] = await open()
  return {
    writer,
    reader,
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]()
      if (reader !== writer) await reader[Symbol.asyncDispose]()
    },
  }
}

/** `timer` when the wait took its whole time; what it gave otherwise. */
async function first(wait: Promise<unknown>, timer: string): Promise<unknown> {
  const began = performance.now()
  const result = await wait
  return performance.now() - began >= 25 ? timer : result
}
