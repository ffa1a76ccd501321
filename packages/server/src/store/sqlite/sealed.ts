import type { RunId } from '@streambed/protocol'
import type { SealedBlock } from '../store.ts'
import type { Database } from './database.ts'

/** What is kept of events that no client may see, apart from the logs that clients read. */
export interface Sealed {
  add(conversation: number, block: SealedBlock): void
  find(conversation: number, runs: readonly RunId[]): readonly SealedBlock[]
  erase(conversation: number): void
}

export function openSealed(db: Database): Sealed {
  const add = db.prepare('insert into sealed (conversation, run, block, value) values (?, ?, ?, ?)')
  const find = db.prepare(`
    select run, block, value from sealed where conversation = ? and run in (select value from json_each(?))
    order by number`)
  const erase = db.prepare('delete from sealed where conversation = ?')

  return {
    add: (conversation, { run, block, sealed }) => void add.run(conversation, run, block, JSON.stringify(sealed)),
    find: (conversation, runs) =>
      find.all(conversation, JSON.stringify(runs)).map((row) => ({
        run: row['run'] as RunId,
        block: row['block'] as number,
        sealed: JSON.parse(row['value'] as string),
      })),
    erase: (conversation) => void erase.run(conversation),
  }
}
