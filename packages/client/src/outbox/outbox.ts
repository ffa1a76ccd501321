import type { ConversationId, ErrorBody, InputPart, MessageId, RequestId } from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { askedFor, backOff } from '../connection/back-off.ts'
import type { Connection } from '../connection/connection.ts'
import type { Requests } from '../connection/requests.ts'
import { type Failure, failure, failureOf } from '../failure.ts'
import { newRequestId } from '../request-id.ts'
import type { AckFrame, SendRequest } from '../transport/transport.ts'
import type { OutboxStorage, StoredMessage } from './storage.ts'

/** A message that the server does not have yet, as it is shown. */
export interface PendingMessage {
  readonly requestId: RequestId
  readonly text: string
  /** All that will be sent; the text is the first of them where there is one. */
  readonly parts: readonly InputPart[]
  readonly replaces: MessageId | null
  /** By this machine's clock (ISO 8601). */
  readonly at: string
  /** `waiting` for the connection, for its turn or for the server; `failed` for good, see `error`. */
  readonly state: 'waiting' | 'sending' | 'failed'
  readonly error: ErrorBody | null
}

/** What somebody wants to say. */
export interface Draft {
  readonly text: string
  readonly parts: readonly InputPart[]
  readonly agent?: string
  readonly model?: string
  readonly replaces?: MessageId
  readonly parent?: MessageId
  readonly timezone?: string
}

/** Where to: a conversation, or one that the first message will make. */
export type Target = { readonly conversation: ConversationId } | { readonly draft: string }

/** How many messages may wait. */
export const MAX_OUTBOX = 50
/** The largest frame that a server takes. */
const MAX_BYTES = 128 * 1024
/** How often a message may make the server fail before it is given up. */
const MAX_CRASHES = 5

interface OutboxOptions {
  readonly storage: OutboxStorage
  readonly connection: Connection
  readonly requests: Requests
  readonly clock: Clock
  /** Told of every message that the server has; answers whether somebody will say when its event is `seen`. */
  readonly onAck: (message: StoredMessage, ack: AckFrame) => boolean
  /** What waits for this conversation or draft looks different. */
  readonly onChange: (target: string) => void
}

/** Keeps what was said until the server has it, and says it again until then. Its rules C20 to C26 are in the README. */
export class Outbox implements Disposable {
  readonly #options: OutboxOptions
  readonly #entries = new Map<RequestId, Entry>()
  /** The conversations and drafts for which a message is on its way, or waits until it may try again. */
  readonly #lanes = new Map<string, () => void>()
  readonly #unlisten: readonly (() => void)[]
  #order = 0
  #isClosed = false

  constructor(options: OutboxOptions) {
    this.#options = options
    const { connection, storage } = options
    this.#adopt(true)
    this.#unlisten = [
      connection.listen({ opened: () => this.#adopt(false) }),
      storage.onRemoved?.((requestId) => this.#removedElsewhere(requestId)) ?? (() => {}),
    ]
    queueMicrotask(() => this.#pump())
  }

  /** @throws Failure `outbox-full` when `MAX_OUTBOX` messages wait. */
  add(target: Target, draft: Draft): RequestId {
    if (this.#entries.size >= MAX_OUTBOX) throw failure('outbox-full')
    const { clock, storage } = this.#options
    const message: StoredMessage = {
      requestId: newRequestId(),
      order: ++this.#order,
      conversation: 'conversation' in target ? target.conversation : null,
      draft: 'draft' in target ? target.draft : null,
      tab: storage.tab,
      ...draft,
      at: clock.date().toISOString(),
      error: null,
    }
    const entry = newEntry(message)
    this.#entries.set(message.requestId, entry)
    this.#store(entry) // C20: before it goes out
    this.#changed(entry)
    this.#pump()
    return message.requestId
  }

  /** What waits for a conversation or a draft, in the order in which it was said. */
  pendingOf(target: string): readonly PendingMessage[] {
    return this.#sorted()
      .filter((entry) => targetOf(entry.message) === target)
      .map((entry) => this.#shown(entry))
  }

  /** A draft that this tab wrote before it was reloaded. */
  restoredDraft(): StoredMessage | undefined {
    const { tab } = this.#options.storage
    return this.#sorted().find(({ isRestored, message }) => isRestored && message.draft !== null && message.tab === tab)
      ?.message
  }

  /** The message's event has been read: the server has it, whatever became of the ack (C22). */
  seen(requestId: RequestId, conversation: ConversationId): void {
    const entry = this.#entries.get(requestId)
    if (!entry) return
    const ack: AckFrame = { type: 'ack', requestId, conversation }
    const { message } = entry
    if (message.draft !== null) this.#relabel(message.draft, conversation)
    this.#remove(entry)
    if (message.draft !== null) this.#options.onAck(message, ack)
    this.#options.requests.settle(requestId, ack)
  }

  /** Nobody waits for the events of this conversation any more. */
  forget(target: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.isAcked && targetOf(entry.message) === target) this.#remove(entry)
    }
  }

  discard(requestId: RequestId): void {
    const entry = this.#entries.get(requestId)
    if (entry && !entry.isAcked) this.#remove(entry)
  }

  resend(requestId: RequestId): void {
    const entry = this.#entries.get(requestId)
    if (!entry?.message.error) return
    // A request id that means something else by now is of no use; in every other case it guards against doubling.
    const isSpoilt = entry.message.error.code === 'conflict'
    if (isSpoilt) this.#remove(entry)
    entry.message = { ...entry.message, requestId: isSpoilt ? newRequestId() : requestId, error: null }
    entry.crashes = 0
    this.#entries.set(entry.message.requestId, entry)
    this.#store(entry)
    this.#changed(entry)
    this.#pump()
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    for (const unlisten of this.#unlisten) unlisten()
    for (const cancel of this.#lanes.values()) cancel()
  }

  /** Takes over what is stored and not known here: of a page that was closed, or of another tab. Doubling is harmless (P14). */
  #adopt(isRestored: boolean): void {
    const stored = attempt(() => this.#options.storage.all()) ?? []
    for (const message of stored.toSorted(inOrder)) {
      this.#order = Math.max(this.#order, message.order)
      if (this.#entries.has(message.requestId) || this.#entries.size >= MAX_OUTBOX) continue
      const entry = { ...newEntry(message), isRestored }
      this.#entries.set(message.requestId, entry)
      if (!isRestored) this.#changed(entry)
    }
    if (!isRestored) this.#pump()
  }

  /** C21: one at a time and in order for each conversation; conversations do not wait for each other. */
  #pump(): void {
    if (this.#isClosed) return
    for (const entry of this.#sorted()) {
      const { message, isAcked } = entry
      const lane = targetOf(message)
      if (isAcked || message.error || this.#lanes.has(lane)) continue
      this.#lanes.set(lane, () => {})
      void this.#carry(entry, lane)
    }
  }

  async #carry(entry: Entry, lane: string): Promise<void> {
    entry.isAsked = true
    this.#changed(entry)
    try {
      const frame = sendFrame(entry.message)
      if (new TextEncoder().encode(JSON.stringify(frame)).length > MAX_BYTES) throw failure('too-large')
      const ack = await this.#options.requests.ask(frame)
      this.#lanes.delete(lane)
      this.#acknowledged(entry, ack)
    } catch (thrown) {
      this.#lanes.delete(lane)
      this.#failed(entry, lane, failureOf(thrown))
    }
    this.#pump()
  }

  #acknowledged(entry: Entry, ack: AckFrame): void {
    if (!this.#entries.has(entry.message.requestId)) return // its event came first
    const { draft } = entry.message
    if (draft !== null && ack.conversation) this.#relabel(draft, ack.conversation)
    // C23: it stays on show until its event takes its place, if somebody reads on to there.
    entry.isAcked = true
    const isAwaited = this.#options.onAck({ ...entry.message, draft }, ack)
    if (isAwaited) attempt(() => this.#options.storage.remove(entry.message.requestId))
    else this.#remove(entry)
  }

  #failed(entry: Entry, lane: string, { code, body }: Failure): void {
    entry.isAsked = false
    if (this.#isClosed || !this.#entries.has(entry.message.requestId)) return
    entry.tries += 1
    if (code === 'internal') entry.crashes += 1
    if (body.retry && entry.crashes < MAX_CRASHES) {
      const random = this.#options.clock.random()
      const ms =
        body.retryAfterMs === undefined ? backOff(entry.tries + 1, random) : askedFor(body.retryAfterMs, random)
      const cancel = this.#options.clock.after(ms, () => {
        this.#lanes.delete(lane)
        this.#pump()
      })
      this.#lanes.set(lane, cancel)
    } else {
      entry.message = { ...entry.message, error: body }
      this.#store(entry)
    }
    this.#changed(entry)
  }

  /** The draft has become a conversation: what still waits for it goes there. */
  #relabel(draft: string, conversation: ConversationId): void {
    for (const entry of this.#entries.values()) {
      if (entry.message.draft !== draft) continue
      entry.message = { ...entry.message, conversation, draft: null }
      this.#store(entry)
    }
  }

  #removedElsewhere(requestId: RequestId): void {
    const entry = this.#entries.get(requestId)
    // One that is on its way from here too is cleared by its own answer.
    if (entry && !entry.isAsked && !entry.isAcked) this.#remove(entry)
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.message.requestId)
    attempt(() => this.#options.storage.remove(entry.message.requestId))
    this.#changed(entry)
  }

  #store(entry: Entry): void {
    attempt(() => this.#options.storage.put(entry.message)) // C25: without storage it only lives shorter
  }

  #changed(entry: Entry): void {
    this.#options.onChange(targetOf(entry.message))
  }

  #sorted(): readonly Entry[] {
    return [...this.#entries.values()].sort((one, other) => inOrder(one.message, other.message))
  }

  #shown(entry: Entry): PendingMessage {
    const { message, isAsked, isAcked } = entry
    const isUnderWay = isAcked || (isAsked && this.#options.connection.isOpen)
    const state = message.error ? 'failed' : isUnderWay ? 'sending' : 'waiting'
    const { requestId, text, parts, replaces, at, error } = message
    const { shown } = entry
    if (shown?.state === state && shown.requestId === requestId && shown.error === error) return shown
    return (entry.shown = { requestId, text, parts, replaces: replaces ?? null, at, state, error })
  }
}

interface Entry {
  message: StoredMessage
  readonly isRestored: boolean
  isAsked: boolean
  /** The server has it, and its event is still to come. */
  isAcked: boolean
  tries: number
  /** How many times the server failed over it. */
  crashes: number
  shown: PendingMessage | null
}

function newEntry(message: StoredMessage): Entry {
  return { message, isRestored: false, isAsked: false, isAcked: false, tries: 0, crashes: 0, shown: null }
}

function targetOf({ conversation, draft }: StoredMessage): string {
  return conversation ?? draft!
}

function inOrder(one: StoredMessage, other: StoredMessage): number {
  return one.order - other.order || (one.requestId < other.requestId ? -1 : 1)
}

function sendFrame(message: StoredMessage): SendRequest {
  const { requestId, conversation, text, parts, agent, model, replaces, parent, timezone } = message
  const isPlain = parts.length === 1 && parts[0]!.type === 'text'
  return {
    type: 'send',
    requestId,
    ...(conversation !== null && { conversation }),
    ...(isPlain ? { text } : { parts: [...parts] }),
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
    ...(replaces !== undefined && { replaces }),
    ...(parent !== undefined && { parent }),
    ...(timezone !== undefined && { timezone }),
  }
}

/** Storage may say no: private windows, full disks, policies. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch {
    return undefined // C25
  }
}
