import { crc32 } from 'node:zlib'
import { storedEntry, unreadableEntry } from '../entry.ts'
import type { Entry } from '../store.ts'
import type { Database } from './database.ts'

/** The logs where they lie for good: rows of several consecutive entries, a line of JSON each. */
export interface Pages {
  /** The number of a log's last entry in pages; 0 when there is none. */
  last(conversation: number): number
  /** Some 32 KiB of what comes after `after`. */
  read(conversation: number, after: number): readonly Entry[]
  /**
   * Writes lines, the first of which has the number `first`, as far as one row goes, and returns how many that were. Those
   * that are there already count as written, so doing it again is harmless.
   */
  write(conversation: number, first: number, lines: readonly string[]): number
  erase(conversation: number): void
}

interface PageRow {
  readonly first_seq: number
  readonly last_seq: number
  readonly crc: number
  readonly data: string
}

/** How much a row holds, and how much one read gives, unless a single entry is larger; in characters. */
const PAGE = 32 * 1024
/** Rows below this size are filled up before a new one is begun. */
const SMALL = 8 * 1024

/** Calls `damaged` whenever it reads a row that is not as it was written. */
export function openPages(db: Database, damaged: (conversation: number) => void): Pages {
  const newest = db.prepare(`
    select first_seq, last_seq, crc, octet_length(data) as size from page where conversation = ?
    order by first_seq desc limit 1`)
  const holding = db.prepare(`
    select first_seq, last_seq, crc, data from page where conversation = ? and first_seq <= ?
    order by first_seq desc limit 1`)
  const insert = db.prepare('insert into page values (?, ?, ?, ?, ?)')
  const extend = db.prepare(`
    update page set last_seq = ?, crc = ?, data = data || ? where conversation = ? and first_seq = ?`)
  const erase = db.prepare('delete from page where conversation = ?')

  return {
    last: (conversation) => (newest.get(conversation)?.['last_seq'] ?? 0) as number,

    read(conversation, after) {
      const found: Entry[] = []
      let seq = after
      for (let size = 0; size <= PAGE - SMALL; ) {
        const row = holding.get(conversation, seq + 1) as PageRow | undefined // of our own schema
        if (!row || row.last_seq <= seq) break
        const isDamaged = crc32(row.data) !== row.crc
        if (isDamaged) damaged(conversation)
        const entries = isDamaged ? salvaged(row, seq) : entriesOf(row, seq)
        const more = entries.reduce((sum, { json }) => sum + json.length, 0)
        if (found.length > 0 && size + more > PAGE) break
        found.push(...entries)
        size += more
        seq = row.last_seq
      }
      return found
    },

    write(conversation, first, lines) {
      const last = newest.get(conversation) as (PageRow & { size: number }) | undefined
      const known = Math.max(0, (last?.last_seq ?? 0) - first + 1)
      if (known >= lines.length) return lines.length
      const isFillable = last && last.size < SMALL && last.size + lines[known]!.length < PAGE
      const end = endOfRow(lines, known, isFillable ? last.size : 0)
      const data = `${lines.slice(known, end).join('\n')}\n`
      const lastSeq = first + end - 1
      if (isFillable) extend.run(lastSeq, crc32(data, last.crc), data, conversation, last.first_seq)
      else insert.run(conversation, first + known, lastSeq, crc32(data), data)
      return end
    },

    erase: (conversation) => void erase.run(conversation),
  }
}

/** Where a row ends that begins with `lines[start]` and holds `size` already. */
function endOfRow(lines: readonly string[], start: number, size: number): number {
  let end = start
  do size += lines[end++]!.length + 1
  while (end < lines.length && size + lines[end]!.length < PAGE)
  return end
}

/** A line cannot be mistaken for a part of another: JSON escapes line feeds. */
function entriesOf({ first_seq, data }: PageRow, after: number): readonly Entry[] {
  const isWhole = after < first_seq
  const start = isWhole ? 0 : data.indexOf(`\n{"seq":${after + 1},`) + 1
  const first = isWhole ? first_seq : after + 1
  return data
    .slice(start, -1)
    .split('\n')
    .map((line, i) => storedEntry(first + i, line))
}

/** What can still be read of a damaged row; the rest keeps its places. */
function salvaged({ first_seq, last_seq, data }: PageRow, after: number): readonly Entry[] {
  const lines = new Map(data.split('\n').map((line) => [seqOf(line), line]))
  const first = Math.max(first_seq, after + 1)
  return Array.from({ length: last_seq - first + 1 }, (_, i) => {
    const line = lines.get(first + i)
    return line === undefined ? unreadableEntry(first + i) : storedEntry(first + i, line)
  })
}

/** The number of the entry in a line, if it is one. */
export function seqOf(line: string): number | undefined {
  try {
    const seq: unknown = JSON.parse(line)?.seq
    return typeof seq === 'number' ? seq : undefined
  } catch {
    return undefined // which is what a damaged line looks like
  }
}
