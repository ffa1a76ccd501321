import {
  type ApprovalId,
  type Conversation,
  type ConversationId,
  type ErrorBody,
  emptyConversation,
  type FormId,
  fold,
  type LoggedEvent,
  type RequestId,
  type RunId,
} from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { backOff } from '../connection/back-off.ts'
import type { Connection } from '../connection/connection.ts'
import type { Requests } from '../connection/requests.ts'
import { failure, failureOf, quiet } from '../failure.ts'
import type { Http } from '../http.ts'
import type { Draft, Outbox } from '../outbox/outbox.ts'
import type { Painter } from '../painter.ts'
import { Cell, type Readable } from '../readable.ts'
import { newRequestId } from '../request-id.ts'
import type { AckFrame, ErrorFrame, Frame } from '../transport/transport.ts'
import type { ApprovalAnswer, ConversationHandle, ConversationView, FormAnswer, SendInput } from './handle.ts'
import { type StateDoor, stateDoor } from './state-door.ts'

/** What a reader works with. */
export interface ReaderParts {
  readonly connection: Connection
  readonly requests: Requests
  readonly outbox: Outbox
  readonly http: Http
  readonly clock: Clock
  readonly painter: Painter
}

interface ReaderOptions extends ReaderParts {
  /** Null for a new one, whose messages the outbox keeps under `draft`. */
  readonly id: ConversationId | null
  readonly draft: string | null
  readonly agent: string | undefined
  /** The first follower came, or the last one left. */
  readonly onFollowed: () => void
}

/** Reads one conversation, by the rules C10 to C16 of the README. */
export class ConversationReader implements ConversationHandle, Disposable {
  readonly #options: ReaderOptions
  readonly #id: Cell<ConversationId | null>
  readonly #view: Cell<ConversationView>
  readonly #listeners = new Set<(event: LoggedEvent) => void>()
  /** Hears of the connection while it is followed. */
  #unlisten = () => {}
  #status: ConversationView['status']
  #error: ErrorBody | null = null
  #conversation: Conversation
  #followers = 0
  /** The newest follow; only what comes after its ack counts (C12). */
  #follow: Follow | null = null
  /** The place of the last gap: a second one at the same place is no accident. */
  #gapAt = -1
  #tries = 0
  #loading: AbortController | null = null
  #cancelRetry = () => {}
  readonly editState: StateDoor['editState']
  readonly undoState: StateDoor['undoState']
  readonly redoState: StateDoor['redoState']
  readonly stateChanges: StateDoor['stateChanges']

  constructor(options: ReaderOptions) {
    const { id, agent } = options
    this.#options = options
    this.#id = new Cell(id)
    this.#status = id === null ? 'ready' : 'loading'
    this.#conversation = { ...emptyConversation(id ?? ('' as ConversationId), ''), agent: agent ?? '' }
    this.#view = new Cell(this.#look())
    const door = stateDoor(options.http, this.#id.get, () => this.#conversation.state.revision)
    this.editState = door.editState
    this.undoState = door.undoState
    this.redoState = door.redoState
    this.stateChanges = door.stateChanges
  }

  get id(): Readable<ConversationId | null> {
    return this.#id
  }

  get view(): Readable<ConversationView> {
    return this.#view
  }

  /** What the outbox knows it by. */
  get target(): string {
    return this.#id.get() ?? this.#options.draft!
  }

  get isFollowed(): boolean {
    return this.#followers > 0
  }

  readonly follow = (): (() => void) => {
    if (++this.#followers === 1) {
      this.#unlisten = this.#options.connection.listen({
        opened: () => this.#opened(),
        lost: () => this.#lost(),
        received: (frame) => this.#received(frame),
      })
      this.#options.onFollowed()
      this.#start()
    }
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      if (--this.#followers === 0) this.#stop()
    }
  }

  readonly listen = (listener: (event: LoggedEvent) => void): (() => void) => {
    const own = (event: LoggedEvent) => listener(event) // the same listener may come twice, and each leaves alone
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  readonly send = (input: string | SendInput): RequestId => {
    const id = this.#id.get()
    const target = id === null ? { draft: this.#options.draft! } : { conversation: id }
    const requestId = this.#options.outbox.add(target, this.#draft(typeof input === 'string' ? { text: input } : input))
    this.publish() // at once: people look for what they have just said
    return requestId
  }

  readonly stop = (run: RunId): Promise<void> => {
    return quiet(this.#options.requests.command({ type: 'stop', run }).then(() => {}))
  }

  readonly retry = (run: RunId, { model }: { readonly model?: string } = {}): Promise<void> => {
    const frame = { type: 'retry', run, ...(model !== undefined && { model }) } as const
    return quiet(this.#options.requests.command(frame).then(() => {}))
  }

  readonly approve = (run: RunId, approval: ApprovalId, answer: ApprovalAnswer): Promise<void> => {
    return quiet(this.#options.requests.command({ type: 'approve', run, approval, ...answer }).then(() => {}))
  }

  readonly answerForm = (form: FormId, { action, values = {} }: FormAnswer): Promise<void> => {
    const conversation = this.#id.get()
    if (conversation === null) return quiet(Promise.reject(failure('not-begun')))
    return quiet(this.#options.requests.command({ type: 'form', conversation, form, action, values }).then(() => {}))
  }

  readonly discard = (requestId: RequestId): void => {
    this.#options.outbox.discard(requestId)
    this.publish()
  }

  readonly resend = (requestId: RequestId): void => {
    this.#options.outbox.resend(requestId)
    this.publish()
  }

  /** The server has one of its messages. Answers whether the message's event is still to be read here. */
  acknowledged(requestId: RequestId, ack: AckFrame): boolean {
    if (this.#id.get() === null && ack.conversation) this.#begin(ack.conversation, ack)
    return this.isFollowed && !this.#has(requestId) && (this.#status === 'ready' || this.#status === 'loading')
  }

  /** Something that the view is made of has changed. */
  readonly changed = (): void => {
    this.#options.painter.soon(this.publish)
  }

  readonly publish = (): void => {
    this.#view.set(this.#look())
  };

  [Symbol.dispose](): void {
    this.#rest()
    this.#followers = 0
  }

  #has(requestId: RequestId): boolean {
    return this.#conversation.messages.some((message) => message.role === 'user' && message.requestId === requestId)
  }

  #draft({ text, parts = [], model, replaces, parent, timezone }: SendInput): Draft {
    const { agent } = this.#options
    const isFirst = this.#id.get() === null
    return {
      text: text ?? parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
      parts: text === undefined ? parts : [{ type: 'text', text }, ...parts],
      ...(isFirst && agent !== undefined && { agent }),
      ...(model !== undefined && { model }),
      ...(replaces !== undefined && { replaces }),
      ...(parent !== undefined && { parent }),
      ...(timezone !== undefined && { timezone }),
    }
  }

  /** The first message has made the conversation. */
  #begin(id: ConversationId, ack: AckFrame): void {
    const { agent } = this.#conversation
    this.#conversation = { ...emptyConversation(id, ack.position?.epoch ?? ''), agent }
    if (!ack.position) this.#status = 'loading'
    this.#id.set(id)
    if (this.isFollowed) this.#start()
    this.changed()
  }

  #start(): void {
    if (this.#id.get() === null) this.changed()
    else if (this.#status === 'ready') this.#readOn()
    else void this.#load()
  }

  #stop(): void {
    const id = this.#id.get()
    this.#rest()
    if (this.#follow && id !== null) this.#options.connection.send({ type: 'unfollow', conversation: id })
    this.#follow = null
    if (id !== null) this.#options.outbox.forget(id)
    this.#options.onFollowed()
    this.changed()
  }

  #rest(): void {
    this.#unlisten()
    this.#cancelRetry()
    this.#loading?.abort()
    this.#loading = null
  }

  /** C10: first the fold with its position, then what comes after it. */
  async #load(): Promise<void> {
    const id = this.#id.get()!
    const loading = new AbortController()
    this.#cancelRetry()
    this.#loading?.abort()
    this.#loading = loading
    this.#follow = null
    if (this.#status !== 'ready') this.#status = 'loading'
    try {
      const path = `/v1/conversations/${encodeURIComponent(id)}`
      const conversation = await this.#options.http.json<Conversation>(path, { signal: loading.signal })
      if (this.#loading !== loading) return
      this.#loading = null
      this.#take({ ...emptyConversation(id, conversation.position.epoch), ...conversation })
      this.#readOn()
    } catch (thrown) {
      if (this.#loading !== loading) return
      this.#loading = null
      this.#failed(failureOf(thrown).body)
    }
  }

  #take(conversation: Conversation): void {
    this.#conversation = conversation
    this.#status = 'ready'
    this.#error = null
    this.#gapAt = -1
    for (const message of conversation.messages) {
      if (message.role === 'user') this.#options.outbox.seen(message.requestId, conversation.id)
    }
    this.changed()
  }

  #readOn(): void {
    if (!this.isFollowed) return
    const { connection } = this.#options
    const { id, position } = this.#conversation
    const requestId = newRequestId()
    const isSent = connection.send({ type: 'follow', requestId, conversation: id, after: position })
    this.#follow = isSent ? { requestId, end: null } : null
    this.changed()
  }

  #opened(): void {
    this.#tries = 0
    if (this.#id.get() === null) this.changed()
    else if (!this.#loading && (this.#status === 'ready' || this.#status === 'loading')) this.#start() // C11
  }

  #lost(): void {
    this.#follow = null
    this.changed()
  }

  #received(frame: Frame): void {
    if (frame.type === 'event') {
      if (frame.conversation === this.#conversation.id && this.#follow?.end != null) this.#read(frame.event)
    } else if (frame.type === 'ack') {
      if (this.#follow && frame.requestId === this.#follow.requestId) this.#following(this.#follow, frame)
    } else if (frame.type === 'error') {
      if (this.#follow && this.#isOurs(frame)) this.#refused(frame.error)
    }
  }

  #isOurs({ requestId, conversation }: ErrorFrame): boolean {
    return requestId ? requestId === this.#follow?.requestId : conversation === this.#conversation.id
  }

  #following(follow: Follow, { position }: AckFrame): void {
    follow.end = position?.seq ?? 0
    this.#tries = 0
    this.#error = null
    this.changed()
  }

  /** C13: the next event is taken, one that was there before is dropped, and a gap means: follow again (P7). */
  #read(event: LoggedEvent): void {
    const { seq } = this.#conversation.position
    if (event.seq > seq + 1) this.#gap(seq)
    if (event.seq !== seq + 1) return
    this.#conversation = fold(this.#conversation, event)
    if (event.type === 'message') this.#options.outbox.seen(event.requestId, this.#conversation.id)
    for (const listener of [...this.#listeners]) listener(event)
    this.changed()
  }

  #gap(seq: number): void {
    const isSecond = this.#gapAt === seq
    this.#gapAt = seq
    if (isSecond) this.#options.connection.distrust('Events were missing on the way.')
    else this.#readOn()
  }

  #refused(error: ErrorBody): void {
    this.#follow = null
    // C14: what this place meant is gone (P5). What was read stays on show until the new reading is there.
    if (error.code === 'position-lost' && this.#tries++ === 0) void this.#load()
    else this.#failed(error)
  }

  #failed(error: ErrorBody): void {
    if (error.code === 'not-found') {
      this.#status = 'missing'
      this.#options.outbox.forget(this.#conversation.id)
    } else if (error.retry || error.code === 'position-lost') {
      this.#tries += 1
      const ms = error.retryAfterMs ?? backOff(this.#tries + 1, this.#options.clock.random())
      this.#cancelRetry()
      this.#cancelRetry = this.#options.clock.after(ms, () => this.#start())
    } else this.#status = 'failed'
    this.#error = error
    this.changed()
  }

  #look(): ConversationView {
    const id = this.#id.get()
    const { outbox, connection } = this.#options
    const pending = outbox.pendingOf(this.target).filter(({ requestId }) => !this.#has(requestId)) // C23
    const end = this.#follow?.end ?? null
    const isCaughtUp = id === null ? connection.isOpen : end !== null && this.#conversation.position.seq >= end
    return {
      status: this.#status,
      error: this.#error,
      conversation: this.#conversation,
      pending: pending.length === 0 ? NOTHING : pending,
      live: this.#status === 'ready' && isCaughtUp,
    }
  }
}

interface Follow {
  readonly requestId: RequestId
  /** Where the log ended when the server began to answer; null until then. */
  end: number | null
}

const NOTHING: readonly never[] = []
