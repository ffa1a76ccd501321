import type { Conversation, ConversationId, Owner } from '@streambed/protocol'
import { erasedTopic } from '../bus/bus.ts'
import type { Page } from '../store/store.ts'
import { removeConversation } from './conversations.ts'
import type { Engine } from './engine.ts'
import { openConversation } from './open.ts'

/** What others know of a user. */
export interface Known {
  readonly account: unknown
  readonly sessions: readonly unknown[]
  readonly keys: readonly unknown[]
  /** The links by which others read a conversation. */
  linksTo(conversation: ConversationId): Promise<readonly object[]>
}

/** All that is kept for a user, as one JSON document in pieces: one conversation, file or record at a time is in memory. */
export async function* exportOf(engine: Engine, owner: Owner, { linksTo, ...known }: Known): AsyncGenerator<string> {
  const exportedAt = engine.now().toISOString()
  yield `${JSON.stringify({ exportedAt, owner, ...known }).slice(0, -1)},"conversations":[`
  yield* listed(conversationsIn(engine, owner))
  yield '],"links":['
  yield* listed(linksIn(engine, owner, linksTo))
  yield '],"files":['
  yield* listed(filesIn(engine, owner))
  yield '],"records":{'
  let comma = ''
  for (const name of engine.collections.keys()) {
    yield `${comma}${JSON.stringify(name)}:[`
    yield* listed(pages((cursor) => engine.store.records.list(owner, name, { where: {}, limit: 100, ...cursor })))
    yield ']'
    comma = ','
  }
  const always = { from: '1970-01-01', to: '9999-12-31' }
  yield `},"usage":${JSON.stringify(await engine.store.usage.sum(owner, { ...always, by: 'day' }))}}`
}

/** Removes all that is kept for a user, for good. Their runs end at once, and their open windows are told. */
export async function forget(engine: Engine, owner: Owner): Promise<void> {
  for await (const id of conversationsOf(engine, owner)) await removeConversation(engine, owner, id)
  await engine.store.forget(owner)
  engine.bus.wake(erasedTopic(owner))
}

/** The items of a JSON list, one by one. */
async function* listed(items: AsyncIterable<object>): AsyncGenerator<string> {
  let comma = ''
  for await (const item of items) {
    yield comma + JSON.stringify(item)
    comma = ','
  }
}

async function* conversationsIn(engine: Engine, owner: Owner): AsyncGenerator<Conversation> {
  for await (const id of conversationsOf(engine, owner)) {
    const conversation = await openConversation(engine.store, owner, id).catch(() => undefined) // erased meanwhile
    if (conversation) yield conversation
  }
}

async function* linksIn(engine: Engine, owner: Owner, linksTo: Known['linksTo']): AsyncGenerator<object> {
  for await (const conversation of conversationsOf(engine, owner)) {
    const links = await linksTo(conversation).catch(() => []) // erased meanwhile
    for (const link of links) yield { conversation, ...link }
  }
}

async function* filesIn({ store }: Engine, owner: Owner): AsyncGenerator<object> {
  for await (const about of pages((cursor) => store.files(owner, { limit: 100, ...cursor }))) {
    const file = await store.file(owner, about.id)
    if (file) yield { ...about, base64: Buffer.from(file.bytes).toString('base64') }
  }
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
