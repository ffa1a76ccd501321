import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { OpenStore } from '../conformance.ts'
import { Fenced } from '../store.ts'
import { ada, ask, chat, clock, end, names, other, readAll, run, say, start, step } from './conversations.fixture.ts'

/** How every store gives a run to one writer at a time. */
export function claimsConformance(open: OpenStore): void {
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
}
