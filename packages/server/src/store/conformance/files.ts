import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FileId } from '@streambed/protocol'
import type { OpenStore } from '../conformance.ts'
import { MAX_FILE_BYTES, SMALLEST_FILE, type StoredFile } from '../store.ts'
import { ada, ask, bob, chat, clock, file, image, start } from './conversations.fixture.ts'

/** What every store does with files. */
export function filesConformance(open: OpenStore): void {
  suite('files', () => {
    test('a file is kept as it was given, for its owner alone', async () => {
      await using store = await open(clock())
      await store.saveFile(ada, file('one'))
      assert.deepEqual(await store.file(ada, 'f_one' as FileId), file('one'))
      assert.equal(await store.file(bob, 'f_one' as FileId), undefined)
      assert.equal(await store.file({ org: 'sea', user: 'ada' }, 'f_one' as FileId), undefined)
    })

    test('a file may have 5 MB', async () => {
      await using store = await open(clock())
      const large = { ...file('two'), bytes: new Uint8Array(MAX_FILE_BYTES + 1) }
      await assert.rejects(store.saveFile(ada, large), { code: 'bad-file' })
      await store.saveFile(ada, { ...large, bytes: large.bytes.subarray(1) })
    })

    test('all files of an owner are listed, by id and without their bytes', async () => {
      await using store = await open(clock())
      const names = ['a', 'b', 'c', 'd', 'e']
      for (const name of names.toReversed()) await store.saveFile(ada, of(name, 3))
      await store.saveFile(bob, of('x', 1))
      const first = await store.files(ada, { limit: 3 })
      assert.deepEqual(first.items[0], { id: 'f_a', mediaType: 'image/png', name: 'a.png', size: 3 })
      const second = await store.files(ada, { limit: 3, cursor: first.cursor! })
      assert.deepEqual(
        [...first.items, ...second.items].map(({ id }) => id),
        names.map((name) => `f_${name}`),
      )
      assert.equal(second.cursor, null)
      assert.deepEqual(await store.files({ org: 'lab', user: 'nobody' }, { limit: 3 }), { items: [], cursor: null })
    })

    test('an owner’s files fit into what is said, however many come at once, and what goes makes room', async () => {
      await using store = await open(clock())
      const room = { room: 3 * SMALLEST_FILE }
      const all = await Promise.allSettled(
        ['a', 'b', 'c', 'd', 'e'].map((name) => store.saveFile(ada, of(name, 1), room)),
      )
      assert.deepEqual(
        all.map((one) => (one.status === 'rejected' ? one.reason.code : 'kept')).sort(),
        ['kept', 'kept', 'kept', 'storage-full', 'storage-full'],
        'the smallest counts as if it were larger',
      )
      assert.equal((await store.files(ada, { limit: 10 })).items.length, 3)
      await store.saveFile(bob, of('x', 3 * SMALLEST_FILE), room)
      await store.saveFile(ada, of('y', 1), { room: 4 * SMALLEST_FILE })

      const { items } = await store.files(ada, { limit: 10 })
      const parts = items.map(({ id }) => image(id.slice(2)))
      await store.append(chat, [start(), ask('one', { parts })])
      await store.erase(ada, chat)
      await store.saveFile(ada, of('z', 3 * SMALLEST_FILE), room)
      await assert.rejects(store.saveFile(ada, of('a', 1), room), { code: 'storage-full' })
      await store.saveFile(ada, of('z', 2 * SMALLEST_FILE), room)
      await store.saveFile(ada, of('a', 1), room)
      await store.forget(ada)
      await store.saveFile(ada, of('b', 3 * SMALLEST_FILE), room)
    })
  })
}

function of(name: string, size: number): StoredFile {
  return { ...file(name), bytes: new Uint8Array(size) }
}
