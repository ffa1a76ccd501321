import type { ErrorBody } from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { Cell, type Readable } from '../readable.ts'
import type { Frame, Link, LinkClose, OpenLink, Request, TransportName } from '../transport/transport.ts'
import { askedFor, backOff } from './back-off.ts'
import { Heartbeat } from './heartbeat.ts'
import { Ladder } from './ladder.ts'
import type { Surroundings } from './surroundings.ts'

export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'connected'; readonly transport: TransportName }
  /** `nextTryAt`: milliseconds since 1970, by this machine's clock. `reason`: a sentence for people. */
  | { readonly status: 'reconnecting'; readonly attempt: number; readonly nextTryAt: number; readonly reason: string }
  /** The browser says so, and nothing came through. */
  | { readonly status: 'offline' }
  /** The server will not have us: trying again does not help, `Client.reconnect` tries all the same. */
  | { readonly status: 'refused'; readonly error: ErrorBody }

interface ConnectionOptions {
  readonly transports: readonly TransportName[]
  readonly open: Readonly<Record<TransportName, OpenLink>>
  readonly clock: Clock
  readonly surroundings: Surroundings
}

/** What those who use the connection want to know of it. */
export interface ConnectionListener {
  /** A link is proven; what was asked of an earlier one must be asked again. */
  opened?(): void
  /** The link is gone, with everything that was asked of it. */
  lost?(close: LinkClose): void
  received?(frame: Frame): void
}

/** How long a link may take until the first frame has come through it. */
const OPEN_MS = 10_000
/** A try that is older than this when the page wakes up is not waited for. */
const STALE_TRY_MS = 2_000
/** While the browser says that there is no network, it is only asked now and then: a server on this machine needs none. */
const OFFLINE_TRY_MS = 15_000
/** How long to stay with a lesser transport before the best one is tried again, and at most. */
const FIRST_CLIMB_MS = 10_000
const LAST_CLIMB_MS = 300_000

/** The one connection of a client, over whatever transport gets through. Its rules C1 to C8 are in the README. */
export class Connection implements Disposable {
  readonly #options: ConnectionOptions
  readonly #clock: Clock
  readonly #state = new Cell<ConnectionState>({ status: 'connecting' })
  readonly #ladder: Ladder
  readonly #listeners = new Set<ConnectionListener>()
  readonly #stopListening: () => void
  /** The link in use or being opened; none while waiting. C1: there is never a second one, but for a `#climber`. */
  #attempt: Attempt | null = null
  /** A try of the best transport beside a lesser one in use. */
  #climber: Attempt | null = null
  #climbMs = FIRST_CLIMB_MS
  #tries = 0
  #cancelTry = () => {}
  #cancelClimb = () => {}
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#ladder = new Ladder(options.transports)
    this.#stopListening = options.surroundings.listen({
      woken: () => this.#woken(),
      offline: () => this.isOpen && this.#attempt!.heartbeat.probe(),
    })
    this.#try()
  }

  get state(): Readable<ConnectionState> {
    return this.#state
  }

  get isOpen(): boolean {
    return this.#attempt?.proven === true
  }

  /** Sends now, or not at all: answers whether there was a link. */
  send(frame: Request): boolean {
    if (!this.isOpen) return false
    this.#attempt!.link.send(frame)
    return true
  }

  listen(listener: ConnectionListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Gives the link up and makes another: what came through it made no sense. */
  distrust(reason: string): void {
    const error = { code: 'bad-answer', message: reason, retry: true }
    if (this.#attempt) this.#closed(this.#attempt, { kind: 'lost', error })
  }

  /** Tries now, whatever the state: somebody asked for it. */
  reconnect(): void {
    if (this.#isClosed || this.isOpen) return
    this.#tries = 0
    this.#try()
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#stopListening()
    this.#cancelTry()
    this.#drop()
    this.#listeners.clear()
  }

  #try(): void {
    this.#cancelTry()
    this.#drop()
    const { status } = this.#state.get()
    const isFresh = status === 'refused' || (status === 'offline' && this.#options.surroundings.isOnline())
    if (isFresh) this.#state.set({ status: 'connecting' })
    this.#attempt = this.#open(this.#ladder.transport)
  }

  #open(transport: TransportName): Attempt {
    const heartbeat = new Heartbeat(this.#clock, {
      ping: () => attempt.link.send({ type: 'ping' }),
      dead: (probed) => this.#closed(attempt, probed ? ASLEEP : SILENT),
    })
    const attempt: Attempt = {
      transport,
      heartbeat,
      since: this.#clock.now(),
      proven: false,
      awayMs: null,
      cancelDeadline: this.#clock.after(OPEN_MS, () => this.#closed(attempt, NOT_OPENED)),
      link: this.#options.open[transport]({
        // C2: a link counts once an answer came through it, not when it says that it is open.
        opened: () => attempt.link.send({ type: 'ping' }),
        heard: () => heartbeat.heard(),
        received: (frame) => this.#received(attempt, frame),
        closed: (close) => this.#closed(attempt, close),
      }),
    }
    return attempt
  }

  #received(attempt: Attempt, frame: Frame): void {
    if (attempt !== this.#attempt && attempt !== this.#climber) return
    if (!attempt.proven) this.#proven(attempt)
    if (frame.type === 'goaway') attempt.awayMs = frame.reconnectAfterMs // C6: read on until the server closes
    if (frame.type === 'error' && !frame.requestId && !frame.conversation && REFUSALS.has(frame.error.code)) {
      this.#closed(attempt, { kind: 'refused', error: frame.error })
    } else {
      for (const listener of [...this.#listeners]) listener.received?.(frame)
    }
  }

  #proven(attempt: Attempt): void {
    attempt.cancelDeadline()
    if (attempt === this.#climber) this.#climb(attempt)
    attempt.proven = true
    attempt.heartbeat.start()
    this.#tries = 0
    this.#ladder.opened()
    this.#state.set({ status: 'connected', transport: attempt.transport })
    this.#climbLater()
    for (const listener of [...this.#listeners]) listener.opened?.()
  }

  /** Takes the better link in the place of the lesser one. */
  #climb(attempt: Attempt): void {
    this.#climber = null
    this.#end(this.#attempt)
    this.#attempt = attempt
    this.#ladder.climbed()
    this.#climbMs = FIRST_CLIMB_MS
    this.#tell({ kind: 'lost', error: MOVED })
  }

  #climbLater(): void {
    this.#cancelClimb()
    const { better } = this.#ladder
    if (!better) return
    this.#cancelClimb = this.#clock.after(this.#climbMs, () => {
      this.#climbMs = Math.min(LAST_CLIMB_MS, this.#climbMs * 3)
      this.#climber ??= this.#open(better)
    })
  }

  #closed(attempt: Attempt, close: LinkClose): void {
    if (attempt === this.#climber) {
      this.#end(attempt)
      this.#climber = null
      this.#climbLater()
      return
    }
    if (attempt !== this.#attempt) return // C1: what an earlier link still says is not heard
    this.#drop()
    this.#ladder.closed(close.kind, attempt.proven)
    if (attempt.proven) this.#tell(close)
    if (this.#isClosed || this.#attempt) return // somebody who was told has acted already
    this.#next(attempt, close)
  }

  /** Decides what comes after a link that is gone. */
  #next(attempt: Attempt, close: LinkClose): void {
    if (close.kind === 'refused') {
      this.#state.set({ status: 'refused', error: close.error })
      return
    }
    if (close === ASLEEP && this.#options.surroundings.isOnline()) {
      this.#state.set({ status: 'connecting' })
      this.#try()
      return
    }
    this.#tries += 1
    const random = this.#clock.random()
    const asked = attempt.awayMs ?? close.error.retryAfterMs
    const ms = asked === undefined ? backOff(this.#tries, random) : askedFor(asked, random)
    if (this.#options.surroundings.isOnline()) {
      const nextTryAt = this.#clock.date().getTime() + ms
      this.#state.set({ status: 'reconnecting', attempt: this.#tries, nextTryAt, reason: close.error.message })
      this.#cancelTry = this.#clock.after(ms, () => this.#try())
    } else {
      if (this.#state.get().status !== 'offline') this.#state.set({ status: 'offline' })
      this.#cancelTry = this.#clock.after(OFFLINE_TRY_MS, () => this.#try())
    }
  }

  /** C8: the page is looked at again, or the network is back. What was true before may be long past. */
  #woken(): void {
    const attempt = this.#attempt
    if (this.#state.get().status === 'refused') return
    if (attempt?.proven) attempt.heartbeat.probe()
    else if (!attempt || this.#clock.now() - attempt.since > STALE_TRY_MS) this.reconnect()
  }

  #tell(close: LinkClose): void {
    for (const listener of [...this.#listeners]) listener.lost?.(close)
  }

  #drop(): void {
    this.#cancelClimb()
    this.#end(this.#attempt)
    this.#end(this.#climber)
    this.#attempt = this.#climber = null
  }

  #end(attempt: Attempt | null): void {
    attempt?.cancelDeadline()
    attempt?.heartbeat.stop()
    attempt?.link.close()
  }
}

interface Attempt {
  readonly transport: TransportName
  readonly link: Link
  readonly heartbeat: Heartbeat
  readonly since: number
  readonly cancelDeadline: () => void
  /** A frame has come through. */
  proven: boolean
  /** The server has said that it will go, and when to come back. */
  awayMs: number | null
}

const REFUSALS = new Set(['unauthorized', 'origin-refused'])

const NOT_OPENED = closing('The server did not answer in time.')
const SILENT = closing('The server went silent.')
const ASLEEP = closing('The connection did not survive the pause.')
const MOVED: ErrorBody = { code: 'unreachable', message: 'A better connection was found.', retry: true }

function closing(message: string): LinkClose {
  return { kind: 'lost', error: { code: 'unreachable', message, retry: true } }
}
