import { setImmediate as turn } from 'node:timers/promises'
import type { AuditEntry, AuditKind, AuditListOptions, NewAuditEntry } from '../audit.ts'
import { type AuditCheck, type AuditHead, auditHash, NO_HASH, WHY } from '../audit-chain.ts'
import { AuditCursor, checkLimit, decodeCursor, encodeCursor } from '../cursor.ts'
import type { Page } from '../store.ts'
import type { Database } from './database.ts'

/** What `AuditStore` does, inside a transaction of the caller's. */
export interface Audit {
  add(entry: NewAuditEntry, at: string): void
  list(org: string, options: AuditListOptions): Page<AuditEntry>
  prune(before: string): number
  /** Reads page by page, so that others have their turn. */
  verify(noted?: AuditHead): Promise<AuditCheck>
}

interface Row {
  readonly number: number
  readonly at: string
  readonly org: string
  readonly user: string | null
  readonly kind: AuditKind
  readonly data: string
  /** Null in entries that are older than the chain. */
  readonly hash: string | null
}

/** How many entries are looked at in one turn. */
const PAGE = 1_000

export function openAudit(db: Database): Audit {
  const add = db.prepare('insert into audit (at, org, user, kind, data, hash) values (?, ?, ?, ?, ?, ?)')
  const last = db.prepare(`
    select coalesce((select hash from audit order by number desc limit 1), (select hash from audit_base)) as hash`)
  const list = db.prepare(`
    select number, at, org, user, kind, data from audit
    where org = ?1 and number < ?2 and kind = coalesce(?3, kind) and (?4 is null or user = ?4)
      and (?5 is null or at >= ?5) and (?6 is null or at < ?6)
    order by number desc limit ?7`)
  const firstKept = db.prepare('select coalesce(min(number), 9007199254740991) as number from audit where at >= ?')
  const keepBase = db.prepare(`
    insert or replace into audit_base
    select 1, number, hash from audit where number < ? and hash is not null order by number desc limit 1`)
  const prune = db.prepare('delete from audit where number < ?')
  const base = db.prepare('select number, hash from audit_base')
  const page = db.prepare('select * from audit where number > ? and number <= ? order by number limit ?')
  const newest = db.prepare("select coalesce(max(seq), 0) as number from sqlite_sequence where name = 'audit'")

  return {
    add({ org, user, kind, data }, at) {
      const json = JSON.stringify(data)
      const before = (last.get()!['hash'] as string | null) ?? NO_HASH
      add.run(at, org, user, kind, json, auditHash(before, { at, org, user, kind, data: json }))
    },
    list(org, { kind = null, user = null, from = null, to = null, cursor, limit }) {
      checkLimit(limit)
      const [, before] = cursor === undefined ? ['audit', Number.MAX_SAFE_INTEGER] : decodeCursor(AuditCursor, cursor)
      const rows = list.all(org, before, kind, user, from, to, limit + 1) as unknown as Row[] // of our own schema
      const items = rows.slice(0, limit).map((row) => ({ ...row, data: JSON.parse(row.data) }))
      return { items, cursor: rows.length > limit ? encodeCursor(['audit', items.at(-1)!.number]) : null }
    },
    prune(before) {
      const first = firstKept.get(before)!['number'] as number
      keepBase.run(first)
      return Number(prune.run(first).changes)
    },
    async verify(noted) {
      const until = newest.get()!['number'] as number
      const begun = base.get() as AuditHead | undefined
      let head: AuditHead | null = begun ? { ...begun } : null
      let entries = 0
      const broken = (number: number, why: string): AuditCheck => ({ entries, head, broken: { number, why } })
      for (let after = 0; ; await turn()) {
        const rows = page.all(after, until, PAGE) as unknown as Row[]
        for (const { number, hash, ...row } of rows) {
          entries++
          after = number
          if (hash === null && head === null) continue // older than the chain
          if (hash === null) return broken(number, WHY.unhashed)
          if (hash !== auditHash(head?.hash ?? NO_HASH, row)) return broken(number, WHY.changed)
          if (noted?.number === number && noted.hash !== hash) return broken(number, WHY.noted)
          head = { number, hash }
        }
        if (rows.length < PAGE) {
          const end = Math.max(after, begun?.number ?? 0)
          const isCut = end < until || (noted !== undefined && noted.number > end)
          return isCut ? broken(end, WHY.cut) : { entries, head, broken: null }
        }
      }
    },
  }
}
