import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ConversationId, type LoggedEvent, type Owner, type RunId, StreambedError } from '@streambed/protocol'
import type { Bus } from '../bus/bus.ts'
import type { Entry, Store } from '../store/store.ts'
import type { Accepted } from './engine.ts'

/** How long a lost wake can cost, in milliseconds. */
const POLL_MS = 5_000
const NONE: readonly Entry[] = []

interface Log {
  readonly store: Store
  readonly bus: Bus
}

/**
 * Every entry after `after`, in pages: those in the log now, then the new ones as they come, until the signal aborts.
 * The caller has made sure that the owner may read, and that `after` is a place in this log.
 * Throws `not-found` when the conversation is erased meanwhile.
 */
export async function* follow(
  { store, bus }: Log,
  owner: Owner,
  conversation: ConversationId,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Entry[]> {
  using wakes = bus.listen(conversation) // before the first read, so that nothing falls between
  /** The last page came with a wake: until the next one there is nothing to read. */
  let isCurrent = false

  while (true) {
    yield await next() // and no variable here: a page would stay in memory for as long as its reader stands still
    if (!isCurrent) await nextTurn() // a long log is read among others, not before them
  }

  async function next(): Promise<readonly Entry[]> {
    while (true) {
      signal.throwIfAborted()
      const carried = isCurrent ? from(after, await wakes.next(signal, POLL_MS)) : NONE
      isCurrent = carried[0]?.seq === after + 1
      const page = isCurrent ? carried : await store.read(conversation, after)
      if (page.length > 0) {
        after = page.at(-1)!.seq
        return page
      }
      if (!(await store.find(owner, conversation))) throw new StreambedError('not-found')
      isCurrent = true
    }
  }
}

/** The events of one run, in batches, from the one that asked for it to its `run-end`. */
export async function* followRun(
  log: Log,
  owner: Owner,
  { conversation, run, position }: Pick<Accepted, 'conversation' | 'run' | 'position'>,
  signal: AbortSignal,
): AsyncGenerator<readonly LoggedEvent[]> {
  for await (const page of follow(log, owner, conversation, position.seq - 1, signal)) {
    const events = eventsOf(page, run)
    if (events.length > 0) yield events
    if (events.at(-1)?.type === 'run-end') return
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
  for (const { event } of page) if ('run' in event && event.run === run) events.push(event)
  return events
}
