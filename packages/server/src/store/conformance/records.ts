import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RecordId } from '@streambed/protocol'
import fc from 'fast-check'
import type { OpenStore } from '../conformance.ts'
import { type IndexValue, type NewRecord, type RecordListOptions, sortable } from '../records.ts'
import type { Store } from '../store.ts'
import { ada, bob } from './conversations.fixture.ts'

const id = (name: string): RecordId => `d_${name}` as RecordId

/** What every store does with records. */
export function recordsConformance(open: OpenStore): void {
  suite('records', () => {
    test('are read back as they were written, with their revision and times', async () => {
      const clock = ticking()
      await using store = await open(clock)
      const value = { text: 'a\0b "\\\n 🦀', list: [1, null, { deep: true }], nothing: null }
      const expected = { id: id('a'), value, revision: 1, createdAt: clock.iso(), updatedAt: clock.iso() }
      assert.deepEqual(await store.records.create(ada, 'notes', note('a', { value }), 10), expected)
      assert.deepEqual(await store.records.find(ada, 'notes', id('a')), expected)
    })

    test('belong to one owner and one collection', async () => {
      await using store = await open(ticking())
      await store.records.create(ada, 'notes', note('a'), 10)
      for (const [owner, collection] of [
        [bob, 'notes'],
        [ada, 'alarms'],
      ] as const) {
        assert.equal(await store.records.find(owner, collection, id('a')), undefined)
        assert.deepEqual(await listed(store, {}, owner, collection), [])
        await assert.rejects(store.records.change(owner, collection, id('a'), 1, note('a')), { code: 'not-found' })
        await store.records.erase(owner, collection, id('a'))
      }
      assert.deepEqual(await listed(store), ['a'])
    })

    test('with one key are one record, until it goes', async () => {
      await using store = await open(ticking())
      const odd = 'key \0 \ud800'
      const first = await store.records.create(ada, 'notes', note('a', { key: odd }), 1)
      assert.deepEqual(await store.records.create(ada, 'notes', note('b', { key: odd, value: 'other' }), 1), first)
      await store.records.create(bob, 'notes', note('c', { key: odd }), 1)
      await store.records.create(ada, 'alarms', note('d', { key: odd }), 1)
      await store.records.erase(ada, 'notes', id('a'))
      const again = await store.records.create(ada, 'notes', note('e', { key: odd }), 1)
      assert.equal(again.id, id('e'))
    })

    test('are no more than the collection may have', async () => {
      await using store = await open(ticking())
      await store.records.create(ada, 'notes', note('a'), 2)
      await store.records.create(ada, 'notes', note('b'), 2)
      await assert.rejects(store.records.create(ada, 'notes', note('c'), 2), { code: 'records-full' })
      await store.records.create(bob, 'notes', note('c'), 2)
      await store.records.erase(ada, 'notes', id('a'))
      await store.records.create(ada, 'notes', note('d'), 2)
      assert.deepEqual(await listed(store), ['d', 'b'])
    })

    test('change only from the revision that the writer has seen', async () => {
      const clock = ticking()
      await using store = await open(clock)
      const { createdAt } = await store.records.create(ada, 'notes', note('a', { index: { n: 1 } }), 10)
      clock.tick()
      const change = { value: { text: 'new' }, index: { n: 2 } }
      const changed = await store.records.change(ada, 'notes', id('a'), 1, change)
      assert.deepEqual(changed, { id: id('a'), value: change.value, revision: 2, createdAt, updatedAt: clock.iso() })
      assert.notEqual(changed.updatedAt, createdAt)
      await assert.rejects(store.records.change(ada, 'notes', id('a'), 1, change), { code: 'record-changed' })
      await assert.rejects(store.records.change(ada, 'notes', id('b'), 1, change), { code: 'not-found' })
      assert.deepEqual(await store.records.find(ada, 'notes', id('a')), changed)
      assert.deepEqual(await listed(store, { where: { n: 1 } }), [])
      assert.deepEqual(await listed(store, { where: { n: 2 } }), ['a'])
    })

    test('of two changes at once, one is refused', async () => {
      await using store = await open(ticking())
      await store.records.create(ada, 'notes', note('a'), 10)
      const outcomes = await Promise.allSettled(
        ['b', 'c'].map((value) => store.records.change(ada, 'notes', id('a'), 1, { value, index: {} })),
      )
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })

    test('are listed newest first, page by page, whatever is added meanwhile', async () => {
      await using store = await open(ticking())
      for (const name of ['a', 'b', 'c', 'd', 'e']) await store.records.create(ada, 'notes', note(name), 10)
      const first = await store.records.list(ada, 'notes', { where: {}, limit: 2 })
      await store.records.create(ada, 'notes', note('f'), 10)
      await store.records.erase(ada, 'notes', id('d'))
      const rest = await store.records.list(ada, 'notes', { where: {}, limit: 3, cursor: first.cursor! })
      assert.deepEqual([...first.items, ...rest.items].map(nameOf), ['e', 'd', 'c', 'b', 'a'])
      assert.equal(rest.cursor, null)
    })

    test('are found by what they are indexed by', async () => {
      await using store = await open(ticking())
      const kinds: readonly IndexValue[] = ['open', 'done', 1, '1', true, 'true', null, 'null', 'open']
      for (const [i, kind] of kinds.entries())
        await store.records.create(ada, 'notes', note(`${i}n`, { index: { kind, even: i % 2 === 0 } }), 10)
      assert.deepEqual(await listed(store, { where: { kind: 'open' } }), ['8n', '0n'])
      assert.deepEqual(await listed(store, { where: { kind: 1 } }), ['2n'])
      assert.deepEqual(await listed(store, { where: { kind: '1' } }), ['3n'])
      assert.deepEqual(await listed(store, { where: { kind: null } }), ['6n'])
      assert.deepEqual(await listed(store, { where: { kind: true, even: true } }), ['4n'])
      assert.deepEqual(await listed(store, { where: { kind: true, even: false } }), [])
      assert.deepEqual(await listed(store, { where: { other: null } }), [])
    })

    test('are ordered by an index, up or down, equal ones as they came', async () => {
      await using store = await open(ticking())
      const due: readonly IndexValue[] = ['2027', '2026', null, '2026', 10, 9, -3.5, '\uffff', '🦀', false]
      for (const [i, value] of due.entries())
        await store.records.create(ada, 'notes', note(`${i}n`, { index: { due: value } }), 20)
      await store.records.create(ada, 'notes', note('without'), 20)
      const up = ['2n', '9n', '6n', '5n', '4n', '1n', '3n', '0n', '7n', '8n']
      for (const limit of [1, 3, 100]) {
        assert.deepEqual(await paged(store, { where: {}, order: { field: 'due', descending: false }, limit }), up)
        const down = await paged(store, { where: {}, order: { field: 'due', descending: true }, limit })
        assert.deepEqual(down, up.toReversed())
      }
    })

    test('a cursor goes on in the list that gave it', async () => {
      await using store = await open(ticking())
      for (const name of ['a', 'b']) await store.records.create(ada, 'notes', note(name, { index: { n: 1 } }), 10)
      const { cursor } = await store.records.list(ada, 'notes', { where: {}, limit: 1 })
      const order = { field: 'n', descending: false }
      for (const options of [{ cursor: cursor!, order }, { cursor: 'x' }, { limit: 0 }, { limit: 101 }, { limit: 1.5 }])
        await assert.rejects(store.records.list(ada, 'notes', { where: {}, limit: 1, ...options }), {
          code: 'bad-request',
        })
    })
  })
}

test('numbers and texts sort as what they are written as', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
      assert.equal(Math.sign(compare(sortable(a), sortable(b))), Math.sign(a - b) || 0)
    }),
    { verbose: true },
  )
})

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function note(name: string, more: Partial<NewRecord> = {}): NewRecord {
  return { id: id(name), key: null, value: { name }, index: {}, ...more }
}

async function listed(
  store: Store,
  options: Partial<RecordListOptions> = {},
  owner = ada,
  collection = 'notes',
): Promise<readonly string[]> {
  const { items } = await store.records.list(owner, collection, { where: {}, limit: 100, ...options })
  return items.map(nameOf)
}

async function paged(store: Store, options: RecordListOptions): Promise<readonly string[]> {
  const names: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await store.records.list(ada, 'notes', { ...options, ...(cursor && { cursor }) })
    names.push(...page.items.map(nameOf))
    cursor = page.cursor
  }
  return names
}

const nameOf = ({ id }: { readonly id: RecordId }): string => id.slice(2)

function ticking() {
  let time = Date.parse('2026-11-20T12:00:00Z')
  return { now: () => time, tick: () => (time += 1000), iso: () => new Date(time).toISOString() }
}
