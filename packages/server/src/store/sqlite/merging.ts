import type { Database } from './database.ts'
import type { Journal } from './journal.ts'
import type { Pages } from './pages.ts'
import type { Tail, Tails } from './tails.ts'

/**
 * Moves entries from memory and the journal into pages, round by round. A round merges what is there when it begins, slice by
 * slice, so that the event loop is never held for long.
 */
export interface Merging extends Disposable {
  /** Sees to it that a round begins: in a while, or in the next turn where much waits already. */
  begin(): void
  beginSoon(): void
  /** Merges everything now. */
  all(): void
  /** @throws what has stood in the way of merging, once far too much waits for it. */
  check(): void
}

/** When entries leave memory and the journal for pages. */
export interface MergeOptions {
  /** After how many milliseconds. */
  readonly afterMs: number
  /** From how many entries on it happens at once. */
  readonly entries: number
  /** The same for their size, in characters. */
  readonly size: number
  /** How long it may keep the event loop from everything else at a time, in milliseconds. */
  readonly sliceMs: number
}

const MERGE: MergeOptions = { afterMs: 1000, entries: 20_000, size: 4 * 1024 * 1024, sliceMs: 4 }

/** While merging fails, up to this many times what would start it is taken, then no more. */
const MAX_BACKLOG = 4

interface Round {
  /** The last row of the journal whose entries are all in this round. */
  readonly lastRow: number
  /** How many entries of each log are still to be merged. */
  readonly left: Map<number, number>
}

export function openMerging(
  db: Database,
  journal: Journal,
  tails: Tails,
  pages: Pages,
  options: MergeOptions = MERGE,
): Merging {
  const setSeq = db.prepare('update conversation set seq = ?1 where number = ?2 and seq < ?1')
  let round: Round | undefined
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  let trouble: unknown

  return {
    begin() {
      if (!round) schedule(tails.count >= options.entries || tails.size >= options.size ? 0 : options.afterMs)
    },
    beginSoon: () => schedule(0),
    all: mergeAll,
    check() {
      if (!trouble) return
      if (tails.count > options.entries * MAX_BACKLOG || tails.size > options.size * MAX_BACKLOG) throw trouble
    },
    [Symbol.dispose]() {
      clearTimeout(timer)
      clearImmediate(immediate)
    },
  }

  function schedule(ms: number): void {
    if (ms > 0) timer ??= setTimeout(mergeSlice, ms).unref()
    else immediate ??= setImmediate(mergeSlice)
  }

  function mergeSlice(): void {
    clearTimeout(timer)
    timer = immediate = undefined
    try {
      if (trouble) mergeAll()
      else merge((round ??= newRound()), performance.now() + options.sliceMs)
      trouble = undefined
    } catch (error) {
      trouble = error // told to whoever appends, should it last
      round = undefined
      schedule(options.afterMs)
      return
    }
    if (round?.left.size === 0) round = undefined
    if (round) schedule(0)
    else if (tails.count > 0) schedule(options.afterMs)
  }

  /** One transaction for everything, which also does with less room: what the journal held is free for pages. */
  function mergeAll(): void {
    round = undefined
    merge(newRound(), Number.POSITIVE_INFINITY)
  }

  function newRound(): Round {
    return { lastRow: journal.lastRow, left: tails.counts() }
  }

  /** One transaction, and what follows from it in memory. */
  function merge({ lastRow, left }: Round, deadline: number): void {
    const merged = db.transaction('lazy', () => {
      if (deadline === Number.POSITIVE_INFINITY) journal.clear(lastRow)
      const merged = mergeLogs(left, deadline)
      if (isAll(left, merged)) journal.clear(lastRow)
      return merged
    })
    for (const [conversation, count] of merged) {
      tails.release(conversation, count)
      const rest = left.get(conversation)! - count
      if (rest > 0) left.set(conversation, rest)
      else left.delete(conversation)
    }
  }

  /** At least one row, then as many as there is time for. Returns how many entries of each log that were. */
  function mergeLogs(left: Round['left'], deadline: number): ReadonlyMap<number, number> {
    const merged = new Map<number, number>()
    for (const [conversation, count] of left) {
      merged.set(conversation, mergeLog(conversation, count, deadline))
      if (performance.now() >= deadline) break
    }
    return merged
  }

  function mergeLog(conversation: number, count: number, deadline: number): number {
    const { first, lines } = tails.get(conversation) ?? NO_TAIL // none if erased meanwhile
    const end = Math.min(count, lines.length)
    let done = 0
    while (done < end) {
      done += pages.write(conversation, first + done, lines.slice(done, end))
      if (performance.now() >= deadline) break
    }
    if (done > 0) setSeq.run(first + done - 1, conversation)
    return done < end ? done : count
  }
}

const NO_TAIL: Tail = { first: 0, lines: [] }

function isAll(left: Round['left'], merged: ReadonlyMap<number, number>): boolean {
  return merged.size === left.size && [...left].every(([conversation, count]) => merged.get(conversation) === count)
}
