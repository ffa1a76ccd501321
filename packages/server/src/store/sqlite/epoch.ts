import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import type { Database } from './database.ts'
import type { Mark } from './mark.ts'

/** The logs' identity while this server has them open. */
export interface Epoch {
  readonly id: string
  /**
   * Says that everything is on the disk: whatever happens to the machine now, readers saw nothing that is not there.
   */
  markClean(): void
}

/**
 * Pieces of text are committed without waiting for the disk, so a power cut can take back what readers have seen. A
 * process that ends, however it ends, loses nothing. So the epoch changes when the last server did not end in order and
 * the machine has started again since; also when this database is not the one that it has left, but a copy. Snapshots go with
 * the old epoch.
 */
export function openEpoch(db: Database, mark: Mark, boot: string = bootId()): Epoch {
  const get = db.prepare('select value from meta where name = ?')
  const set = db.prepare('insert into meta values (?, ?) on conflict do update set value = excluded.value')
  const read = (name: string): string | undefined => get.get(name)?.['value'] as string | undefined

  const isWhole = read('state') === 'clean' || read('boot') === boot
  const isCopy = read('mark') !== mark.found
  const known = read('epoch')
  const id = known !== undefined && isWhole && !isCopy ? known : crypto.randomUUID()
  const name = mark.renew() // a crash between this and the next step costs the epoch, no more
  db.transaction('durable', () => {
    if (id !== known) db.prepare('delete from snapshot').run()
    set.run('epoch', id)
    set.run('boot', boot)
    set.run('mark', name)
    set.run('state', 'open')
  })
  return { id, markClean: () => db.transaction('durable', () => set.run('state', 'clean')) }
}

/** Names the machine's current start. Where the system has no name for it: the minute in which it started. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return `started ${Math.round((Date.now() - uptime() * 1000) / 60_000)}`
  }
}
