import type { Conversation, ConversationId, FileId, Owner } from '@streambed/protocol'
import { erasedTopic } from '../bus/bus.ts'
import type { Page } from '../store/store.ts'
import { removeConversation } from './conversations.ts'
import type { Engine } from './engine.ts'
import { openConversation } from './open.ts'

/**
 * All that is kept for a user, as one JSON document in pieces: one conversation, file or record at a time is in memory. `account` is what
 * is known of who they are.
 */
export async function* exportOf(engine: Engine, owner: Owner, account: unknown): AsyncGenerator<string> {
  const { store } = engine
  const exportedAt = engine.now().toISOString()
  yield `{"exportedAt":${JSON.stringify(exportedAt)},"owner":${JSON.stringify(owner)},"account":${JSON.stringify(account)}`
  yield ',"conversations":['
  const files = new Set<FileId>()
  let comma = ''
  for await (const id of conversationsOf(engine, owner)) {
    const conversation = await openConversation(store, owner, id).catch(() => undefined) // erased meanwhile
    if (!conversation) continue
    for (const file of filesOf(conversation)) files.add(file)
    yield comma + JSON.stringify(conversation)
    comma = ','
  }
  yield '],"files":['
  comma = ''
  for (const id of files) {
    const file = await store.file(owner, id)
    if (!file) continue
    const { bytes, ...about } = file
    yield comma + JSON.stringify({ ...about, base64: Buffer.from(bytes).toString('base64') })
    comma = ','
  }
  yield '],"records":{'
  comma = ''
  for (const name of engine.collections.keys()) {
    yield `${comma}${JSON.stringify(name)}:[`
    comma = ','
    let between = ''
    for await (const record of pages((cursor) =>
      store.records.list(owner, name, { where: {}, limit: 100, ...cursor }),
    )) {
      yield between + JSON.stringify(record)
      between = ','
    }
    yield ']'
  }
  const always = { from: '1970-01-01', to: '9999-12-31' }
  yield `},"usage":${JSON.stringify(await store.usage.sum(owner, { ...always, by: 'day' }))}}`
}

/** Removes all that is kept for a user, for good. Their runs end at once, and their open windows are told. */
export async function forget(engine: Engine, owner: Owner): Promise<void> {
  for await (const id of conversationsOf(engine, owner)) await removeConversation(engine, owner, id)
  await engine.store.forget(owner)
  engine.bus.wake(erasedTopic(owner))
}

function filesOf({ messages }: Conversation): readonly FileId[] {
  const parts = messages.flatMap((message) => (message.role === 'user' ? message.parts : []))
  return parts.flatMap((part) => ('file' in part ? [part.file] : []))
}

async function* conversationsOf({ store }: Engine, owner: Owner): AsyncGenerator<ConversationId> {
  for (const archived of [false, true])
    for await (const { id } of pages((cursor) => store.list(owner, { limit: 100, archived, ...cursor }))) yield id
}

/** The items of all pages. */
async function* pages<Item>(read: (from: { readonly cursor?: string }) => Promise<Page<Item>>): AsyncGenerator<Item> {
  let from: { readonly cursor?: string } | undefined = {}
  while (from) {
    const { items, cursor }: Page<Item> = await read(from)
    yield* items
    from = cursor === null ? undefined : { cursor }
  }
}
