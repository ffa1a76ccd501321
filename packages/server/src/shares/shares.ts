import {
  type Conversation,
  type ConversationId,
  emptyConversation,
  type FileId,
  fold,
  type Owner,
  type SharedConversation,
  StreambedError,
  sharedView,
} from '@streambed/protocol'
import { isSame, newSecret, readSecret } from '../accounts/secret.ts'
import type { Engine } from '../runs/engine.ts'
import type { Store, StoredFile } from '../store/store.ts'

/** A link by which whoever has it reads a conversation, as the conversation's owner sees it. */
export interface ShareInfo {
  readonly id: string
  readonly createdAt: string
  /** The conversation is shown as it was at this place. */
  readonly seq: number
}

/** How many links one conversation may have. */
const MAX_SHARES = 20

/**
 * Makes a link to a conversation as it is now. Its token is told this once.
 *
 * @throws StreambedError `not-found` for a conversation of somebody else, `too-many` when it has 20 links already.
 */
export function createShare(
  { store, inTurn }: Engine,
  owner: Owner,
  conversation: ConversationId,
): Promise<ShareInfo & { readonly token: string }> {
  // In turn, so that nobody else makes the last one, and none is made of a conversation that goes.
  return inTurn(conversation, async () => {
    const links = await sharesOf(store, owner, conversation)
    if (links.length >= MAX_SHARES) throw new StreambedError('too-many', `Remove one of its ${MAX_SHARES} links first.`)
    const { seq } = (await store.find(owner, conversation))!
    const { id, token, hash } = newSecret('sbv')
    const data = { hash, owner: owner.user, seq }
    await store.accounts.apply([{ add: { kind: 'share', id, org: owner.org, user: conversation, data } }])
    const row = (await store.accounts.find('share', id))!
    return { ...infoOf(row), token }
  })
}

/** @throws StreambedError `not-found` for a conversation of somebody else. */
export async function sharesOf(
  store: Store,
  owner: Owner,
  conversation: ConversationId,
): Promise<readonly ShareInfo[]> {
  if (!(await store.find(owner, conversation))) throw new StreambedError('not-found')
  return (await store.accounts.list('share', { org: owner.org, user: conversation })).map(infoOf)
}

/**
 * Takes a link back; one that is gone already stays gone.
 *
 * @throws StreambedError `not-found` for a conversation of somebody else.
 */
export async function revokeShare(store: Store, owner: Owner, conversation: ConversationId, id: string): Promise<void> {
  const links = await sharesOf(store, owner, conversation)
  if (links.some((link) => link.id === id)) await store.accounts.apply([{ remove: { kind: 'share', id } }])
}

/**
 * What a link shows, to whoever has it (P90 to P92).
 *
 * @throws StreambedError `not-found` for a token that was never made or was taken back, or whose conversation is gone.
 */
export async function readShared({ store, agents }: Engine, token: string): Promise<SharedConversation> {
  const { conversation, seq, createdAt } = await opened(store, token)
  const shared = sharedView(await foldUpTo(store, conversation, seq))
  return { sharedAt: createdAt, agentTitle: agents.get(shared.agent)?.title ?? shared.agent, conversation: shared }
}

/** A file that a shared conversation shows. Throws `not-found` for any other. */
export async function readSharedFile(engine: Engine, token: string, file: FileId): Promise<StoredFile> {
  const { owner } = await opened(engine.store, token)
  const { conversation } = await readShared(engine, token)
  const isShown = conversation.messages.some(
    (message) => message.role === 'user' && message.parts.some((part) => 'file' in part && part.file === file),
  )
  const stored = isShown ? await engine.store.file(owner, file) : undefined
  if (!stored) throw new StreambedError('not-found')
  return stored
}

interface Opened {
  readonly owner: Owner
  readonly conversation: ConversationId
  readonly seq: number
  readonly createdAt: string
}

async function opened(store: Store, token: string): Promise<Opened> {
  const secret = readSecret('sbv', token)
  const row = secret && (await store.accounts.find('share', secret.id))
  if (!row || !isSame(secret.hash, row.data.hash)) throw new StreambedError('not-found')
  const owner = { org: row.org!, user: row.data.owner } // every link is made with its organisation
  const conversation = row.user as ConversationId // and with its conversation
  if (!(await store.find(owner, conversation))) throw new StreambedError('not-found')
  return { owner, conversation, ...infoOf(row) }
}

function infoOf(row: {
  readonly id: string
  readonly createdAt: number
  readonly data: { readonly seq: number }
}): ShareInfo {
  return { id: row.id, createdAt: new Date(row.createdAt).toISOString(), seq: row.data.seq }
}

/** A conversation as it was at a place in its log. */
async function foldUpTo(store: Store, id: ConversationId, seq: number): Promise<Conversation> {
  const saved = await store.snapshot(id)
  let conversation = saved && saved.position.seq <= seq ? saved : emptyConversation(id, store.epoch)
  while (conversation.position.seq < seq) {
    const page = await store.read(id, conversation.position.seq)
    if (page.length === 0) break
    for (const entry of page) if (entry.seq <= seq) conversation = fold(conversation, entry.event)
  }
  return conversation
}
