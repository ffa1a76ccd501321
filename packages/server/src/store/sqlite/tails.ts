import { storedEntry } from '../entry.ts'
import type { Entry } from '../store.ts'

/** The newest entries of each log in memory: those that are not in pages yet. */
export interface Tails {
  /** How many entries there are in all, and how long they are together, in characters. */
  readonly count: number
  readonly size: number
  get(conversation: number): Tail | undefined
  /** How many entries each log has here. */
  counts(): Map<number, number>
  hold(conversation: number, entries: readonly Entry[]): void
  /** Lets go of a log's oldest entries here, all if no number is given. */
  release(conversation: number, count?: number): void
}

/** Entries as lines of JSON, the first one's number before them: their objects are not worth keeping. */
export interface Tail {
  readonly first: number
  readonly lines: readonly string[]
}

/** How much of a tail one read gives, in characters. */
const PAGE = 32 * 1024

export function openTails(): Tails {
  const tails = new Map<number, { first: number; readonly lines: string[] }>()
  let count = 0
  let size = 0

  return {
    get count() {
      return count
    },
    get size() {
      return size
    },
    get: (conversation) => tails.get(conversation),
    counts: () => new Map(Array.from(tails, ([conversation, { lines }]) => [conversation, lines.length])),

    hold(conversation, entries) {
      const tail = tails.get(conversation) ?? { first: entries[0]!.seq, lines: [] }
      tails.set(conversation, tail)
      count += entries.length
      for (const { json } of entries) {
        tail.lines.push(json)
        size += json.length
      }
    },

    release(conversation, released = Number.POSITIVE_INFINITY) {
      const tail = tails.get(conversation)
      if (!tail) return
      for (const json of tail.lines.splice(0, released)) {
        count--
        size -= json.length
      }
      tail.first += released
      if (tail.lines.length === 0) tails.delete(conversation)
    },
  }
}

/** Some 32 KiB of what comes after `after`, which is right before the tail or in it. */
export function readTail({ first, lines }: Tail, after: number): readonly Entry[] {
  const start = after + 1 - first
  let end = start
  for (let size = 0; end < lines.length; end++) {
    size += lines[end]!.length
    if (size > PAGE && end > start) break
  }
  return lines.slice(start, end).map((line, i) => storedEntry(after + 1 + i, line))
}
