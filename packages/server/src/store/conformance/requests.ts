import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RequestId } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import { ada, ask, bob, chat, clock, other, start } from './conversations.fixture.ts'

/** What every store knows of requests. */
export function requestsConformance(open: OpenStore): void {
  suite('requests', () => {
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
  })
}
