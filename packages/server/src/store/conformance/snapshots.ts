import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { emptyConversation } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import { chat, clock, other, start } from './conversations.fixture.ts'

/** What every store keeps of folds. */
export function snapshotsConformance(open: OpenStore): void {
  suite('snapshots', () => {
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
  })
}
