import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RecordId } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import { Fenced } from '../store.ts'
import type { NewTimer, Timer } from '../timers.ts'
import { ada, bob, chat, clock, notice, other, readAll, start } from './conversations.fixture.ts'

/** What every store does with timers. */
export function timersConformance(open: OpenStore): void {
  suite('timers', () => {
    test('are found by owner and key, as they were set', async () => {
      await using store = await open(clock())
      const set = await store.timers.set(
        timer('tea', 5_000, { data: { text: 'nul \0, lone \ud800', list: [1, null] } }),
      )
      assert.deepEqual(await store.timers.find(ada, 'tea'), set)
      const { number, isSaid, ...rest } = set
      assert.ok(number > 0 && !isSaid)
      assert.deepEqual(rest, timer('tea', 5_000, { data: { text: 'nul \0, lone \ud800', list: [1, null] } }))
      assert.equal(await store.timers.find(bob, 'tea'), undefined)
      assert.equal(await store.timers.find(ada, 'TEA'), undefined)
    })

    test('are due in the order of their times, none before its own', async () => {
      await using store = await open(clock())
      for (const [key, at] of Object.entries({ c: 30, a: 10, b: 20, d: 40 })) await store.timers.set(timer(key, at))
      assert.equal(await store.timers.next(), 10)
      assert.deepEqual(await store.timers.due(9, 10), [])
      assert.deepEqual(keysOf(await store.timers.due(30, 10)), ['a', 'b', 'c'])
      assert.deepEqual(keysOf(await store.timers.due(30, 2)), ['a', 'b'])
    })

    test('give way to one of the same owner and key', async () => {
      await using store = await open(clock())
      const before = await store.timers.set(timer('tea', 10))
      const after = await store.timers.set(timer('tea', 20))
      await store.timers.set(timer('tea', 30, { owner: bob }))
      assert.notEqual(after.number, before.number)
      assert.deepEqual(keysOf(await store.timers.due(15, 10)), [])
      assert.equal(await store.timers.settle({ timer: before.number }), false)
      assert.deepEqual(await store.timers.find(ada, 'tea'), after)
    })

    test('can be cancelled', async () => {
      await using store = await open(clock())
      await store.timers.set(timer('tea', 10))
      assert.equal(await store.timers.cancel(bob, 'tea'), false)
      assert.equal(await store.timers.cancel(ada, 'tea'), true)
      assert.equal(await store.timers.cancel(ada, 'tea'), false)
      assert.equal(await store.timers.next(), undefined)
    })

    test('are settled once, and go on under a new number where they do', async () => {
      await using store = await open(clock())
      const first = await store.timers.set(timer('tea', 10))
      assert.equal(await store.timers.settle({ timer: first.number, next: { at: 70 } }), true)
      assert.equal(await store.timers.settle({ timer: first.number, next: { at: 90 } }), false)
      const second = (await store.timers.find(ada, 'tea'))!
      assert.deepEqual(second, { ...first, at: 70, number: second.number })
      assert.notEqual(second.number, first.number)
      assert.equal(await store.timers.settle({ timer: second.number, next: { at: 80, data: 'third' } }), true)
      const third = (await store.timers.find(ada, 'tea'))!
      assert.deepEqual([third.at, third.data], [80, 'third'])
      assert.equal(await store.timers.settle({ timer: third.number }), true)
      assert.equal(await store.timers.find(ada, 'tea'), undefined)
    })

    test('are settled together with the events of their firing, or neither happens', async () => {
      await using store = await open(clock())
      await store.append(chat, [start()])
      const { number } = await store.timers.set(timer('tea', 10))
      await assert.rejects(store.append(other, [notice('gone')], { settles: { timer: number } }), {
        code: 'not-found',
      })
      assert.ok(await store.timers.find(ada, 'tea'))
      await store.append(chat, [notice('tea')], { settles: { timer: number, next: { at: 20 } } })
      assert.equal((await store.timers.find(ada, 'tea'))?.at, 20)
      await assert.rejects(store.append(chat, [notice('tea')], { settles: { timer: number } }), Fenced)
      assert.equal((await readAll(store)).length, 2)
    })

    test('stay due, once said, until they are over', async () => {
      await using store = await open(clock())
      await store.append(chat, [start()])
      const tea = await store.timers.set(timer('tea', 10))
      const settles = { timer: tea.number, isSaid: true } as const
      await store.append(chat, [notice('tea')], { settles })
      await assert.rejects(store.append(chat, [notice('tea')], { settles }), Fenced)
      assert.equal(await store.timers.settle(settles), false)
      assert.deepEqual(await store.timers.due(10, 10), [{ ...tea, isSaid: true }])
      assert.equal(await store.timers.settle({ timer: tea.number, next: { at: 20 } }), true)
      assert.equal((await store.timers.find(ada, 'tea'))?.isSaid, false)
    })

    test('rest while they are postponed, and keep their time', async () => {
      await using store = await open(clock())
      const tea = await store.timers.set(timer('tea', 10))
      await store.timers.postpone(tea, 100)
      assert.deepEqual([await store.timers.due(99, 10), await store.timers.next()], [[], 100])
      assert.deepEqual(await store.timers.due(100, 10), [tea])
    })

    test('of records change and go with them', async () => {
      await using store = await open(clock())
      const id = 'd_egg' as RecordId
      const at = (at: number) => ({ agent: 'guide', kind: 'bell', at, conversation: null })
      const record = { id, key: null, value: {}, index: {} }
      const first = await store.records.create(ada, 'eggs', { ...record, timer: at(10) }, 10)
      const [due, ...others] = await store.timers.due(10, 10)
      assert.deepEqual([due?.owner, due?.kind, due?.data, others], [ada, 'bell', { record: id }, []])
      await store.records.change(ada, 'eggs', id, first.revision, { value: {}, index: {}, timer: at(20) })
      assert.equal(await store.timers.next(), 20)
      await assert.rejects(store.records.change(ada, 'eggs', id, 1, { value: {}, index: {}, timer: null }))
      await store.records.change(ada, 'eggs', id, 2, { value: {}, index: {} })
      assert.equal(await store.timers.next(), 20)
      await store.records.change(ada, 'eggs', id, 3, { value: {}, index: {}, timer: null })
      assert.equal(await store.timers.next(), undefined)
      await store.records.change(ada, 'eggs', id, 4, { value: {}, index: {}, timer: at(30) })
      await store.records.erase(ada, 'eggs', id)
      assert.equal(await store.timers.next(), undefined)
    })

    test('outlive the conversation in which they were set', async () => {
      await using store = await open(clock())
      await store.append(chat, [start()])
      await store.timers.set(timer('tea', 10))
      await store.erase(ada, chat)
      assert.deepEqual(keysOf(await store.timers.due(10, 10)), ['tea'])
    })
  })
}

function timer(key: string, at: number, more: Partial<NewTimer> = {}): NewTimer {
  return { owner: ada, key, agent: 'guide', kind: 'bell', at, conversation: chat, data: { key }, ...more }
}

const keysOf = (timers: readonly Timer[]): readonly string[] => timers.map(({ key }) => key)
