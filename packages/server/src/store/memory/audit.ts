import type { AuditEntry, AuditStore, NewAuditEntry } from '../audit.ts'
import { auditHash, NO_HASH, WHY } from '../audit-chain.ts'
import { AuditCursor, checkLimit, decodeCursor, encodeCursor } from '../cursor.ts'

export interface MemoryAudit extends AuditStore {
  addNow(entry: NewAuditEntry): void
  clear(): void
}

export function memoryAudit(now: () => number): MemoryAudit {
  let entries: AuditEntry[] = []
  let count = 0
  let head = NO_HASH

  return {
    addNow,
    add: async (entry) => addNow(entry),
    async list(org, { kind, user, from = '', to = '~', cursor, limit }) {
      checkLimit(limit)
      const [, before] = cursor === undefined ? ['audit', Number.POSITIVE_INFINITY] : decodeCursor(AuditCursor, cursor)
      const found = entries
        .filter((entry) => entry.org === org && entry.number < Number(before))
        .filter((entry) => (kind ?? entry.kind) === entry.kind && (user ?? entry.user) === entry.user)
        .filter(({ at }) => at >= from && at < to)
        .reverse()
      const items = found.slice(0, limit)
      return { items, cursor: found.length > limit ? encodeCursor(['audit', items.at(-1)!.number]) : null }
    },
    async prune(before) {
      const kept = entries.filter(({ at }) => at >= before)
      const pruned = entries.length - kept.length
      entries = kept
      return pruned
    },
    async verify(noted) {
      const isNoted = noted === undefined || noted.number !== count || noted.hash === head // nobody else gets at these
      return {
        entries: entries.length,
        head: count === 0 ? null : { number: count, hash: head },
        broken: isNoted ? null : { number: count, why: WHY.noted },
      }
    },
    clear: () => void (entries = []),
  }

  function addNow({ org, user, kind, data }: NewAuditEntry): void {
    const at = new Date(now()).toISOString()
    entries.push({ number: ++count, at, org, user, kind, data: structuredClone(data) })
    head = auditHash(head, { at, org, user, kind, data: JSON.stringify(data) })
  }
}
