import { storedEntry, unreadableEntry } from '../entry.ts'
import type { Entry } from '../store.ts'
import type { Database } from './database.ts'
import { openPages, seqOf } from './pages.ts'

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

export const MERGE: MergeOptions = { afterMs: 1000, entries: 8000, size: 4 * 1024 * 1024, sliceMs: 4 }

/** While merging fails, up to this many times what would start it is taken, then no more. */
const MAX_BACKLOG = 4
/** How much of the newest entries one read gives, in characters. */
const PAGE = 32 * 1024

interface Added {
  readonly conversation: number
  readonly entries: readonly Entry[]
}

export function openLog(db: Database, options: MergeOptions = MERGE): EventLog {
  const pages = openPages(db)
  const insert = db.prepare('insert into journal values (?, ?)')
  const clear = db.prepare('delete from journal where number <= ?')
  const setSeq = db.prepare('update conversation set seq = ?1 where number = ?2 and seq < ?1')

  /** The newest entries of each log, those that are not in pages. */
  const tails = new Map<number, Tail>()
  let added: Added[] = []
  let entryCount = 0
  let size = 0
  let lastRow = 0
  let round: Round | undefined
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  let trouble: unknown

  recover()

  return {
    add(conversation, entries) {
      added.push({ conversation, entries })
    },

    write() {
      if (added.length === 0) return
      if (trouble && (entryCount > options.entries * MAX_BACKLOG || size > options.size * MAX_BACKLOG)) throw trouble
      insert.run(lastRow + 1, journalText(added))
    },

    keep() {
      if (added.length === 0) return
      lastRow++
      for (const { conversation, entries } of added) hold(conversation, entries)
      added = []
      if (!round) schedule(entryCount >= options.entries || size >= options.size ? 0 : options.afterMs)
    },

    drop() {
      added = []
    },

    read(conversation, after) {
      const tail = tails.get(conversation)
      return tail && after + 1 >= tail.first ? newest(tail, after) : pages.read(conversation, after)
    },

    isBehind: (conversation) => tails.has(conversation),

    erase: (conversation) => pages.erase(conversation),

    forget(conversation) {
      release(conversation, tails.get(conversation)?.lines.length ?? 0)
      if (lastRow > 0) schedule(0) // the journal holds it still
    },

    merge: mergeAll,

    [Symbol.dispose]() {
      clearTimeout(timer)
      clearImmediate(immediate)
    },
  }

  function hold(conversation: number, entries: readonly Entry[]): void {
    const tail = tailOf(conversation, entries[0]!.seq)
    entryCount += entries.length
    for (const { json } of entries) {
      tail.lines.push(json)
      size += json.length
    }
  }

  function tailOf(conversation: number, first: number): Tail {
    const tail = tails.get(conversation) ?? { first, lines: [] }
    tails.set(conversation, tail)
    return tail
  }

  function release(conversation: number, count: number): void {
    const tail = tails.get(conversation)
    if (!tail) return
    for (const json of tail.lines.splice(0, count)) {
      entryCount--
      size -= json.length
    }
    tail.first += count
    if (tail.lines.length === 0) tails.delete(conversation)
  }

  /** A round merges what is there when it begins, slice by slice, so that the event loop is never held for long. */
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
    else if (tails.size > 0) schedule(options.afterMs)
  }

  /** One transaction for everything, which also does with less room: what the journal held is free for pages. */
  function mergeAll(): void {
    round = undefined
    merge(newRound(), Number.POSITIVE_INFINITY)
  }

  function newRound(): Round {
    return { lastRow, left: new Map(Array.from(tails, ([conversation, { lines }]) => [conversation, lines.length])) }
  }

  /** One transaction: at least one row, then as many as there is time for. The last one also clears the journal. */
  function merge(round: Round, deadline: number): void {
    const merged = new Map<number, number>()
    db.transaction('lazy', () => {
      if (deadline === Number.POSITIVE_INFINITY) clear.run(round.lastRow)
      for (const [conversation, count] of round.left) {
        const { first, lines } = tails.get(conversation) ?? NO_TAIL // none if erased meanwhile
        const end = Math.min(count, lines.length)
        let done = 0
        while (done < end) {
          done += pages.write(conversation, first + done, lines.slice(done, end))
          merged.set(conversation, done)
          if (performance.now() >= deadline) break
        }
        if (done > 0) setSeq.run(first + done - 1, conversation)
        if (done < end) return
        merged.set(conversation, count)
        if (merged.size < round.left.size && performance.now() >= deadline) return
      }
      clear.run(round.lastRow)
    })
    for (const [conversation, count] of merged) {
      release(conversation, count)
      const left = round.left.get(conversation)! - count
      if (left > 0) round.left.set(conversation, left)
      else round.left.delete(conversation)
    }
  }

  /** Takes in what the last server left in the journal. */
  function recover(): void {
    const rows = db.prepare('select number, data from journal order by number').all()
    const isThere = db.prepare('select 1 from conversation where number = ?')
    const last = new Map<number, number>()
    for (const row of rows) {
      lastRow = row['number'] as number
      for (const { conversation, first, lines } of addedLines(row['data'] as string)) {
        if (!isThere.get(conversation)) continue // erased
        let seq = last.get(conversation) ?? pages.last(conversation)
        const entries: Entry[] = []
        for (const [i, line] of lines.entries()) {
          if (first + i <= seq) continue // in pages already
          seq = first + i
          entries.push(seqOf(line) === seq ? storedEntry(seq, line) : unreadableEntry(seq))
        }
        last.set(conversation, seq)
        if (entries.length > 0) hold(conversation, entries)
      }
    }
    if (rows.length > 0) mergeAll()
  }
}

interface Round {
  /** The last row of the journal whose entries are all in this round. */
  readonly lastRow: number
  /** How many entries of each log are still to be merged. */
  readonly left: Map<number, number>
}

/** Entries as lines of JSON, the first one's number before them: their objects are not worth keeping. */
interface Tail {
  first: number
  readonly lines: string[]
}

const NO_TAIL: Tail = { first: 0, lines: [] }

function newest({ first, lines }: Tail, after: number): readonly Entry[] {
  const start = after + 1 - first
  let end = start
  for (let size = 0; end < lines.length; end++) {
    size += lines[end]!.length
    if (size > PAGE && end > start) break
  }
  return lines.slice(start, end).map((line, i) => storedEntry(after + 1 + i, line))
}

/** Lines: a conversation's number and that of the first entry, then the entries, which all begin with a brace. */
function journalText(added: readonly Added[]): string {
  let text = ''
  for (const { conversation, entries } of added) {
    text += `${conversation} ${entries[0]!.seq}\n`
    for (const { json } of entries) text += `${json}\n`
  }
  return text
}

interface AddedLines {
  readonly conversation: number
  readonly first: number
  readonly lines: string[]
}

function addedLines(text: string): readonly AddedLines[] {
  const added: AddedLines[] = []
  for (const line of text.split('\n')) {
    const head = /^(\d+) (\d+)$/.exec(line)
    if (head) added.push({ conversation: Number(head[1]), first: Number(head[2]), lines: [] })
    else if (line !== '') added.at(-1)?.lines.push(line)
  }
  return added
}
