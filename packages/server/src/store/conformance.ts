import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type {
  ApprovalId,
  CallId,
  ConversationId,
  ConversationSummary,
  EventOf,
  FileId,
  MessageId,
  Owner,
  RecordId,
  RequestId,
  RunId,
} from '@streambed/protocol'
import { emptyConversation } from '@streambed/protocol'
import fc from 'fast-check'
import { accountsConformance } from './accounts-conformance.ts'
import { auditConformance } from './audit-conformance.ts'
import { budgetsConformance } from './budgets-conformance.ts'
import { recordsConformance } from './records-conformance.ts'
import { type Entry, Fenced, type ListOptions, MAX_FILE_BYTES, type NewEvent, type Store } from './store.ts'
import type { NewTimer, Timer } from './timers.ts'

/** Opens an empty store that takes its time from `now`. */
export type OpenStore = (options: { readonly now: () => number }) => Store | Promise<Store>

/** What every store must do. A new one runs this from its own test file. */
export function storeConformance(name: string, open: OpenStore): void {
  suite(`${name} store`, () => {
    recordsConformance(open)
    accountsConformance(open)
    budgetsConformance(open)
    auditConformance(open)

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
        assert.ok(
          texts(appended)[0]!.startsWith('{"seq":1,"at":"2026-11-20T12:00:00.000Z","type":"conversation-start"'),
        )
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

    suite('requests and runs', () => {
      test('remembers what a request led to', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        assert.deepEqual(await store.findRequest(ada, 'q_one' as RequestId), {
          conversation: chat,
          message: 'm_one',
          run: 'r_one',
          seq: 2,
        })
        assert.equal(await store.findRequest(ada, 'q_two' as RequestId), undefined)
      })

      test('a request id works once per owner, also for two at the same moment', async () => {
        await using store = await open(clock())
        await store.append(chat, [start()])
        await store.append(other, [start({ owner: bob })])
        const same = { requestId: 'same\0\ud800' as RequestId }
        const results = await Promise.allSettled([
          store.append(chat, [ask('one', same)]),
          store.append(chat, [ask('two', same)]),
          store.append(other, [ask('three', same)]),
        ])
        assert.deepEqual(
          results.map((result) => (result.status === 'rejected' ? result.reason.code : 'appended')),
          ['appended', 'conflict', 'appended'],
        )
        assert.equal((await store.findRequest(ada, same.requestId))?.run, 'r_one')
        assert.equal((await store.findRequest(bob, same.requestId))?.run, 'r_three')
      })

      test('finds the requests whose ids begin alike, the greatest first', async () => {
        await using store = await open(clock())
        await store.append(chat, [start()])
        await store.append(other, [start({ owner: bob })])
        for (const id of ['a-1', 'a-3', 'a-2', 'b-1', 'a']) {
          await store.append(chat, [ask(id, { requestId: id as RequestId })])
        }
        await store.append(other, [ask('x', { requestId: 'a-9' as RequestId })])
        const found = async (prefix: string, limit = 9) =>
          (await store.requestsLike(ada, prefix, limit)).map(({ message }) => message)
        assert.deepEqual(await found('a-'), ['m_a-3', 'm_a-2', 'm_a-1'])
        assert.deepEqual(await found('a-', 2), ['m_a-3', 'm_a-2'])
        assert.deepEqual(await found('c'), [])
        assert.deepEqual(await store.requestsLike(ada, 'a-2', 1), [await store.findRequest(ada, 'a-2' as RequestId)])
      })

      test('knows a run from its message to its end', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one', { model: 'haiku' })])
        const record = {
          run: 'r_one',
          conversation: chat,
          owner: ada,
          message: 'm_one',
          agent: 'guide',
          model: 'haiku',
          status: 'queued',
          approvals: [],
          retriedBy: null,
        }
        assert.deepEqual(await store.findRun(ada, run('one')), record)
        const fence = await claim(store, 'one')
        assert.deepEqual(await store.findRun(ada, run('one')), { ...record, status: 'active' })
        await store.append(chat, [end('one')], { fence })
        assert.deepEqual(await store.findRun(ada, run('one')), { ...record, status: 'ended' })

        const retry = { ...record, run: 'r_two', model: null }
        await store.append(chat, [again('two', 'one', 'one')])
        assert.deepEqual(await store.findRun(ada, run('one')), { ...record, status: 'ended', retriedBy: 'r_two' })
        assert.deepEqual(await store.findRun(ada, run('two')), retry)
        assert.equal(await store.findRun(bob, run('one')), undefined)
      })

      test('an answer is retried once, and only where it stands', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        await store.append(other, [start()])
        await store.append(chat, [again('two', 'one', 'one')])
        await assert.rejects(store.append(chat, [again('three', 'one', 'one')]), { code: 'conflict' })
        await assert.rejects(store.append(chat, [again('one', 'two', 'one')]), { code: 'conflict' })
        await assert.rejects(store.append(other, [again('three', 'two', 'one')]), { code: 'not-found' })
        await store.append(chat, [again('three', 'two', 'one')])
      })

      test('lists the runs that have not ended in the order in which they were asked for', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('c'), ask('a')])
        await store.append(other, [start(), ask('d')])
        await store.append(chat, [ask('b')])
        const fence = await claim(store, 'c')
        assert.deepEqual(await openRuns(store), ['r_c', 'r_a', 'r_b'])
        await store.append(chat, [end('a', 'stopped')])
        await store.append(chat, [end('c')], { fence })
        assert.deepEqual(await openRuns(store), ['r_b'])
      })

      test('people may say without a claim what only they can say', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        const fence = await claim(store, 'one')
        const answer = allow('one', 'p_one')
        await store.append(chat, [mayI('one', 'p_one')], { fence })
        await store.append(chat, [
          notice('hello'),
          { type: 'stop-request', run: run('one') },
          { type: 'state-snapshot', revision: 1, state: {} },
          answer,
        ])
        await assert.rejects(store.append(chat, [allow('two', 'p_one')]), { code: 'not-found' })
        await assert.rejects(
          store.append(chat, [{ type: 'state-snapshot', run: run('one'), revision: 2, state: {} }]),
          Fenced,
        )
        await store.append(chat, [end('one')], { fence })
        await assert.rejects(store.append(chat, [answer]), Fenced)
      })

      test('a run is parked until all it has asked is answered, and queued again by the last answer', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one'), ask('two')])
        const fence = await claim(store, 'one')
        const until = Date.parse(TIME_IS_UP)
        const standing = async () => {
          const { status, approvals } = (await store.findRun(ada, run('one')))!
          return { status, approvals }
        }
        await store.append(chat, [mayI('one', 'p_one'), mayI('one', 'p_two'), park('one')], { fence })
        const both = [
          { approval: 'p_one', until },
          { approval: 'p_two', until },
        ]
        assert.deepEqual(await standing(), { status: 'parked', approvals: both })
        assert.equal((await store.find(ada, chat))?.activeRun, null)
        await assert.rejects(store.append(chat, [say('one', 'late')], { fence }), Fenced)
        assert.deepEqual(await openRuns(store), ['r_one', 'r_two'])
        assert.deepEqual(names(await store.orphans()), [], 'neither it nor what waits behind it')

        await store.append(chat, [allow('one', 'p_two')])
        assert.deepEqual(await standing(), { status: 'parked', approvals: both.slice(0, 1) })
        await assert.rejects(store.append(chat, [allow('one', 'p_two')]), { code: 'approval-closed' })
        await assert.rejects(store.append(chat, [allow('one', 'p_three')]), { code: 'approval-closed' })
        const answers = [allow('one', 'p_one'), allow('one', 'p_one')].map((answer) => store.append(chat, [answer]))
        assert.deepEqual(
          (await Promise.allSettled(answers)).map(({ status }) => status),
          ['fulfilled', 'rejected'],
        )
        assert.deepEqual(await standing(), { status: 'queued', approvals: [] })
        assert.deepEqual(names(await store.orphans()), ['r_one', 'r_two'])
        await store.append(chat, [end('one')], { fence: await claim(store, 'one') })
        assert.deepEqual(await standing(), { status: 'ended', approvals: [] })
      })

      test('a run that was answered before it parked is queued at once', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        const fence = await claim(store, 'one')
        await store.append(chat, [mayI('one', 'p_one')], { fence })
        await store.append(chat, [allow('one', 'p_one')])
        await store.append(chat, [park('one')], { fence })
        assert.equal((await store.findRun(ada, run('one')))?.status, 'queued')
      })

      test('a parked run waits for a server when the time of an approval is up', async () => {
        const time = clock()
        await using store = await open(time)
        await store.append(chat, [start(), ask('one')])
        const fence = await claim(store, 'one')
        await store.append(chat, [mayI('one', 'p_one'), park('one')], { fence })
        time.pass(Date.parse(TIME_IS_UP) - time.now() - 1)
        assert.deepEqual(names(await store.orphans()), [])
        time.pass(1)
        assert.deepEqual(names(await store.orphans()), ['r_one'])
        const again = await claim(store, 'one')
        assert.deepEqual(names(await store.orphans()), [])
        await store.append(chat, [end('one', 'stopped')], { fence: again })
        assert.deepEqual(names(await store.orphans()), [])
      })

      test('what a parked run must remember is sealed with no block', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        const fence = await claim(store, 'one')
        await store.append(chat, [mayI('one', 'p_one'), { ...park('one'), sealed: { sources: 2 } }], { fence })
        assert.deepEqual(await store.sealed(chat, [run('one')]), [{ run: 'r_one', block: 0, sealed: { sources: 2 } }])
      })

      test('a run ends once, whoever asks', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one'), ask('two')])
        const fence = await claim(store, 'one')
        await assert.rejects(store.append(chat, [end('one')]), Fenced)
        const ends = await Promise.allSettled([
          store.append(chat, [end('one')], { fence }),
          store.append(chat, [end('one')], { fence }),
          store.append(chat, [end('two', 'stopped')]),
          store.append(chat, [end('two', 'stopped')]),
        ])
        assert.deepEqual(
          ends.map((result) => (result.status === 'rejected' ? result.reason.name : 'appended')),
          ['appended', 'Fenced', 'appended', 'Fenced'],
        )
        await assert.rejects(store.append(chat, [say('one', 'late')], { fence }), Fenced)
        await assert.rejects(store.append(chat, [say('one', 'late')]), Fenced)
        await assert.rejects(store.append(chat, [end('unknown')]), { code: 'not-found' })
        await store.append(chat, [{ type: 'stop-request', run: run('one') }])
        assert.equal(await store.claim(chat, run('one'), 'server', 1000), undefined)
      })
    })

    suite('claims', () => {
      test('one run at a time, until its lease lapses', async () => {
        const time = clock()
        await using store = await open(time)
        await store.append(chat, [start(), ask('one'), ask('two')])
        const first = await store.claim(chat, run('one'), 'here', 1000)
        assert.equal(await store.claim(chat, run('two'), 'there', 1000), undefined)
        assert.equal(await store.claim(chat, run('one'), 'here', 1000), undefined)
        time.pass(999)
        assert.equal(await store.claim(chat, run('one'), 'there', 1000), undefined)
        time.pass(1)
        const second = await store.claim(chat, run('one'), 'there', 1000)
        assert.ok(second! > first!)
        await assert.rejects(store.append(chat, [say('one', 'stale')], { fence: first! }), Fenced)
        await store.append(chat, [say('one', 'fresh')], { fence: second! })
        await store.append(chat, [end('one')], { fence: second! })
        assert.ok((await store.claim(chat, run('two'), 'there', 1000))! > second!)
      })

      test('one of many claims at the same moment gets it', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        const claims = await Promise.all(
          Array.from({ length: 20 }, (_, i) => store.claim(chat, run('one'), `server ${i}`, 1000)),
        )
        assert.equal(claims.filter((fence) => fence !== undefined).length, 1)
      })

      test('a run that lost its claim to another waits again', async () => {
        const time = clock()
        await using store = await open(time)
        await store.append(chat, [start(), ask('one'), ask('two')])
        await store.claim(chat, run('one'), 'here', 1000)
        time.pass(1000)
        const fence = await store.claim(chat, run('two'), 'there', 1000)
        assert.equal((await store.findRun(ada, run('one')))?.status, 'queued')
        await store.append(chat, [end('two')], { fence: fence! })
        assert.ok(await store.claim(chat, run('one'), 'here', 1000))
      })

      test('a server prolongs what it still holds', async () => {
        const time = clock()
        await using store = await open(time)
        await store.append(chat, [start(), ask('one')])
        await store.append(other, [start(), ask('two')])
        await store.claim(chat, run('one'), 'here', 1000)
        await store.claim(other, run('two'), 'there', 1000)
        time.pass(900)
        assert.deepEqual(await store.renew('here', 1000), ['r_one'])
        assert.deepEqual(await store.renew('nowhere', 1000), [])
        time.pass(900)
        assert.deepEqual(names(await store.orphans()), ['r_two'])
        assert.equal(await store.claim(chat, run('one'), 'there', 1000), undefined)
      })

      test('finds the runs that wait for somebody, oldest first', async () => {
        const time = clock()
        await using store = await open(time)
        await store.append(chat, [start(), ask('one'), ask('two')])
        await store.append(other, [start(), ask('three')])
        assert.deepEqual(names(await store.orphans()), ['r_one', 'r_two', 'r_three'])
        const fence = await store.claim(chat, run('one'), 'here', 1000)
        assert.deepEqual(names(await store.orphans()), ['r_three'])
        time.pass(1000)
        assert.deepEqual(names(await store.orphans()), ['r_one', 'r_three'])
        await store.append(chat, [end('one', 'interrupted')], { fence: fence! })
        assert.deepEqual(names(await store.orphans()), ['r_two', 'r_three'])
      })

      test('whatever the order, only the newest writer writes', async () => {
        const action = fc.oneof(
          fc.record({ act: fc.constant('claim' as const), server: fc.nat(2) }),
          fc.record({ act: fc.constant('say' as const), server: fc.nat(2) }),
          fc.record({ act: fc.constant('end' as const), server: fc.nat(2) }),
          fc.record({ act: fc.constant('pass' as const), server: fc.nat(2) }),
        )
        await fc.assert(
          fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (steps) => {
            const time = clock()
            await using store = await open(time)
            await store.append(chat, [start(), ask('one')])
            const fences: (number | undefined)[] = []
            let newest: number | undefined
            let isOver = false
            let length = 2
            for (const { act, server } of steps) {
              if (act === 'pass') time.pass(600)
              if (act === 'claim') {
                const fence = await store.claim(chat, run('one'), `server ${server}`, 1000)
                if (fence !== undefined) newest = fences[server] = fence
                assert.ok(!(isOver && fence !== undefined), 'no claim on what has ended')
              }
              if (act !== 'say' && act !== 'end') continue
              const fence = fences[server]
              if (fence === undefined) continue
              const event = act === 'say' ? step('one') : end('one')
              const wrote = await store.append(chat, [event], { fence }).then(
                () => true,
                (error) => assert.ok(error instanceof Fenced),
              )
              assert.equal(wrote === true, !isOver && fence === newest)
              if (wrote) length++
              if (wrote && act === 'end') isOver = true
            }
            assert.equal((await readAll(store)).length, length)
          }),
          { numRuns: 25 },
        )
      })
    })

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

    suite('what is old', () => {
      test('finds conversations in which nothing has happened since a time, of all or of one organisation', async () => {
        const { now, pass } = clock()
        await using store = await open({ now })
        const eve: Owner = { org: 'mill', user: 'eve' }
        await store.append(id('old'), [start()])
        await store.append(id('pinned'), [start({ owner: bob }), { type: 'conversation-change', pinned: true }])
        await store.append(id('archived'), [start({ owner: eve }), { type: 'conversation-change', archived: true }])
        await store.append(id('woken'), [start()])
        pass(60_000)
        const before = new Date(now()).toISOString()
        await store.append(id('woken'), [notice('News')])
        await store.append(id('new'), [start()])
        const found = async (more: object = {}) => {
          const items = await store.idle({ before, limit: 10, ...more })
          return items.map(({ owner, conversation }) => `${owner.user} ${conversation}`).sort()
        }
        assert.deepEqual(await found(), ['ada c_old', 'bob c_pinned', 'eve c_archived'])
        assert.deepEqual(await found({ org: 'lab' }), ['ada c_old', 'bob c_pinned'])
        assert.equal((await found({ limit: 1 })).length, 1)
        assert.deepEqual(await store.idle({ before, org: 'lab', limit: 1 }).then((items) => items[0]!.owner.org), 'lab')
      })
    })

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

    suite('owners', () => {
      test('see nothing of each other', async () => {
        await using store = await open(clock())
        await store.append(chat, [start(), ask('one')])
        const others = [bob, { org: 'sea', user: 'ada' }, { org: 'ada', user: 'lab' }]
        for (const stranger of others) {
          assert.equal(await store.find(stranger, chat), undefined)
          assert.equal(await store.findRun(stranger, run('one')), undefined)
          assert.equal(await store.findRequest(stranger, 'q_one' as RequestId), undefined)
          assert.deepEqual(await store.list(stranger, { limit: 5 }), { items: [], cursor: null })
          await store.erase(stranger, chat)
        }
        assert.equal((await readAll(store)).length, 2)
      })

      test('erase a conversation with all that belongs to it', async () => {
        await using store = await open(clock())
        await store.saveFile(ada, file('alone'))
        await store.saveFile(ada, file('shared'))
        const parts = [image('alone'), image('shared')]
        await store.append(chat, [start({ title: 'umbrella' }), ask('one', { parts, text: 'umbrella' })])
        await store.append(other, [start(), ask('two', { parts: [image('shared')] })])
        const fence = await claim(store, 'one')
        await store.append(chat, [{ type: 'reasoning-end', run: run('one'), block: 1, sealed: 'umbrella' }], { fence })
        await store.saveSnapshot({ ...emptyConversation(chat, store.epoch), position: { epoch: store.epoch, seq: 3 } })
        const writing = store.append(chat, [say('one', 'waits')], { fence }).catch((error) => error.code)
        await Promise.all([writing, store.erase(ada, chat)])

        assert.deepEqual(await readAll(store), [])
        assert.equal(await store.find(ada, chat), undefined)
        assert.equal(await store.findRun(ada, run('one')), undefined)
        assert.equal(await store.findRequest(ada, 'q_one' as RequestId), undefined)
        assert.equal(await store.snapshot(chat), undefined)
        assert.equal(await store.file(ada, 'f_alone' as FileId), undefined)
        assert.deepEqual(await store.file(ada, 'f_shared' as FileId), file('shared'))
        assert.deepEqual(await store.sealed(chat, [run('one')]), [])
        assert.deepEqual(await store.openRuns(chat), [])
        assert.deepEqual(names(await store.orphans()), ['r_two'])
        assert.deepEqual(await listed(store, ada), ['c_other'])
        assert.deepEqual(await listed(store, ada, { query: 'umbrella' }), [])
        await assert.rejects(store.append(chat, [say('one', 'late')], { fence }), { code: 'not-found' })
        await store.erase(ada, chat)
        await store.append(other, [ask('one')])
      })
    })

    suite('snapshots and files', () => {
      test('keeps the newest snapshot', async () => {
        await using store = await open(clock())
        await store.append(chat, [start()])
        assert.equal(await store.snapshot(chat), undefined)
        const at = (seq: number) => ({ ...emptyConversation(chat, store.epoch), position: { epoch: store.epoch, seq } })
        await store.saveSnapshot(at(5))
        await store.saveSnapshot(at(3))
        assert.deepEqual(await store.snapshot(chat), at(5))
        await store.saveSnapshot(at(6))
        assert.deepEqual(await store.snapshot(chat), at(6))
        await store.saveSnapshot({ ...at(1), id: other })
        assert.equal(await store.snapshot(other), undefined)
      })

      test('keeps files for their owner, up to a size', async () => {
        await using store = await open(clock())
        await store.saveFile(ada, file('one'))
        assert.deepEqual(await store.file(ada, 'f_one' as FileId), file('one'))
        assert.equal(await store.file(bob, 'f_one' as FileId), undefined)
        assert.equal(await store.file(ada, 'f_two' as FileId), undefined)
        const large = { ...file('two'), bytes: new Uint8Array(MAX_FILE_BYTES + 1) }
        await assert.rejects(store.saveFile(ada, large), { code: 'bad-file' })
        await store.saveFile(ada, { ...large, bytes: large.bytes.subarray(1) })
      })
    })

    suite('usage', () => {
      test('is summed for a period by day, model, agent or conversation, and outlives its conversation', async () => {
        let time = Date.parse('2026-11-19T23:59:00Z')
        await using store = await open({ now: () => time })
        await store.append(chat, [start(), ask('one')])
        const fence = await claim(store, 'one')
        const call = (model: string, microDollars: number | null, more: object = {}): NewEvent => ({
          type: 'usage',
          run: run('one'),
          model,
          inputTokens: 10,
          outputTokens: 5,
          cacheReadTokens: 2,
          cacheWriteTokens: 1,
          microDollars,
          priceDate: null,
          estimated: false,
          ...more,
        })
        await store.append(chat, [call('a', 7, { firstTokenMs: 100 })], { fence })
        time += 120_000
        await store.append(chat, [call('b', null, { estimated: true }), call('a', 3, { firstTokenMs: 300 })], { fence })
        const period = { from: '2026-11-01', to: '2026-12-01' }
        const one = { calls: 1, inputTokens: 10, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 1 }
        const two = { calls: 2, inputTokens: 20, outputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 2 }
        assert.deepEqual(await store.usage.sum(ada, { ...period, by: 'day' }), [
          { key: '2026-11-19', ...one, microDollars: 7, unpricedCalls: 0, estimatedCalls: 0, firstTokenMs: 100 },
          { key: '2026-11-20', ...two, microDollars: 3, unpricedCalls: 1, estimatedCalls: 1, firstTokenMs: 300 },
        ])
        await store.erase(ada, chat)
        assert.deepEqual(await store.usage.sum(ada, { ...period, by: 'model' }), [
          { key: 'a', ...two, microDollars: 10, unpricedCalls: 0, estimatedCalls: 0, firstTokenMs: 200 },
          { key: 'b', ...one, microDollars: 0, unpricedCalls: 1, estimatedCalls: 1, firstTokenMs: null },
        ])
        const [sum] = await store.usage.sum(ada, { from: '2026-11-20', to: '2026-11-21', by: 'conversation' })
        assert.deepEqual([sum!.key, sum!.calls], [chat, 2])
        assert.deepEqual(await store.usage.sum({ org: ada.org, user: 'eve' }, { ...period, by: 'agent' }), [])
      })

      test('is summed over an organisation by its users, and over all by organisations', async () => {
        await using store = await open(clock())
        const mill = { org: 'mill', user: 'ada' }
        for (const [i, owner] of [ada, bob, bob, mill].entries()) {
          const [conversation, name] = [id(`${i}`), `${i}`]
          await store.append(conversation, [start({ owner }), ask(name)])
          const fence = await store.claim(conversation, run(name), 'server', 60_000)
          const none = { cacheReadTokens: 0, cacheWriteTokens: 0, priceDate: null, estimated: false }
          const used = { inputTokens: 1, outputTokens: 1, microDollars: 10 ** i, ...none }
          await store.append(conversation, [{ type: 'usage', run: run(name), model: 'm', ...used }], { fence: fence! })
        }
        const sums = async (whose: object, by: 'user' | 'organisation') =>
          (await store.usage.sum(whose, { from: '2026-11-01', to: '2026-12-01', by })).map(({ key, microDollars }) => [
            key,
            microDollars,
          ])
        assert.deepEqual(await sums({ org: 'lab' }, 'user'), [
          ['ada', 1],
          ['bob', 110],
        ])
        assert.deepEqual(await sums({}, 'organisation'), [
          ['lab', 111],
          ['mill', 1000],
        ])
      })
    })

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
  })
}

function timer(key: string, at: number, more: Partial<NewTimer> = {}): NewTimer {
  return { owner: ada, key, agent: 'guide', kind: 'bell', at, conversation: chat, data: { key }, ...more }
}

const keysOf = (timers: readonly Timer[]): readonly string[] => timers.map(({ key }) => key)

const chat = 'c_chat' as ConversationId
const other = 'c_other' as ConversationId
const ada: Owner = { org: 'lab', user: 'ada' }
const bob: Owner = { org: 'lab', user: 'bob' }
const id = (name: string): ConversationId => `c_${name}` as ConversationId
const run = (name: string): RunId => `r_${name}` as RunId

/** A clock that stands still until told. */
function clock() {
  let time = Date.parse('2026-11-20T12:00:00Z')
  return { now: () => time, pass: (ms: number) => void (time += ms) }
}

interface Start {
  readonly owner?: Owner
  readonly title?: string | null
  readonly alias?: string
}

function start({ owner = ada, title = 'Untitled', ...rest }: Start = {}): NewEvent {
  return { type: 'conversation-start', agent: 'guide', title, owner, ...rest }
}

interface Ask {
  readonly text?: string
  readonly parts?: EventOf<'message'>['parts']
  readonly requestId?: RequestId
  readonly model?: string
}

function ask(name: string, { text = 'Hello?', parts = [], requestId, ...rest }: Ask = {}): NewEvent {
  return {
    type: 'message',
    message: `m_${name}` as MessageId,
    run: run(name),
    parent: null,
    parts: [{ type: 'text', text }, ...parts],
    requestId: requestId ?? (`q_${name}` as RequestId),
    agent: 'guide',
    ...rest,
  }
}

const again = (name: string, of: string, message: string): NewEvent => ({
  type: 'run-retry',
  run: run(name),
  of: run(of),
  message: `m_${message}` as MessageId,
  agent: 'guide',
})

const say = (name: string, text: string): NewEvent => ({ type: 'text-delta', run: run(name), block: 1, text })
const step = (name: string): NewEvent => ({ type: 'step-start', run: run(name), step: 1 })
const notice = (text: string): NewEvent => ({ type: 'notice', level: 'info', text })
const end = (name: string, reason: EventOf<'run-end'>['reason'] = 'done'): NewEvent => ({
  type: 'run-end',
  run: run(name),
  reason,
})

const TIME_IS_UP = '2026-11-21T12:00:00.000Z'
const mayI = (name: string, approval: string): NewEvent => ({
  type: 'approval-request',
  run: run(name),
  approval: approval as ApprovalId,
  call: 'call-1' as CallId,
  name: 'send',
  input: {},
  expiresAt: TIME_IS_UP,
})
const allow = (name: string, approval: string): NewEvent => ({
  type: 'approval-answer',
  run: run(name),
  approval: approval as ApprovalId,
  approved: true,
  by: 'ada',
})
const park = (name: string): NewEvent => ({ type: 'run-park', run: run(name) })

const image = (name: string) =>
  ({ type: 'image', file: `f_${name}` as FileId, mediaType: 'image/png', name: 'a.png' }) as const
const file = (name: string) => ({
  id: `f_${name}` as FileId,
  mediaType: 'image/png',
  name: 'a.png',
  bytes: new Uint8Array([1, 2, 3]),
})

async function claim(store: Store, name: string): Promise<number> {
  const fence = await store.claim(chat, run(name), 'server', 60_000)
  assert.ok(fence !== undefined)
  return fence
}

/** A conversation with `count` pieces of an answer after its two first events. */
async function filled(store: Store, count: number): Promise<void> {
  await store.append(chat, [start(), ask('one')])
  const fence = await claim(store, 'one')
  for (let i = 0; i < count - 2; i++) await store.append(chat, [say('one', `word ${i}`)], { fence })
}

/** Three conversations of ada's: one has the word in its title, one in a message, one in an answer. */
async function library(store: Store, answer: string): Promise<void> {
  await store.append(id('title'), [start({ title: 'A walk to the harbour' })])
  await store.append(id('message'), [start(), ask('m', { text: 'Do I need an umbrella today?' })])
  await store.append(id('answer'), [start(), ask('a', { text: 'How do I get there?' })])
  const fence = await store.claim(id('answer'), run('a'), 'server', 60_000)
  await store.append(id('answer'), [end('a')], { fence: fence!, search: answer })
}

async function readAll(store: Store, after = 0): Promise<readonly Entry[]> {
  const all: Entry[] = []
  for (let page = await store.read(chat, after); page.length > 0; page = await store.read(chat, page.at(-1)!.seq))
    all.push(...page)
  return all
}

async function listed(store: Store, owner: Owner, options: Partial<ListOptions> = {}): Promise<readonly string[]> {
  const { items } = await store.list(owner, { limit: 20, ...options })
  return items.map((item) => item.id)
}

async function openRuns(store: Store): Promise<readonly RunId[]> {
  return names(await store.openRuns(chat))
}

const texts = (entries: readonly Entry[]): readonly string[] => entries.map(({ json }) => json)
const names = (records: readonly { readonly run: RunId }[]): readonly RunId[] => records.map(({ run }) => run)
