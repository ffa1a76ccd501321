import {
  type Conversation,
  type ConversationId,
  emptyConversation,
  fold,
  type Owner,
  StreambedError,
} from '@streambed/protocol'
import type { Store } from '../store/store.ts'

/** A conversation as it stands now. Throws `not-found` for one that is not there or not the owner's. */
export async function openConversation(store: Store, owner: Owner, id: ConversationId): Promise<Conversation> {
  if (!(await store.find(owner, id))) throw new StreambedError('not-found')
  return (await readFold(store, id)).conversation
}

/** The fold of a whole log: the last snapshot and what came after it, which is `tail` events. */
export async function readFold(
  store: Store,
  id: ConversationId,
): Promise<{ readonly conversation: Conversation; readonly tail: number }> {
  let conversation = (await store.snapshot(id)) ?? emptyConversation(id, store.epoch)
  const from = conversation.position.seq
  for (let page = await nextPage(); page.length > 0; page = await nextPage()) {
    for (const entry of page) conversation = fold(conversation, entry.event)
  }
  return { conversation, tail: conversation.position.seq - from }

  function nextPage() {
    return store.read(id, conversation.position.seq)
  }
}

/**
 * Saves a snapshot when the tail has grown long beside what a snapshot costs to write: opening stays cheap, and writing them
 * stays a small part of the work however long a conversation gets.
 */
export async function saveSnapshotWhenDue(store: Store, id: ConversationId): Promise<void> {
  const { conversation, tail } = await readFold(store, id)
  if (tail >= Math.max(256, conversation.messages.length * 4)) await store.saveSnapshot(conversation)
}
