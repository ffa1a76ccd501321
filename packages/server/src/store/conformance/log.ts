import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConversationId, EventOf, RequestId } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import {
  ada,
  ask,
  chat,
  claim,
  clock,
  filled,
  notice,
  readAll,
  run,
  say,
  start,
  step,
  texts,
} from './conversations.fixture.ts'

/** What every store does with logs. */
export function logConformance(open: OpenStore): void {
  suite('the log', () => {
    test('reads back what was appended, in order, numbered from 1', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      await store.append(chat, [say('one', 'a'), say('one', 'b')], { fence })
      await store.append(chat, [say('one', 'c')], { fence })
      const at = '2026-11-20T12:00:00.000Z'
      const expected = [start(), ask('one'), say('one', 'a'), say('one', 'b'), say('one', 'c')]
      const entries = await readAll(store)
      assert.deepEqual(
        entries.map((entry) => entry.event),
        expected.map((event, i) => ({ seq: i + 1, at, ...event })),
      )
      assert.deepEqual(
        entries.map((entry) => JSON.parse(entry.json)),
        entries.map((entry) => entry.event),
      )
    })

    test('gives back the entries it appended, as a reader will get them', async () => {
      await using store = await open(clock())
      const appended = await store.append(chat, [start(), ask('one')])
      assert.deepEqual(texts(appended), texts(await readAll(store)))
      assert.ok(texts(appended)[0]!.startsWith('{"seq":1,"at":"2026-11-20T12:00:00.000Z","type":"conversation-start"'))
    })

    test('reads on from any position, and nothing at the end or beyond', async () => {
      await using store = await open(clock())
      await filled(store, 20)
      const all = texts(await readAll(store))
      for (const after of [0, 1, 2, 10, 19, 20, 21, 22, 1e9, Number.MAX_SAFE_INTEGER])
        assert.deepEqual(texts(await readAll(store, after)), all.slice(after), `after ${after}`)
      assert.deepEqual(await store.read('c_unknown' as ConversationId, 0), [])
    })

    test('reads in pages of some 32 KiB, one entry at least', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      await store.append(chat, [say('one', 'x'.repeat(100_000)), say('one', 'y'.repeat(100_000))], { fence })
      for (let i = 0; i < 20; i++)
        await store.append(
          chat,
          Array.from({ length: 10 }, () => say('one', 'z'.repeat(1000))),
          { fence },
        )
      let seq = 0
      for (let page = await store.read(chat, 0); page.length > 0; page = await store.read(chat, seq)) {
        const size = page.reduce((sum, { json }) => sum + json.length, 0)
        assert.ok(page.length === 1 || size <= 64 * 1024, `a page of ${size} characters`)
        seq = page.at(-1)!.seq
      }
      assert.equal(seq, 204)
    })

    test('keeps numbers dense and appends whole when 200 come at once', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      const appended = await Promise.all(
        Array.from({ length: 200 }, (_, i) => {
          const last = i % 3 === 0 ? step('one') : say('one', `${i}b`)
          return store.append(chat, [say('one', `${i}a`), last], { fence })
        }),
      )
      const seqs = appended.flatMap((entries) => entries.map(({ seq }) => seq))
      assert.deepEqual(
        seqs,
        Array.from({ length: 400 }, (_, i) => i + 3),
        'in the order of the calls',
      )
      assert.deepEqual(texts(await readAll(store, 2)), texts(appended.flat()))
    })

    test('appends all or none', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one')])
      await assert.rejects(store.append(chat, [notice('kept?'), ask('two', { requestId: 'q_one' as RequestId })]), {
        code: 'conflict',
      })
      assert.equal((await readAll(store)).length, 2)
      assert.equal(await store.findRun(ada, run('two')), undefined)
    })

    test('one refused append does not touch its neighbours', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      const results = await Promise.allSettled([
        store.append(chat, [say('one', 'a')], { fence }),
        store.append(chat, [say('one', 'b')], { fence: fence + 1 }),
        store.append('c_unknown' as ConversationId, [notice('hello')]),
        store.append(chat, [ask('two', { requestId: 'q_one' as RequestId })]),
        store.append(chat, [say('one', 'c')], { fence }),
      ])
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled'],
      )
      const said = (await readAll(store, 2)).map(({ event }) => (event as EventOf<'text-delta'>).text)
      assert.deepEqual(said, ['a', 'c'])
    })

    test('an append of nothing adds nothing', async () => {
      await using store = await open(clock())
      await store.append(chat, [start()])
      assert.deepEqual(await store.append(chat, []), [])
      assert.equal((await readAll(store)).length, 1)
    })

    test('has no conversation that was not started, and starts none twice', async () => {
      await using store = await open(clock())
      await assert.rejects(store.append(chat, [notice('hello')]), { code: 'not-found' })
      await store.append(chat, [start()])
      await assert.rejects(store.append(chat, [start()]), { code: 'conflict' })
    })

    test('carries any text unharmed', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      const odd = ['\0', 'a\0b', '\ud800', '\udc00x', '\u2028\u2029', '"\\\n\r\t', '🦀'.repeat(3), '\x7f\x80', '']
      await store.append(
        chat,
        odd.map((text) => say('one', text)),
        { fence },
      )
      const read = (await readAll(store, 2)).map(({ json }) => JSON.parse(json).text.toWellFormed())
      assert.deepEqual(
        read,
        odd.map((text) => text.toWellFormed()),
      )
    })

    test('keeps what is sealed to itself', async () => {
      await using store = await open(clock())
      await store.append(chat, [start(), ask('one'), ask('two')])
      const fence = await claim(store, 'one')
      const sealed = { signature: 'secret'.repeat(3) }
      const appended = await store.append(
        chat,
        [
          { type: 'reasoning-start', run: run('one'), block: 1 },
          { type: 'reasoning-end', run: run('one'), block: 1, sealed },
        ],
        { fence },
      )
      for (const entry of [...appended, ...(await readAll(store))]) {
        assert.ok(!entry.json.includes('seal') && !entry.json.includes('secret'))
        assert.ok(!('sealed' in entry.event))
      }
      assert.deepEqual(await store.sealed(chat, [run('two'), run('one')]), [{ run: run('one'), block: 1, sealed }])
      assert.deepEqual(await store.sealed(chat, [run('two')]), [])
      assert.deepEqual(await store.sealed(chat, []), [])
    })
  })
}
