import type { ConversationId, FileId, SharedConversation } from '@streambed/protocol'
import { systemClock } from './clock.ts'
import { Http } from './http.ts'
import { type Self, selfHeaders } from './self.ts'

/** A link by which whoever has it reads a conversation. */
export interface ShareInfo {
  readonly id: string
  readonly createdAt: string
  /** The conversation is shown as it was at this place. */
  readonly seq: number
}

/** Links to one's conversations, and what others' links show. Promises reject with a `Failure`. */
export interface SharingClient {
  /** Makes a link to the conversation as it is now. The token comes this once. */
  share(conversation: ConversationId): Promise<ShareInfo & { readonly token: string; readonly url: string }>
  links(conversation: ConversationId): Promise<readonly ShareInfo[]>
  /** Takes a link back. */
  revoke(conversation: ConversationId, link: string): Promise<void>
  /** What a link shows; for this one needs not be signed in. */
  read(token: string): Promise<SharedConversation>
  /** The bytes of a file of what a link shows. They have no address: the token is not for one. */
  file(token: string, file: FileId): Promise<Blob>
}

export interface SharingOptions {
  /** Where the server is; by default where the page came from. */
  readonly url?: string
  readonly fetch?: typeof globalThis.fetch
  readonly headers?: Readonly<Record<string, string>>
  /** Where it is signed in by cookie: whom for. */
  readonly as?: Self
}

export function createSharing(options: SharingOptions = {}): SharingClient {
  const { fetch = globalThis.fetch, headers = {}, as } = options
  const url = options.url ?? globalThis.location?.origin ?? ''
  const closed = new AbortController().signal
  const http = new Http({ url, fetch, headers: { ...headers, ...selfHeaders(as) }, clock: systemClock, closed })
  const linksOf = (conversation: ConversationId) => `/v1/conversations/${conversation}/share`
  const by = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  return {
    share: (conversation) => http.json(linksOf(conversation), { method: 'POST' }),
    links: async (conversation) => (await http.json<{ items: readonly ShareInfo[] }>(linksOf(conversation))).items,
    revoke: (conversation, link) => http.json(`${linksOf(conversation)}/${link}`, { method: 'DELETE' }),
    read: (token) => http.json('/v1/shared', by(token)),
    file: (token, file) => http.blob(`/v1/shared/files/${file}`, by(token)),
  }
}
