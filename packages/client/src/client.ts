import type { ConversationId } from '@streambed/protocol'
import { type Clock, systemClock } from './clock.ts'
import { Connection, type ConnectionState } from './connection/connection.ts'
import { Requests } from './connection/requests.ts'
import { page, type Surroundings } from './connection/surroundings.ts'
import type { ConversationHandle } from './conversation/handle.ts'
import { Readers } from './conversation/readers.ts'
import { type ConversationList, LiveList } from './conversations/list.ts'
import { failure } from './failure.ts'
import { Http } from './http.ts'
import { type Mine, mine } from './mine.ts'
import { Outbox } from './outbox/outbox.ts'
import { defaultStorage, type OutboxStorage } from './outbox/storage.ts'
import { Painter } from './painter.ts'
import type { Readable } from './readable.ts'
import { type Records, recordsOf } from './records/records.ts'
import type {
  AgentInfo,
  CollectionInfo,
  Health,
  ModelList,
  UploadedFile,
  UsageQuery,
  UsageReport,
} from './resources.ts'
import { type Self, selfHeaders, selfText } from './self.ts'
import { httpLink } from './transport/http-link.ts'
import type { TransportName } from './transport/transport.ts'
import { websocketLink } from './transport/websocket.ts'

export interface ClientOptions {
  /** Where the server is; by default where the page came from. */
  readonly url?: string
  /** Where it is signed in by cookie: whom for. Messages that wait in the browser are kept apart, too. */
  readonly as?: Self
  /** Where messages wait for the server; by default the browser's local storage, or memory. */
  readonly storage?: OutboxStorage
  /** What may be used, best first; all of them by default. */
  readonly transports?: readonly TransportName[]
  readonly fetch?: typeof globalThis.fetch
  readonly WebSocket?: typeof globalThis.WebSocket
  /** Sent with every request. A browser's WebSocket cannot carry them; its cookies do. */
  readonly headers?: Readonly<Record<string, string>>
  readonly clock?: Clock
  readonly surroundings?: Surroundings
}

/** A connection to a Streambed server, and what can be done with it. Promises reject with a `Failure`. */
export interface Client extends Disposable {
  readonly connection: Readable<ConnectionState>
  readonly conversations: ConversationList
  /** The same handle for the same id, for as long as anybody follows it. */
  conversation(id: ConversationId): ConversationHandle
  /** A conversation that the first message will make. After a reload: the one that was begun and not sent before it. */
  startConversation(input?: { readonly agent?: string }): ConversationHandle
  /** Makes a conversation without saying anything in it. */
  createConversation(input?: { readonly agent?: string; readonly title?: string }): Promise<ConversationId>
  /** The user's records of a collection that an agent keeps, such as `strategies`. */
  records<Value extends object>(collection: string): Records<Value>
  /** What kinds of records there are. */
  collections(): Promise<readonly CollectionInfo[]>
  agents(): Promise<readonly AgentInfo[]>
  models(): Promise<ModelList>
  /** Makes something go wrong with the next answer, where the demo model answers. Rejects with `not-found` where it does not. */
  makeFault(kind: 'throttle' | 'cut'): Promise<void>
  /** The least IAM policy, as JSON text, with which a model can be used. */
  policy(model: string): Promise<{ readonly policy: string }>
  /** What the model calls of a period have cost. */
  usage(query?: UsageQuery): Promise<UsageReport>
  uploadFile(file: Blob, name: string, signal?: AbortSignal): Promise<UploadedFile>
  /** All that the server keeps for the user: to take along, or to be gone. */
  readonly mine: Mine
  health(): Promise<Health>
  /** Tries to connect now, in place of when the time has come; also after `refused`. */
  reconnect(): void
}

/** How long an upload may take. */
const UPLOAD_MS = 300_000

/** Connects to a server. Dispose of it to close everything. */
export function createClient(options: ClientOptions = {}): Client {
  const { clock = systemClock, as, transports = ['websocket', 'sse', 'long-poll'] } = options
  const { fetch = globalThis.fetch, WebSocket = globalThis.WebSocket, surroundings = page } = options
  const closed = new AbortController()
  const { headers = {} } = options
  const address = options.url ?? globalThis.location?.origin ?? missingUrl()
  const own = { ...headers, ...selfHeaders(as) }
  const http = new Http({ url: address, fetch, headers: own, clock, closed: closed.signal })
  const { url } = http
  const open = {
    websocket: websocketLink({ url, as, WebSocket, headers }),
    sse: httpLink('sse', http, clock),
    'long-poll': httpLink('long-poll', http, clock),
  }
  const painter = new Painter(clock)
  const connection = new Connection({ transports, open, clock, surroundings })
  const requests = new Requests(connection, clock)
  const storage = options.storage ?? defaultStorage(as ? `${url} ${selfText(as)}` : url)
  const outbox: Outbox = new Outbox({
    storage,
    connection,
    requests,
    clock,
    onAck: (message, ack) => readers.acknowledged(message, ack),
    onChange: (target) => readers.changed(target),
  })
  const readers = new Readers({ connection, requests, outbox, http, clock, painter })
  const conversations = new LiveList({ connection, http, clock })

  return {
    connection: connection.state,
    conversations,
    conversation: (id) => readers.of(id),
    startConversation: ({ agent } = {}) => readers.start(agent),
    createConversation: async (input = {}) =>
      (await http.json<{ id: ConversationId }>('/v1/conversations', { method: 'POST', body: input })).id,
    records: (collection) => recordsOf(http, collection),
    collections: async () => (await http.json<{ items: readonly CollectionInfo[] }>('/v1/collections')).items,
    agents: async () => (await http.json<{ items: readonly AgentInfo[] }>('/v1/agents')).items,
    models: () => http.json('/v1/models'),
    makeFault: async (kind) => {
      await http.json('/v1/demo/faults', { method: 'POST', body: { kind } })
    },
    policy: (model) => http.json(`/v1/models/policy?${new URLSearchParams({ model })}`),
    usage: (query = {}) => http.json(`/v1/usage?${new URLSearchParams({ ...query })}`),
    uploadFile: (file, name, signal) =>
      http.json('/v1/files', {
        method: 'POST',
        body: file,
        headers: {
          'content-type': file.type || 'application/octet-stream',
          'x-file-name': encodeURIComponent(name), // headers are ASCII
        },
        signal,
        timeoutMs: UPLOAD_MS,
      }),
    mine: mine({ connection, http, clock }),
    health: () => http.json('/v1/health'),
    reconnect: () => connection.reconnect(),
    [Symbol.dispose]() {
      closed.abort(failure('closed'))
      for (const part of [conversations, readers, outbox, requests, connection, painter]) part[Symbol.dispose]()
    },
  }
}

function missingUrl(): never {
  throw new TypeError('createClient needs the url of a server where there is no page to take it from')
}
