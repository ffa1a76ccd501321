import type { ApprovalId, Conversation, ConversationId, ErrorBody, RequestId, RunId } from '@streambed/protocol'

// What the command line uses of @streambed/client. The client's sources need the types of a browser, which the server's
// own code must not see, so they are told here once more.

export function createClient(options: {
  readonly url: string
  readonly storage: OutboxStorage
  readonly headers: Readonly<Record<string, string>>
}): Client
export function memoryStorage(): OutboxStorage

interface OutboxStorage {
  readonly tab: string
}

export interface Client extends Disposable {
  readonly connection: Readable<
    | { readonly status: 'connecting' | 'connected' | 'reconnecting' | 'offline' }
    | { readonly status: 'refused'; readonly error: ErrorBody }
  >
  agents(): Promise<readonly { readonly name: string }[]>
  conversation(id: ConversationId): ConversationHandle
  startConversation(input?: { readonly agent?: string }): ConversationHandle
}

export interface ConversationHandle {
  readonly id: Readable<ConversationId | null>
  readonly view: Readable<ConversationView>
  follow(): () => void
  send(input: string): RequestId
  stop(run: RunId): Promise<void>
  approve(run: RunId, approval: ApprovalId, answer: { readonly approved: boolean }): Promise<void>
}

interface ConversationView {
  readonly status: 'loading' | 'ready' | 'missing' | 'failed'
  readonly error: ErrorBody | null
  readonly conversation: Conversation
  readonly pending: readonly {
    readonly requestId: RequestId
    readonly state: 'waiting' | 'sending' | 'failed'
    readonly error: ErrorBody | null
  }[]
}

interface Readable<T> {
  get(): T
  subscribe(listener: () => void): () => void
}
