import { storedEntry, unreadableEntry } from '../entry.ts'
import type { Entry } from '../store.ts'
import type { Database } from './database.ts'
import { type Added, type AddedLines, openJournal } from './journal.ts'
import { type MergeOptions, openMerging } from './merging.ts'
import { openPages, seqOf } from './pages.ts'
import { openTails, readTail } from './tails.ts'

/**
 * The logs of all conversations, by their numbers. A commit writes one row to the journal, whatever number of logs it
 * adds to; from memory, where the newest entries are kept too, they are merged into pages soon after, and the journal
 * forgets them. What a crash leaves in the journal is merged at the next start.
 */
export interface EventLog extends Disposable {
  /**
   * Adds to a log, as part of the transaction under way: `write` puts it into the journal, `keep` or `drop` follow its
   * end.
   */
  add(conversation: number, entries: readonly Entry[]): void
  write(): void
  keep(): void
  drop(): void
  /** Some 32 KiB of what comes after `after`. */
  read(conversation: number, after: number): readonly Entry[]
  /** Whether a conversation has entries that are only in the journal and in memory. */
  isBehind(conversation: number): boolean
  /** Removes a log, as part of a transaction; `forget` follows once that has succeeded. */
  erase(conversation: number): void
  forget(conversation: number): void
  /** Merges everything now. */
  merge(): void
}

export function openLog(db: Database, damaged: (conversation: number) => void, options?: MergeOptions): EventLog {
  const journal = openJournal(db)
  const tails = openTails()
  const pages = openPages(db, damaged)
  const merging = openMerging(db, journal, tails, pages, options)
  let added: Added[] = []

  recover()

  return {
    add(conversation, entries) {
      added.push({ conversation, entries })
    },

    write() {
      if (added.length === 0) return
      merging.check()
      journal.write(added)
    },

    keep() {
      if (added.length === 0) return
      journal.keep()
      for (const { conversation, entries } of added) tails.hold(conversation, entries)
      added = []
      merging.begin()
    },

    drop() {
      added = []
    },

    read(conversation, after) {
      const tail = tails.get(conversation)
      return tail && after + 1 >= tail.first ? readTail(tail, after) : pages.read(conversation, after)
    },

    isBehind: (conversation) => tails.get(conversation) !== undefined,

    erase: (conversation) => pages.erase(conversation),

    forget(conversation) {
      tails.release(conversation)
      if (journal.lastRow > 0) merging.beginSoon() // the journal holds it still
    },

    merge: merging.all,

    [Symbol.dispose]: merging[Symbol.dispose],
  }

  /** Takes in what the last server left in the journal. */
  function recover(): void {
    const left = journal.read()
    const isThere = db.prepare('select 1 from conversation where number = ?')
    const last = new Map<number, number>()
    for (const lines of left) {
      const { conversation } = lines
      if (!isThere.get(conversation)) continue // erased
      const seq = last.get(conversation) ?? pages.last(conversation)
      const entries = entriesAfter(seq, lines, () => damaged(conversation))
      last.set(conversation, entries.at(-1)?.seq ?? seq)
      if (entries.length > 0) tails.hold(conversation, entries)
    }
    if (journal.lastRow > 0) merging.all()
  }
}

/** Those that are in no page yet. */
function entriesAfter(last: number, { first, lines }: AddedLines, damaged: () => void): readonly Entry[] {
  const start = Math.max(0, last + 1 - first)
  return lines.slice(start).map((line, i) => {
    const seq = first + start + i
    if (seqOf(line) === seq) return storedEntry(seq, line)
    damaged()
    return unreadableEntry(seq)
  })
}
