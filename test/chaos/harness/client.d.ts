// The client is written against a browser's types, which these tests are checked without. What they use of it:
import type { Conversation, ConversationId, RequestId, RunId } from '@streambed/protocol'

export type TransportName = 'websocket' | 'sse' | 'long-poll'

export interface Readable<T> {
  get(): T
  subscribe(listener: () => void): () => void
}

export interface ConversationView {
  readonly status: 'loading' | 'ready' | 'missing' | 'failed'
  readonly conversation: Conversation
  readonly pending: readonly { readonly requestId: RequestId; readonly state: string }[]
  readonly live: boolean
}

export interface ConversationHandle {
  readonly id: Readable<ConversationId | null>
  readonly view: Readable<ConversationView>
  follow(): () => void
  send(text: string): RequestId
  stop(run: RunId): Promise<void>
}

export interface Client extends Disposable {
  readonly connection: Readable<{ readonly status: string }>
  conversation(id: ConversationId): ConversationHandle
  startConversation(): ConversationHandle
}

export interface ClientOptions {
  readonly url: string
  readonly transports?: readonly TransportName[]
  readonly WebSocket?: typeof globalThis.WebSocket
  readonly clock?: Clock
}

export interface Clock {
  random(): number
}

export declare const systemClock: Clock

export declare function createClient(options: ClientOptions): Client
