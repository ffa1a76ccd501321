import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ConversationId, type LoggedEvent, type Owner, type RunId, StreambedError } from '@streambed/protocol'
import type { Bus, Listener } from '../bus/bus.ts'
import type { Entry, Store } from '../store/store.ts'
import type { Accepted } from './engine.ts'

/** How long a lost wake can cost, in milliseconds. */
const POLL_MS = 5_000
const NONE: readonly Entry[] = []

interface Log {
  readonly store: Store
  readonly bus: Bus
}

/** Pages as they come, for one `for await`. */
export interface Pages<Item> extends AsyncIterableIterator<readonly Item[], undefined> {
  next(): Promise<IteratorResult<readonly Item[], undefined>>
  /** Lets go of everything. */
  return(value?: unknown): Promise<IteratorResult<readonly Item[], undefined>>
}

/**
 * Every entry after `after`, in pages: those in the log now, then the new ones as they come, until the signal aborts.
 * The caller has made sure that the owner may read, and that `after` is a place in this log.
 * Throws `not-found` when the conversation is erased meanwhile.
 */
export function follow(
  log: Log,
  owner: Owner,
  conversation: ConversationId,
  after: number,
  signal: AbortSignal,
): Pages<Entry> {
  return new Follower(log, { owner, conversation, after, signal }, (page) => page)
}

/** The events of one run, in batches, from the one that asked for it to its `run-end`. */
export function followRun(
  log: Log,
  owner: Owner,
  { conversation, run, position }: Pick<Accepted, 'conversation' | 'run' | 'position'>,
  signal: AbortSignal,
): Pages<LoggedEvent> {
  const reader = { owner, conversation, after: position.seq - 1, signal }
  return new Follower(log, reader, (page) => eventsOf(page, run), isRunEnd)
}

/** A reader, and where it begins. */
interface Reader {
  readonly owner: Owner
  readonly conversation: ConversationId
  readonly after: number
  readonly signal: AbortSignal
}

/**
 * As generators these would be two, one in the other, and each piece of an answer would go from promise to promise seven times
 * on its way through them; here it goes twice (docs/decisions/0004-token-path.md).
 */
class Follower<Item> implements Pages<Item> {
  readonly #log: Log
  readonly #reader: Reader
  readonly #pick: (page: readonly Entry[]) => readonly Item[]
  readonly #isLast: (item: Item) => boolean
  #wakes: Listener | undefined
  #after: number
  /** The last page came with a wake: until the next one there is nothing to read. */
  #isCurrent = false
  #mayGoOn = true
  #isOver = false

  constructor(
    log: Log,
    reader: Reader,
    pick: (page: readonly Entry[]) => readonly Item[],
    isLast: (item: Item) => boolean = () => false,
  ) {
    this.#log = log
    this.#reader = reader
    this.#after = reader.after
    this.#pick = pick
    this.#isLast = isLast
  }

  async next(): Promise<IteratorResult<readonly Item[], undefined>> {
    const { store, bus } = this.#log
    const { owner, conversation, signal } = this.#reader
    try {
      while (!this.#isOver) {
        this.#wakes ??= bus.listen(conversation) // before the first read, so that nothing falls between
        if (!this.#mayGoOn) await nextTurn() // a long log is read among others, not before them
        signal.throwIfAborted()
        const carried = this.#isCurrent ? from(this.#after, await this.#wakes.next(signal, POLL_MS)) : NONE
        this.#isCurrent = carried[0]?.seq === this.#after + 1
        const page = this.#isCurrent ? carried : await store.read(conversation, this.#after)
        this.#mayGoOn = this.#isCurrent || page.length === 0
        if (page.length > 0) {
          this.#after = page.at(-1)!.seq
          const value = this.#pick(page)
          if (value.length === 0) continue
          if (this.#isLast(value.at(-1)!)) this.#close()
          return { done: false, value }
        }
        if (!(await store.find(owner, conversation))) throw new StreambedError('not-found')
        this.#isCurrent = true
      }
    } catch (error) {
      this.#close()
      throw error
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<readonly Item[], undefined>> {
    this.#close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #close(): void {
    this.#isOver = true
    this.#wakes?.[Symbol.dispose]()
  }
}

/** Where in a log to read on from. Throws `position-lost` for a place that this log does not have (P5). */
export async function checkPosition(
  { store }: Pick<Log, 'store'>,
  owner: Owner,
  conversation: ConversationId,
  { epoch = store.epoch, seq }: { readonly epoch?: string | undefined; readonly seq: number },
): Promise<{ readonly after: number; readonly end: number }> {
  const found = await store.find(owner, conversation)
  if (!found) throw new StreambedError('not-found')
  if (epoch !== store.epoch || seq > found.seq) throw new StreambedError('position-lost')
  return { after: seq, end: found.seq }
}

/** What a wake carried may begin with what was read already. */
function from(after: number, carried: readonly Entry[]): readonly Entry[] {
  return carried.length > 0 && carried[0]!.seq <= after ? carried.filter((entry) => entry.seq > after) : carried
}

function eventsOf(page: readonly Entry[], run: RunId): readonly LoggedEvent[] {
  const events: LoggedEvent[] = []
  for (const { event } of page) {
    if (!('run' in event) || event.run !== run) continue
    events.push(event)
    if (isRunEnd(event)) break // a form may be asked again behind it, and old logs may have a stop there
  }
  return events
}

function isRunEnd({ type }: LoggedEvent): boolean {
  return type === 'run-end'
}
