import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConversationId, FileId, RequestId } from '@streambed/protocol'
import { emptyConversation } from '@streambed/protocol'
import type { NewAccountRow } from '../accounts.ts'
import type { OpenStore } from '../conformance.ts'
import {
  ada,
  ask,
  bob,
  chat,
  claim,
  clock,
  file,
  image,
  listed,
  names,
  other,
  readAll,
  run,
  say,
  start,
} from './conversations.fixture.ts'

/** What every store keeps apart, and erases. */
export function ownersConformance(open: OpenStore): void {
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
      for (const conversation of [chat, other]) await store.accounts.apply([{ add: link(conversation) }])
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
      assert.equal(await store.accounts.find('share', `link ${chat}`), undefined)
      assert.equal((await store.accounts.find('share', `link ${other}`))?.user, other)
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
}

const link = (conversation: ConversationId): NewAccountRow<'share'> => ({
  kind: 'share',
  id: `link ${conversation}`,
  org: ada.org,
  user: conversation,
  data: { hash: 'h', owner: ada.user, seq: 2 },
})
