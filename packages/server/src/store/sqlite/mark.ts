import { rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * A file beside the database, made anew at each start, by which the database knows that it is as the last server left it. Beside a copy
 * lies another file, and beside an older state that was put back as well. The database's own file would not tell: a backup may have
 * been written over it.
 */
export interface Mark {
  /** What names the one that lies there; undefined where none does. */
  readonly found: string | undefined
  /** Puts another one in its place, and names it. */
  renew(): string
}

export function openMark(database: string): Mark {
  if (database === ':memory:') return { found: undefined, renew: () => '' }
  const path = `${database}-mark`
  return {
    found: nameOf(path),

    renew() {
      rmSync(path, { force: true })
      writeFileSync(path, TEXT, { mode: 0o600 })
      return nameOf(path)!
    },
  }
}

const TEXT = 'Without this file, or with a copy of it, the log gets a new epoch, and clients read anew.\n'

/** Numbers of files are used again, so its birth belongs to it. Where a file system does not note that, it has not changed since. */
function nameOf(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false })
  return file && `${file.ino} ${file.birthtimeNs || file.mtimeNs}`
}
