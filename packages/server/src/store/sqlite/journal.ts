import type { Entry } from '../store.ts'
import type { Database } from './database.ts'

/** Where entries go first: one row for each commit, whatever number of logs it adds to. Merging clears it. */
export interface Journal {
  /** The number of the newest row, or of the newest there was. */
  readonly lastRow: number
  /** Writes the next row, as part of a transaction; `keep` follows once that has succeeded. */
  write(added: readonly Added[]): void
  keep(): void
  /** Removes the rows up to this one. */
  clear(row: number): void
  /** What all rows hold, oldest first. Damaged text gives what can still be read. */
  read(): readonly AddedLines[]
}

export interface Added {
  readonly conversation: number
  readonly entries: readonly Entry[]
}

export interface AddedLines {
  readonly conversation: number
  /** The number of the first entry. */
  readonly first: number
  readonly lines: string[]
}

export function openJournal(db: Database): Journal {
  const insert = db.prepare('insert into journal values (?, ?)')
  const clear = db.prepare('delete from journal where number <= ?')
  const select = db.prepare('select data from journal order by number')
  const last = db.prepare('select coalesce(max(number), 0) as number from journal')
  let lastRow = last.get()!['number'] as number

  return {
    get lastRow() {
      return lastRow
    },
    write: (added) => void insert.run(lastRow + 1, textOf(added)),
    keep: () => void lastRow++,
    clear: (row) => void clear.run(row),
    read: () => select.all().flatMap((row) => linesOf(row['data'] as string)),
  }
}

/** Lines: a conversation's number and that of the first entry, then the entries, which all begin with a brace. */
function textOf(added: readonly Added[]): string {
  let text = ''
  for (const { conversation, entries } of added) {
    text += `${conversation} ${entries[0]!.seq}\n`
    for (const { json } of entries) text += `${json}\n`
  }
  return text
}

function linesOf(text: string): readonly AddedLines[] {
  const added: AddedLines[] = []
  for (const line of text.split('\n')) {
    const head = /^(\d+) (\d+)$/.exec(line)
    if (head) added.push({ conversation: Number(head[1]), first: Number(head[2]), lines: [] })
    else if (line !== '') added.at(-1)?.lines.push(line)
  }
  return added
}
