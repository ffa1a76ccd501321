import type { ConversationId, Owner, RunId } from '@streambed/protocol'
import type { Head } from '../head.ts'
import type { Database } from './database.ts'
import { ownerOf } from './owners.ts'

/** A conversation's head and the number of its rows. */
export interface Located {
  readonly number: number
  readonly owner: number
  readonly head: Head
}

/** A row of `conversation`, joined with its owner's name. */
export interface HeadRow {
  readonly number: number
  readonly owner: number
  readonly owner_name: string
  readonly id: ConversationId
  readonly agent: string
  readonly title: string | null
  readonly pinned: number
  readonly archived: number
  readonly alias: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly seq: number
  readonly active_run: RunId | null
  readonly server: string | null
  readonly lease_until: number | null
  readonly fence: number
}

/** The columns of a `HeadRow`, and where they come from. */
export const HEAD = `conversation.*, owner.name as owner_name
  from conversation join owner on owner.number = conversation.owner`

/**
 * The heads of all conversations. What changes inside a transaction counts once `keep` was called, never after `drop`.
 */
export interface Heads {
  get(id: ConversationId): Located | undefined
  /** The same, where it is this owner's. */
  ownedBy(owner: Owner, id: ConversationId): Located | undefined
  /** The head of a row, or what is newer than it. */
  of(row: HeadRow): Located
  insert(owner: number, head: Head): Located
  update(located: Located): void
  /** A new number at the end of the log, and nothing else: the row follows when the log is merged. */
  grow(located: Located, seq: number): void
  /** All leases of a server, until then. Returns the runs that hold them. */
  renew(server: string, until: number): readonly RunId[]
  delete(id: ConversationId): void
  keep(): void
  drop(): void
}

/** How many heads are kept in memory; those whose rows are behind come on top. */
const MAX_HEADS = 10_000

/** `isBehind` tells whether a conversation's row does not have its newest number yet. */
export function openHeads(db: Database, isBehind: (number: number) => boolean): Heads {
  const known = new Map<ConversationId, Located>()
  const changed = new Map<ConversationId, Located | undefined>()

  const select = db.prepare(`select ${HEAD} where conversation.id = ?`)
  const insert = db.prepare(`
    insert into conversation
    (id, owner, agent, title, pinned, archived, alias, created_at, updated_at, seq,
      active_run, server, lease_until, fence)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const update = db.prepare(`
    update conversation set title = ?, pinned = ?, archived = ?, updated_at = ?, seq = ?, active_run = ?, server = ?,
    lease_until = ?, fence = ? where number = ?`)
  const renew = db.prepare(`
    update conversation set lease_until = ? where server = ? and active_run is not null returning id`)
  const lapse = db.prepare(`update conversation set server = '', lease_until = 0 where active_run is not null`)
  const remove = db.prepare('delete from conversation where id = ?')

  // This process is alone with the database: whoever held a lease before is gone.
  db.transaction('lazy', () => lapse.run())

  return {
    get,

    ownedBy({ org, user }, id) {
      const located = get(id)
      return located?.head.owner.org === org && located.head.owner.user === user ? located : undefined
    },

    of(row) {
      return changed.get(row.id) ?? known.get(row.id) ?? located(row)
    },

    insert(owner, head) {
      const { id, agent, title, alias, createdAt, updatedAt, seq, fence } = head
      const { pinned, archived, run, server, until } = columns(head)
      const { lastInsertRowid } = insert.run(
        ...[id, owner, agent, text(title), pinned, archived, text(alias), createdAt, updatedAt, seq],
        ...[run, server, until, fence],
      )
      const located = { number: Number(lastInsertRowid), owner, head }
      changed.set(id, located)
      return located
    },

    update(located) {
      const { number, head } = located
      const { title, updatedAt, seq, fence } = head
      const { pinned, archived, run, server, until } = columns(head)
      update.run(text(title), pinned, archived, updatedAt, seq, run, server, until, fence, number)
      changed.set(head.id, located)
    },

    grow({ number, owner, head }, seq) {
      changed.set(head.id, { number, owner, head: { ...head, seq } })
    },

    renew(server, until) {
      return renew.all(until, server).map((row) => {
        const { head, ...place } = get(row['id'] as ConversationId)!
        const claim = { ...head.claim!, until }
        changed.set(head.id, { ...place, head: { ...head, claim } })
        return claim.run
      })
    },

    delete(id) {
      remove.run(id)
      changed.set(id, undefined)
    },

    keep() {
      for (const [id, located] of changed) {
        if (located) known.set(id, located)
        else known.delete(id)
      }
      changed.clear()
      if (known.size > MAX_HEADS) evict()
    },

    drop() {
      changed.clear()
    },
  }

  function get(id: ConversationId): Located | undefined {
    if (changed.size > 0 && changed.has(id)) return changed.get(id)
    const located_ = known.get(id)
    if (located_) return located_
    const row = select.get(id) as HeadRow | undefined // of our own schema
    if (!row) return undefined
    const found = located(row)
    known.set(id, found)
    return found
  }

  /** Forgets the tenth that has been known longest. */
  function evict(): void {
    let left = MAX_HEADS / 10
    for (const [id, { number }] of known) {
      if (isBehind(number)) continue
      known.delete(id)
      if (--left === 0) return
    }
  }
}

function located(row: HeadRow): Located {
  const { number, owner, id, agent, title, alias, seq, fence } = row
  const claim =
    row.active_run === null ? null : { run: row.active_run, server: row.server ?? '', until: row.lease_until ?? 0 }
  const head = {
    id,
    owner: ownerOf(row.owner_name),
    agent,
    title,
    pinned: row.pinned === 1,
    archived: row.archived === 1,
    alias,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    seq,
    claim,
    fence,
  }
  return { number, owner, head }
}

function columns({ pinned, archived, claim }: Head) {
  return {
    pinned: Number(pinned),
    archived: Number(archived),
    run: claim?.run ?? null,
    server: claim?.server ?? null,
    until: claim?.until ?? null,
  }
}

/** Text that SQLite gives back as it was: it ends at a NUL, and has no lone surrogates. */
function text(value: string | null): string | null {
  return value?.toWellFormed().replaceAll('\0', '\uFFFD') ?? null
}
