import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OpenStore } from '../conformance.ts'
import { Fenced } from '../store.ts'
import {
  ada,
  allow,
  ask,
  begun,
  bob,
  chat,
  claim,
  clock,
  end,
  id,
  mayI,
  names,
  openRuns,
  park,
  run,
  say,
  start,
  TIME_IS_UP,
} from './conversations.fixture.ts'

/** What every store does with runs that wait for people. */
export function parkingConformance(open: OpenStore): void {
  suite('parked runs', () => {
    test('those of a user are counted while they are parked', async () => {
      await using store = await open(clock())
      const counts = () => Promise.all([ada, bob].map((owner) => store.parkedRuns(owner)))
      const fences = new Map<string, number>()
      for (const [name, owner] of [
        ['one', ada],
        ['two', ada],
        ['three', bob],
      ] as const) {
        fences.set(name, await begun(store, name, owner))
      }
      assert.deepEqual(await counts(), [0, 0])
      for (const [name, fence] of fences) await store.append(id(name), [mayI(name, `p_${name}`), park(name)], { fence })
      assert.deepEqual(await counts(), [2, 1])
      await store.append(id('one'), [allow('one', 'p_one')])
      assert.deepEqual(await counts(), [1, 1])
      await store.erase(ada, id('two'))
      assert.deepEqual(await counts(), [0, 1])
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
  })
}
