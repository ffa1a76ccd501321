import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { StreambedError } from '@streambed/protocol'
import { migrate } from './migrations.ts'

/** The database of one server. */
export interface Database extends Disposable {
  prepare(sql: string): StatementSync
  /**
   * Runs `work` as one transaction. `durable` waits for the disk; otherwise a power cut, though no crash of this
   * process, may take the transaction back together with all later ones.
   *
   * @throws StreambedError `store-failed` when SQLite cannot; nothing of it has happened then.
   */
  transaction<Result>(durability: Durability, work: () => Result): Result
  /** Moves what was written from the write-ahead log to its place. */
  checkpoint(): void
}

export type Durability = 'durable' | 'lazy'

/**
 * Opens a database for this process alone, making it if there is none. `:memory:` lives as long as it is open.
 *
 * @throws Error when another server has it open, or a newer version wrote it.
 */
export function openDatabase(path: string, maxBytes?: number): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    // The lock comes first: in exclusive mode the write-ahead log's index is in this process, and nobody else gets in.
    db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal')
    db.exec('begin immediate; commit; pragma cache_size = -16384; pragma wal_autocheckpoint = 2000')
    migrate(db, path)
    if (maxBytes !== undefined) limitSize(db, maxBytes)
  } catch (error) {
    db.close()
    throw refusalOf(error, path)
  }

  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  let synchronous: Durability = 'lazy'
  setSynchronous('durable')

  return {
    prepare: (sql) => db.prepare(sql),

    transaction(durability, work) {
      try {
        setSynchronous(durability)
        begin.run()
        const result = work()
        commit.run()
        return result
      } catch (error) {
        if (db.isOpen && db.isTransaction) db.exec('rollback')
        throw failure(error)
      }
    },

    checkpoint() {
      db.exec('pragma wal_checkpoint(truncate)')
    },

    [Symbol.dispose]: () => db.close(),
  }

  function setSynchronous(durability: Durability): void {
    if (durability === synchronous) return
    db.exec(`pragma synchronous = ${durability === 'durable' ? 'full' : 'normal'}`)
    synchronous = durability
  }
}

function limitSize(db: DatabaseSync, bytes: number): void {
  const pageSize = Number(db.prepare('pragma page_size').get()!['page_size'])
  db.exec(`pragma max_page_count = ${Math.ceil(bytes / pageSize)}`)
}

/**
 * Reads outside of a transaction.
 *
 * @throws StreambedError `store-failed` when SQLite cannot.
 */
export function query<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw failure(error)
  }
}

/** What SQLite says, as a failure that clients know; anything else as it is. */
function failure(error: unknown): unknown {
  return error instanceof Error && 'code' in error && SQLITE_CODES.has(error.code)
    ? new StreambedError('store-failed', undefined, { cause: error })
    : error
}

/** An error in SQLite, or a database that is closed. */
const SQLITE_CODES = new Set<unknown>(['ERR_SQLITE_ERROR', 'ERR_INVALID_STATE'])

/** How long a server waits for the one before it to let go. */
const BUSY_MS = 500

/** Why a database cannot be opened, in words for whoever starts the server. */
function refusalOf(error: unknown, path: string): unknown {
  switch (error instanceof Error && 'errcode' in error && error.errcode) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new Error(
        `${path} is in use by another Streambed server. Stop that one, or name another data directory; ` +
          'commands such as `streambed log` ask it with --url.',
        { cause: error },
      )
    case SQLITE_NOTADB:
      return new Error(`${path} is not a database. Move it away, or name another data directory.`, { cause: error })
    default:
      return error
  }
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_NOTADB = 26
