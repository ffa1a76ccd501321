import type { ConversationId, ErrorBody, RequestId } from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { type Failure, failureOf } from '../failure.ts'
import type { Http } from '../http.ts'
import { pollEvents, streamEvents } from './read-events.ts'
import type { AckFrame, Link, LinkClose, LinkListener, OpenLink, Request, SendRequest } from './transport.ts'

/** A browser keeps six connections to a server open; two of them are for everything else. */
const MAX_FOLLOWED = 4
/** Over HTTP nothing says that the list has changed. */
const CHANGED_MS = 15_000
/** When the server has a message, and its event is this late, something on the way holds the stream up. */
const HELD_UP_MS = 5_000

/** Speaks the native dialect's frames over plain HTTP: what is read is streamed or polled, what is said is posted. */
export function httpLink(transport: 'sse' | 'long-poll', http: Http, clock: Clock): OpenLink {
  return (listener) => new HttpLink(transport, http, clock, listener)
}

class HttpLink implements Link {
  readonly #transport: 'sse' | 'long-poll'
  readonly #http: Http
  readonly #clock: Clock
  readonly #listener: LinkListener
  readonly #closed = new AbortController()
  readonly #followed = new Map<ConversationId, Followed>()
  #cancelChanged = () => {}

  constructor(transport: 'sse' | 'long-poll', http: Http, clock: Clock, listener: LinkListener) {
    this.#transport = transport
    this.#http = http
    this.#clock = clock
    this.#listener = listener
    void this.#open()
  }

  send(frame: Request): void {
    if (this.#closed.signal.aborted) return
    switch (frame.type) {
      case 'follow':
        return void this.#follow(frame)
      case 'unfollow':
        this.#unfollow(frame.conversation)
        return
      case 'send':
        return void this.#say(frame)
      case 'stop':
        return void this.#post(frame.requestId, `/v1/runs/${encodeURIComponent(frame.run)}/stop`, {})
      case 'retry': {
        const { requestId, run, model } = frame
        return void this.#post(
          requestId,
          `/v1/runs/${encodeURIComponent(run)}/retry`,
          model === undefined ? {} : { model },
        )
      }
      case 'approve': {
        const { requestId, run, approval, approved, input } = frame
        const path = `/v1/runs/${encodeURIComponent(run)}/approvals/${encodeURIComponent(approval)}`
        return void this.#post(requestId, path, { approved, ...(input !== undefined && { input }) })
      }
      case 'form': {
        const { requestId, conversation, form, action, values } = frame
        const path = `/v1/conversations/${encodeURIComponent(conversation)}/forms/${encodeURIComponent(form)}`
        return void this.#post(requestId, path, { requestId, action, values })
      }
      case 'watch':
        this.#watch()
        return
      case 'ping':
        return void this.#ping()
    }
  }

  close(): void {
    this.#closed.abort()
    this.#cancelChanged()
    for (const conversation of this.#followed.keys()) this.#unfollow(conversation)
  }

  /** Asks for something that needs a permission: the health check would also answer those who have none. */
  async #open(): Promise<void> {
    try {
      await this.#http.json('/v1/conversations?limit=1', { signal: this.#closed.signal })
      if (!this.#closed.signal.aborted) this.#listener.opened()
    } catch (thrown) {
      this.#lost(failureOf(thrown), 'unreachable')
    }
  }

  async #ping(): Promise<void> {
    try {
      await this.#http.json('/v1/ready', { signal: this.#closed.signal })
      this.#heard()
      if (!this.#closed.signal.aborted) this.#listener.received({ type: 'pong' })
    } catch (thrown) {
      this.#lost(failureOf(thrown), 'lost')
    }
  }

  async #follow({ requestId, conversation, after }: Extract<Request, { type: 'follow' }>): Promise<void> {
    this.#unfollow(conversation)
    if (this.#followed.size >= MAX_FOLLOWED) {
      return this.#listener.received({ type: 'error', requestId, conversation, error: TOO_MANY })
    }
    const reading = new AbortController()
    const followed: Followed = { reading, seq: after.seq, cancelHeldUp: () => {} }
    this.#followed.set(conversation, followed)
    const signal = AbortSignal.any([reading.signal, this.#closed.signal])
    const read = this.#transport === 'sse' ? streamEvents : pollEvents
    try {
      await read({
        http: this.#http,
        clock: this.#clock,
        conversation,
        after,
        signal,
        heard: () => this.#heard(),
        began: (position) => {
          const ack = { type: 'ack', requestId, conversation } as const
          if (!signal.aborted) this.#listener.received(position ? { ...ack, position } : ack)
        },
        read: (event) => {
          if (signal.aborted) return
          followed.seq = event.seq
          this.#listener.received({ type: 'event', conversation, event })
        },
      })
    } catch (thrown) {
      if (signal.aborted) return
      const failure = failureOf(thrown)
      if (!isAnswer(failure)) return this.#lost(failure, failure.code === 'no-answer' ? 'unfit' : 'lost')
      this.#unfollow(conversation)
      this.#listener.received({ type: 'error', requestId, conversation, error: failure.body })
    }
  }

  #unfollow(conversation: ConversationId): void {
    const followed = this.#followed.get(conversation)
    followed?.reading.abort()
    followed?.cancelHeldUp()
    this.#followed.delete(conversation)
  }

  async #say({ type: _, conversation, ...message }: SendRequest): Promise<void> {
    const path = conversation ? `/v1/conversations/${encodeURIComponent(conversation)}/messages` : '/v1/messages'
    const ack = await this.#post(message.requestId, path, message)
    const followed = ack?.conversation && this.#followed.get(ack.conversation)
    const end = ack?.position?.seq
    if (!followed || end === undefined) return
    followed.cancelHeldUp()
    followed.cancelHeldUp = this.#clock.after(HELD_UP_MS, () => {
      if (followed.seq < end) this.#closeAs({ kind: 'unfit', error: HELD_UP })
    })
  }

  async #post(requestId: RequestId, path: string, body: unknown): Promise<AckFrame | undefined> {
    const { signal } = this.#closed
    try {
      const answer = await this.#http.json<Omit<AckFrame, 'type'>>(path, { method: 'POST', body, signal })
      const ack: AckFrame = { ...answer, type: 'ack', requestId }
      this.#heard()
      if (!signal.aborted) this.#listener.received(ack)
      return ack
    } catch (thrown) {
      const failure = failureOf(thrown)
      if (!isAnswer(failure)) this.#lost(failure, 'lost')
      else if (!signal.aborted) this.#listener.received({ type: 'error', requestId, error: failure.body })
      return undefined
    }
  }

  #watch(): void {
    this.#cancelChanged()
    this.#cancelChanged = this.#clock.after(CHANGED_MS, () => {
      this.#listener.received({ type: 'changed' })
      this.#watch()
    })
  }

  #heard(): void {
    if (!this.#closed.signal.aborted) this.#listener.heard()
  }

  #lost({ code, body }: Failure, kind: LinkClose['kind']): void {
    const isRefused = code === 'unauthorized' || code === 'origin-refused'
    this.#closeAs({ kind: isRefused ? 'refused' : kind, error: body })
  }

  #closeAs(close: LinkClose): void {
    if (this.#closed.signal.aborted) return
    this.close()
    this.#listener.closed(close)
  }
}

interface Followed {
  readonly reading: AbortController
  /** The last event read. */
  seq: number
  cancelHeldUp: () => void
}

/** Whether the server said so itself, about this one request. Everything else is the end of the link. */
function isAnswer({ code }: Failure): boolean {
  return !NO_ANSWERS.has(code) && !code.startsWith('http-5')
}

const NO_ANSWERS = new Set(['unreachable', 'no-answer', 'bad-answer', 'closed', 'unauthorized', 'origin-refused'])

const TOO_MANY: ErrorBody = {
  code: 'too-many',
  message: 'Over plain HTTP only four conversations can be followed at once.',
  retry: true,
  retryAfterMs: 5_000,
}

const HELD_UP: ErrorBody = {
  code: 'unreachable',
  message: 'Something between here and the server holds the stream up.',
  retry: true,
  retryAfterMs: 0,
}
