import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OpenStore } from '../conformance.ts'
import { Fenced, type NewEvent } from '../store.ts'
import {
  ada,
  again,
  allow,
  ask,
  bob,
  chat,
  claim,
  clock,
  end,
  mayI,
  notice,
  openRuns,
  other,
  readAll,
  run,
  say,
  start,
} from './conversations.fixture.ts'

/** What every store knows of runs, and whom it lets write of them. */
export function runsConformance(open: OpenStore): void {
  suite('runs', () => {
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
      assert.equal(await store.claim(chat, run('one'), 'server', 1000), undefined)
    })

    test('a stop comes before the end or not at all, also at the same moment', async () => {
      await using store = await open(clock())
      const stop: NewEvent = { type: 'stop-request', run: run('one') }
      await store.append(chat, [start(), ask('one')])
      const fence = await claim(store, 'one')
      const results = await Promise.allSettled([
        store.append(chat, [stop]),
        store.append(chat, [end('one'), stop], { fence }),
        store.append(chat, [end('one')], { fence }),
        store.append(chat, [stop]),
      ])
      assert.deepEqual(
        results.map((result) => (result.status === 'rejected' ? result.reason.name : 'appended')),
        ['appended', 'Fenced', 'appended', 'Fenced'],
      )
      await assert.rejects(store.append(chat, [stop]), Fenced)
      assert.deepEqual(
        (await readAll(store)).slice(2).map(({ event }) => event.type),
        ['stop-request', 'run-end'],
      )
    })
  })
}
