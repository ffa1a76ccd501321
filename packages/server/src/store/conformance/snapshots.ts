import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FileId } from '@streambed/protocol'
import { emptyConversation } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import { MAX_FILE_BYTES } from '../store.ts'
import { ada, bob, chat, clock, file, other, start } from './conversations.fixture.ts'

/** What every store keeps beside logs. */
export function snapshotsConformance(open: OpenStore): void {
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
}
