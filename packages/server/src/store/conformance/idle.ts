import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Owner } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import { bob, clock, id, notice, start } from './conversations.fixture.ts'

/** How every store finds what is old. */
export function idleConformance(open: OpenStore): void {
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
}
