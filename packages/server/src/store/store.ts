import type {
  ApprovalId,
  Conversation,
  ConversationId,
  ConversationSummary,
  FileId,
  LoggedEvent,
  MessageId,
  NewEvent,
  Owner,
  RequestId,
  RunId,
} from '@streambed/protocol'
import type { AccountStore } from './accounts.ts'
import type { AuditStore } from './audit.ts'
import type { BudgetStore } from './budgets.ts'
import type { RecordStore } from './records.ts'
import type { Settlement, Timers } from './timers.ts'
import type { UsageStore } from './usage.ts'

/** Keeps the log of every conversation, and the indexes that are derived from it. Implementations pass `conformance.ts`. */
export interface Store extends AsyncDisposable {
  /** The logs' identity. It changes only when logs are restored or rebuilt, or a power cut may have taken back what readers saw. */
  readonly epoch: string

  /**
   * Adds events to the end of a log, all or none, and resolves once they are durable. A log begins with `conversation-start`,
   * which makes the conversation. The indexes follow in the same transaction: titles, requests, runs, search.
   * What is appended in one turn of the event loop may become durable together.
   *
   * The events of a run need the `fence` of its claim. Without it a run can only be asked for (`message`, `run-retry`), be
   * asked to stop, be given a person's answer, and end while nobody has claimed it. `run-park` gives the claim back: the run is
   * `parked` while an approval that it has asked for is open, and queued again with the answer to the last one. `rules.ts`
   * has these rules, the same for every store.
   *
   * @throws StreambedError `not-found` when the conversation does not exist (any more) or has no such run, `conflict` when the
   *   owner used a message's request id before or the answer was retried already, `approval-closed` when an approval that is
   *   answered was not asked for or was answered, `store-failed` when the disk said no.
   * @throws Fenced when `fence` is not the conversation's current one, missing where it is needed, the run has ended, or the timer that
   *   the events settle is no more.
   */
  append(conversation: ConversationId, events: readonly NewEvent[], options?: AppendOptions): Promise<readonly Entry[]>

  /** A page of what comes after `after`: some 32 KiB of JSON, at least one entry if there is one, none at the end. */
  read(conversation: ConversationId, after: number): Promise<readonly Entry[]>

  /** What the server kept to itself of these runs' events, by run and block. */
  sealed(conversation: ConversationId, runs: readonly RunId[]): Promise<readonly SealedBlock[]>

  find(owner: Owner, conversation: ConversationId): Promise<ConversationSummary | undefined>
  /** Pinned first, then newest first. With a query, best match first, over titles, messages and answers. */
  list(owner: Owner, options: ListOptions): Promise<Page<ConversationSummary>>
  /** Conversations in which nothing has happened since then, in any order. */
  idle(options: IdleOptions): Promise<readonly OwnedConversation[]>
  /** Removes a conversation with everything that belongs to it, links to it included. Unknown ids are no error. */
  erase(owner: Owner, conversation: ConversationId): Promise<void>

  /**
   * Removes what is kept for a user beside conversations: records, files, timers, links. What was spent stays with the organisation, as that of
   * `ERASED`, and counts for budgets as before; the audit stays until its time is up.
   */
  forget(owner: Owner): Promise<void>

  findRequest(owner: Owner, request: RequestId): Promise<RequestRecord | undefined>
  /** The requests whose ids begin so, the greatest id first. `prefix` is of letters, digits, `_` and `-`. */
  requestsLike(owner: Owner, prefix: string, limit: number): Promise<readonly RequestRecord[]>
  findRun(owner: Owner, run: RunId): Promise<RunRecord | undefined>
  /** The runs of a conversation that have not ended, in the order in which they were asked for. */
  openRuns(conversation: ConversationId): Promise<readonly RunRecord[]>

  /** How many runs of a user wait for people. */
  parkedRuns(owner: Owner): Promise<number>

  /**
   * Makes `run` the conversation's active one for `leaseMs`, unless one is active (this or another) and its lease has not
   * lapsed. Returns the fence its appends must carry; undefined when refused, and for a run that is unknown or has ended.
   * A run that loses its claim to another one is queued again. `run-end` and `run-park` give the claim back.
   */
  claim(conversation: ConversationId, run: RunId, server: string, leaseMs: number): Promise<number | undefined>
  /** Prolongs this server's leases; returns the runs it still holds. */
  renew(server: string, leaseMs: number): Promise<readonly RunId[]>
  /**
   * Runs that wait for a server: claimed with a lapsed lease, queued where no run is active or parked, or parked with an approval whose
   * time is up. At most 1,000, oldest first.
   */
  orphans(): Promise<readonly RunRecord[]>

  /** The newest fold that was saved, if any. Saving an older one, or one of an unknown conversation, does nothing. */
  snapshot(conversation: ConversationId): Promise<Conversation | undefined>
  saveSnapshot(conversation: Conversation): Promise<void>

  readonly usage: UsageStore

  /** What may be spent. */
  readonly budgets: BudgetStore

  /** Who did what. */
  readonly audit: AuditStore

  /**
   * Keeps a file for the messages that will name it. One that none has named within a week may go.
   *
   * @throws StreambedError `bad-file` when it is larger than `MAX_FILE_BYTES`, `storage-full` when the owner's files do not fit into
   *   `room` with it.
   */
  saveFile(owner: Owner, file: StoredFile, options?: SaveFileOptions): Promise<void>
  file(owner: Owner, file: FileId): Promise<StoredFile | undefined>
  /** Without their bytes, by id. */
  files(owner: Owner, options: FileListOptions): Promise<Page<FileInfo>>

  /** What is to happen at a time. */
  readonly timers: Timers

  /** What agents keep for their users. */
  readonly records: RecordStore

  /** Who may use this server, where it has sign-in. */
  readonly accounts: AccountStore
}

/** Whose spending it is that nobody knows any more. */
export const ERASED = 'erased'

/** The largest file a store takes. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024

/** What a file takes up at the least, in bytes: many tiny ones need room, too. */
export const SMALLEST_FILE = 4096

export type { NewEvent } from '@streambed/protocol'

/** One event in a log. `json` is its text as clients get it, so that most readers never parse it. */
export interface Entry {
  readonly seq: number
  readonly json: string
  /** Parsed from `json` when first asked for. */
  readonly event: LoggedEvent
}

export interface AppendOptions {
  readonly fence?: number
  /** The words of the answer that ends here, for the search. */
  readonly search?: string
  /** The timer whose firing these events are: both are kept, or neither. */
  readonly settles?: Settlement
}

export interface ListOptions {
  readonly query?: string
  readonly cursor?: string
  /** 1 to 100. */
  readonly limit: number
  readonly archived?: boolean
}

export interface IdleOptions {
  /** ISO 8601. */
  readonly before: string
  /** Without it those of all organisations. */
  readonly org?: string
  readonly limit: number
}

export interface OwnedConversation {
  readonly owner: Owner
  readonly conversation: ConversationId
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** What `cursor` of the next call must be; null at the end. */
  readonly cursor: string | null
}

export interface SealedBlock {
  readonly run: RunId
  readonly block: number
  readonly sealed: unknown
}

/** What a request id led to. */
export interface RequestRecord {
  readonly conversation: ConversationId
  readonly message: MessageId
  readonly run: RunId
  /** Of the `message` event. */
  readonly seq: number
}

export interface RunRecord {
  readonly run: RunId
  readonly conversation: ConversationId
  readonly owner: Owner
  readonly message: MessageId
  readonly agent: string
  readonly model: string | null
  /** `active` from its claim on, `parked` while it waits for people. */
  readonly status: 'queued' | 'active' | 'parked' | 'ended'
  /** What it has asked people and was not told yet. */
  readonly approvals: readonly OpenApproval[]
  /** The run that took this one's place, if it was retried. */
  readonly retriedBy: RunId | null
}

export interface OpenApproval {
  readonly approval: ApprovalId
  /** When its time is up, in milliseconds since 1970. */
  readonly until: number
}

export interface StoredFile {
  readonly id: FileId
  readonly mediaType: string
  readonly name: string
  readonly bytes: Uint8Array
}

export interface FileInfo extends Omit<StoredFile, 'bytes'> {
  /** In bytes. */
  readonly size: number
}

export interface SaveFileOptions {
  /** What all files of the owner may take up, in bytes; without it there is no limit. */
  readonly room?: number
}

export interface FileListOptions {
  readonly cursor?: string
  /** 1 to 100. */
  readonly limit: number
}

/** A writer that is no longer the one: its run was taken over or has ended. It must stop, quietly. */
export class Fenced extends Error {
  constructor() {
    super('another writer has taken over this run')
    this.name = 'Fenced'
  }
}
