import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { OpenStore } from '../conformance.ts'
import type { Store } from '../store.ts'
import { ada, ask, bob, clock, end, id, listed, run, start } from './conversations.fixture.ts'

/** How every store searches. */
export function searchConformance(open: OpenStore): void {
  suite('the search', () => {
    const answer = 'Take the night train to Bergen; cafés open at seven.'

    test('finds titles, messages and answers, and shows where', async () => {
      await using store = await open(clock())
      await library(store, answer)
      assert.deepEqual(await listed(store, ada, { query: 'harbour' }), ['c_title'])
      assert.deepEqual(await listed(store, ada, { query: 'umbrella' }), ['c_message'])
      assert.deepEqual(await listed(store, ada, { query: 'NIGHT bergen' }), ['c_answer'])
      assert.deepEqual(await listed(store, ada, { query: 'cafe' }), ['c_answer'], 'accents and beginnings')
      assert.deepEqual(await listed(store, ada, { query: 'harb umbrella' }), [])
      const { items } = await store.list(ada, { query: 'train', limit: 5 })
      assert.match(items[0]!.snippet!, /night ⟦train⟧ to Bergen/)
    })

    test('shows of each conversation its own words', async () => {
      await using store = await open(clock())
      await store.append(id('rivers'), [start({ title: 'Water' }), ask('1', { text: 'Which index do rivers have?' })])
      await store.append(id('funds'), [start({ title: 'Money' }), ask('2', { text: 'Buy index funds and bonds.' })])
      await store.append(id('books'), [start({ title: 'The index of a book' }), ask('3', { text: 'Where is it?' })])
      const { items } = await store.list(ada, { query: 'index', limit: 5 })
      assert.deepEqual(
        new Map(items.map((item) => [item.id, item.snippet])),
        new Map<string, string>([
          ['c_books', 'The ⟦index⟧ of a book'],
          ['c_funds', 'Buy ⟦index⟧ funds and bonds.'],
          ['c_rivers', 'Which ⟦index⟧ do rivers have?'],
        ]),
      )
    })

    test('the best match comes first, in pages', async () => {
      const time = clock()
      await using store = await open(time)
      await store.append(id('named'), [start({ title: 'Comet' })])
      for (let i = 0; i < 5; i++) {
        time.pass(1000)
        await store.append(id(`far_${i}`), [
          start(),
          ask(`${i}`, { text: `${'long words about '.repeat(30)} a comet` }),
        ])
      }
      const first = await store.list(ada, { query: 'comet', limit: 4 })
      assert.equal(first.items[0]!.id, 'c_named')
      await store.append(id('late'), [start({ title: 'comet' })])
      const rest = await store.list(ada, { query: 'comet', limit: 4, cursor: first.cursor! })
      assert.equal(rest.cursor, null)
      assert.equal(
        new Set([...first.items, ...rest.items].map((item) => item.id)).size,
        first.items.length + rest.items.length,
      )
    })

    test('follows renames, archives and owners', async () => {
      await using store = await open(clock())
      await library(store, answer)
      await store.append(id('title'), [{ type: 'conversation-change', title: 'Mountain' }])
      assert.deepEqual(await listed(store, ada, { query: 'harbour' }), [])
      assert.deepEqual(await listed(store, ada, { query: 'mountain' }), ['c_title'])
      await store.append(id('title'), [{ type: 'conversation-change', archived: true }])
      assert.deepEqual(await listed(store, ada, { query: 'mountain' }), [])
      assert.deepEqual(await listed(store, ada, { query: 'mountain', archived: true }), ['c_title'])
      assert.deepEqual(await listed(store, bob, { query: 'umbrella' }), [])
      assert.deepEqual(await listed(store, { org: 'sea', user: 'ada' }, { query: 'umbrella' }), [])
    })

    test('takes any query for words', async () => {
      await using store = await open(clock())
      await library(store, answer)
      const nasty = [
        '"',
        '""',
        'umbrella"',
        "'",
        '*',
        'a*b',
        '(',
        ')',
        'NEAR(',
        'NOT',
        'AND',
        'text:umbrella',
        'title : x',
        '-',
        '^',
      ]
      for (const query of [
        ...nasty,
        '{',
        '\\',
        '\0',
        'a\0b',
        '\ud800',
        '%',
        '_',
        '; drop table log',
        '💥',
        'x'.repeat(10_000),
      ])
        await store.list(ada, { query, limit: 5 })
      assert.deepEqual(await listed(store, ada, { query: '"umbrella"*' }), ['c_message'])
      assert.deepEqual(await listed(store, ada, { query: '***' }), [])
      assert.equal((await listed(store, ada, { query: '  ' })).length, 3)
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (query) => {
          await store.list(ada, { query, limit: 5 })
        }),
        { numRuns: 50 },
      )
    })
  })
}

/** Three conversations of ada's: one has the word in its title, one in a message, one in an answer. */
async function library(store: Store, answer: string): Promise<void> {
  await store.append(id('title'), [start({ title: 'A walk to the harbour' })])
  await store.append(id('message'), [start(), ask('m', { text: 'Do I need an umbrella today?' })])
  await store.append(id('answer'), [start(), ask('a', { text: 'How do I get there?' })])
  const fence = await store.claim(id('answer'), run('a'), 'server', 60_000)
  await store.append(id('answer'), [end('a')], { fence: fence!, search: answer })
}
