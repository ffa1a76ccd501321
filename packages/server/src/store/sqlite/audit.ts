import type { AuditEntry, AuditKind, AuditListOptions, NewAuditEntry } from '../audit.ts'
import { AuditCursor, checkLimit, decodeCursor, encodeCursor } from '../cursor.ts'
import type { Page } from '../store.ts'
import type { Database } from './database.ts'

/** What `AuditStore` does, inside a transaction of the caller's. */
export interface Audit {
  add(entry: NewAuditEntry, at: string): void
  list(org: string, options: AuditListOptions): Page<AuditEntry>
  prune(before: string): number
}

interface Row {
  readonly number: number
  readonly at: string
  readonly org: string
  readonly user: string | null
  readonly kind: AuditKind
  readonly data: string
}

export function openAudit(db: Database): Audit {
  const add = db.prepare('insert into audit (at, org, user, kind, data) values (?, ?, ?, ?, ?)')
  const list = db.prepare(`
    select * from audit
    where org = ?1 and number < ?2 and kind = coalesce(?3, kind) and (?4 is null or user = ?4)
      and (?5 is null or at >= ?5) and (?6 is null or at < ?6)
    order by number desc limit ?7`)
  const prune = db.prepare('delete from audit where at < ?')

  return {
    add: ({ org, user, kind, data }, at) => void add.run(at, org, user, kind, JSON.stringify(data)),
    list(org, { kind = null, user = null, from = null, to = null, cursor, limit }) {
      checkLimit(limit)
      const [, before] = cursor === undefined ? ['audit', Number.MAX_SAFE_INTEGER] : decodeCursor(AuditCursor, cursor)
      const rows = list.all(org, before, kind, user, from, to, limit + 1) as unknown as Row[] // of our own schema
      const items = rows.slice(0, limit).map((row) => ({ ...row, data: JSON.parse(row.data) }))
      return { items, cursor: rows.length > limit ? encodeCursor(['audit', items.at(-1)!.number]) : null }
    },
    prune: (before) => Number(prune.run(before).changes),
  }
}
