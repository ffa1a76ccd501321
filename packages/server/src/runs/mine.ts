import type { ConversationId, Owner } from '@streambed/protocol'
import type { Page } from '../store/store.ts'
import { removeConversation } from './conversations.ts'
import type { Engine } from './engine.ts'
import { openConversation } from './open.ts'

/** All that is kept for a user, as one JSON document in pieces: one conversation or record at a time is in memory. */
export async function* exportOf(engine: Engine, owner: Owner): AsyncGenerator<string> {
  const { store } = engine
  const exportedAt = engine.now().toISOString()
  yield `{"exportedAt":${JSON.stringify(exportedAt)},"owner":${JSON.stringify(owner)}`
  yield ',"conversations":['
  let comma = ''
  for await (const id of conversationsOf(engine, owner)) {
    const conversation = await openConversation(store, owner, id).catch(() => undefined) // erased meanwhile
    if (!conversation) continue
    yield comma + JSON.stringify(conversation)
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

/** Removes all that is kept for a user. Their runs end at once. */
export async function forget(engine: Engine, owner: Owner): Promise<void> {
  for await (const id of conversationsOf(engine, owner)) await removeConversation(engine, owner, id)
  await engine.store.forget(owner)
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
