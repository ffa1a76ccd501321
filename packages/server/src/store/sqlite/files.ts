import type { Conversation, FileId } from '@streambed/protocol'
import type { FileInfo, StoredFile } from '../store.ts'
import type { Database } from './database.ts'

/** What lies beside the logs: folds that save reading them, and the bytes that messages name. */
export interface Files {
  snapshot(conversation: number): Conversation | undefined
  saveSnapshot(conversation: number, fold: Conversation): void

  find(owner: number, file: FileId): StoredFile | undefined
  /** By id, from the one after `after` on. */
  list(owner: number, after: string, limit: number): FileInfo[]
  /** What the files of an owner take up, in bytes. */
  taken(owner: number): number
  /** Makes room first: files that no message has named for a week go. */
  save(owner: number, file: StoredFile, now: number): void
  /** Ties a file to a conversation that names it. */
  use(owner: number, conversation: number, file: FileId): void
  /** Removes the snapshot, and the files that no other conversation of this owner's names. */
  erase(conversation: number): void
}

/** How long a file is kept that was uploaded and not sent. */
const UNUSED_MS = 7 * 24 * 60 * 60 * 1000

interface FileRow {
  readonly id: FileId
  readonly media_type: string
  readonly name: string
}

export function openFiles(db: Database): Files {
  const snapshot = db.prepare('select data from snapshot where conversation = ?')
  const saveSnapshot = db.prepare(`
    insert into snapshot values (?, ?, ?)
    on conflict do update set seq = excluded.seq, data = excluded.data where seq < excluded.seq`)
  const find = db.prepare('select id, media_type, name, bytes from file where owner = ? and id = ?')
  const list = db.prepare(`
    select id, media_type, name, length(bytes) as size from file where owner = ? and id > ? order by id limit ?`)
  const taken = db.prepare('select bytes from storage where owner = ?')
  const save = db.prepare(`
    insert into file (owner, id, media_type, name, saved_at, bytes) values (?, ?, ?, ?, ?, ?)
    on conflict do update set media_type = excluded.media_type, name = excluded.name, bytes = excluded.bytes`)
  const prune = db.prepare('delete from file where is_used = 0 and saved_at < ?')
  const use = db.prepare('insert or ignore into file_use values (?, ?, ?)')
  const setUsed = db.prepare('update file set is_used = 1 where owner = ? and id = ?')
  const eraseFiles = db.prepare(`
    delete from file where (owner, id) in (select owner, file from file_use where conversation = ?1)
    and not exists (
      select 1 from file_use
      where file_use.owner = file.owner and file_use.file = file.id and file_use.conversation <> ?1)`)
  const eraseRest = ['file_use', 'snapshot'].map((table) => db.prepare(`delete from ${table} where conversation = ?`))

  return {
    snapshot(conversation) {
      const data = snapshot.get(conversation)?.['data'] as string | undefined
      return data === undefined ? undefined : (JSON.parse(data) as Conversation) // as we wrote it
    },
    saveSnapshot: (conversation, fold) => void saveSnapshot.run(conversation, fold.position.seq, JSON.stringify(fold)),

    find(owner, file) {
      const row = find.get(owner, file) as (FileRow & { readonly bytes: Uint8Array }) | undefined
      return row && { id: row.id, mediaType: row.media_type, name: row.name, bytes: row.bytes }
    },
    list(owner, after, limit) {
      const rows = list.all(owner, after, limit) as unknown as (FileRow & { readonly size: number })[] // as selected
      return rows.map(({ id, media_type, name, size }) => ({ id, mediaType: media_type, name, size }))
    },
    taken: (owner) => (taken.get(owner)?.['bytes'] as number | undefined) ?? 0,
    save(owner, { id, mediaType, name, bytes }, now) {
      prune.run(now - UNUSED_MS)
      save.run(owner, id, mediaType, name.toWellFormed().replaceAll('\0', '\uFFFD'), now, bytes)
    },
    use(owner, conversation, file) {
      use.run(owner, file, conversation)
      setUsed.run(owner, file)
    },

    erase(conversation) {
      eraseFiles.run(conversation)
      for (const statement of eraseRest) statement.run(conversation)
    },
  }
}
