import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConversationSummary } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import type { ListOptions } from '../store.ts'
import { ada, ask, chat, claim, clock, end, id, listed, run, say, start } from './conversations.fixture.ts'

/** How every store lists conversations. */
export function listConformance(open: OpenStore): void {
  suite('the list', () => {
    test('shows a conversation as it is', async () => {
      const time = clock()
      await using store = await open(time)
      await store.append(chat, [start({ title: 'Old', alias: 'chat_7' })])
      time.pass(1000)
      await store.append(chat, [ask('one')])
      time.pass(1000)
      await store.append(chat, [{ type: 'conversation-change', title: 'New', pinned: true }])
      const fence = await claim(store, 'one')
      const expected: ConversationSummary = {
        id: chat,
        agent: 'guide',
        title: 'New',
        pinned: true,
        archived: false,
        alias: 'chat_7',
        createdAt: '2026-11-20T12:00:00.000Z',
        updatedAt: '2026-11-20T12:00:01.000Z',
        seq: 3,
        activeRun: run('one'),
      }
      assert.deepEqual(await store.find(ada, chat), expected)
      assert.deepEqual(await store.list(ada, { limit: 10 }), { items: [expected], cursor: null })
      await store.append(chat, [say('one', 'a'), say('one', 'b')], { fence })
      await store.append(chat, [end('one')], { fence })
      assert.deepEqual(await store.find(ada, chat), {
        ...expected,
        updatedAt: '2026-11-20T12:00:02.000Z',
        seq: 6,
        activeRun: null,
      })
    })

    test('a conversation without a title shows how it began, until it is named', async () => {
      await using store = await open(clock())
      await store.append(chat, [start({ title: null })])
      assert.equal((await store.find(ada, chat))?.title, null)
      await store.append(chat, [ask('one', { text: `  Where\n to?\0 ${'far '.repeat(40)}` })])
      const title = (await store.find(ada, chat))?.title ?? ''
      assert.match(title, /^Where to\? far far .*…$/)
      assert.ok(title.length <= 81)
      await store.append(chat, [ask('two', { text: 'Never mind' })])
      assert.equal((await store.find(ada, chat))?.title, title)
      await store.append(chat, [{ type: 'conversation-change', title: 'Journey' }])
      assert.equal((await store.find(ada, chat))?.title, 'Journey')
    })

    test('pinned first, then newest first, archived apart', async () => {
      const time = clock()
      await using store = await open(time)
      for (const name of ['a', 'b', 'c', 'd']) {
        await store.append(id(name), [start()])
        time.pass(1000)
      }
      await store.append(id('a'), [{ type: 'conversation-change', pinned: true }])
      await store.append(id('c'), [{ type: 'conversation-change', archived: true }])
      await store.append(id('b'), [ask('one')])
      assert.deepEqual(await listed(store, ada), ['c_a', 'c_b', 'c_d'])
      assert.deepEqual(await listed(store, ada, { archived: true }), ['c_c'])
    })

    test('pages hold together while conversations come and go', async () => {
      const time = clock()
      await using store = await open(time)
      for (let i = 10; i < 30; i++) {
        if (i % 2) time.pass(1) // some at the same moment
        await store.append(id(`${i}`), [start()])
        if (i % 5 === 0) await store.append(id(`${i}`), [{ type: 'conversation-change', pinned: true }])
      }
      const all = await listed(store, ada, { limit: 100 })
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const options: ListOptions = cursor === null ? { limit: 3 } : { limit: 3, cursor }
        const page = await store.list(ada, options)
        seen.push(...page.items.map((item) => item.id))
        cursor = page.cursor
        time.pass(1)
        await store.append(id(`new_${seen.length}`), [start()])
      } while (cursor !== null)
      assert.deepEqual(
        seen.filter((name) => !name.startsWith('c_new')),
        all,
      )
      assert.equal(new Set(seen).size, seen.length)
    })

    test('refuses cursors it did not give, and pages of no size', async () => {
      await using store = await open(clock())
      for (const cursor of ['', 'x', 'bnVsbA', 'W10', '💥', Buffer.from('["list",1]').toString('base64url')]) {
        await assert.rejects(store.list(ada, { limit: 1, cursor }), { code: 'bad-request' })
        await assert.rejects(store.list(ada, { limit: 1, cursor, query: 'x' }), { code: 'bad-request' })
      }
      for (const limit of [0, -1, 101, 1.5, Number.NaN])
        await assert.rejects(store.list(ada, { limit }), { code: 'bad-request' })
    })
  })
}
