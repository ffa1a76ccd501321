import type { ConversationId, Owner } from '@streambed/protocol'
import { ACCOUNT_PAGE, type AccountChange, type AccountGroup, type AccountKind, type AccountRow } from '../accounts.ts'
import type { Database } from './database.ts'

/** The rows of accounts: what `AccountStore` does, inside a transaction of the caller's. */
export interface AccountRows {
  find<Kind extends AccountKind>(kind: Kind, id: string): AccountRow<Kind> | undefined
  named<Kind extends AccountKind>(kind: Kind, name: string): AccountRow<Kind> | undefined
  list<Kind extends AccountKind>(kind: Kind, of: AccountGroup, after?: number): readonly AccountRow<Kind>[]
  /** Throws `NotApplied`, so that the transaction is taken back. */
  apply(changes: readonly AccountChange[]): void
  prune(): number
  /** Removes the links to a conversation that goes, or all of a user who does. */
  eraseLinks(conversation: ConversationId): void
  forgetLinks(owner: Owner): void
}

/** One of the changes cannot be made, so none is. */
export class NotApplied extends Error {
  override readonly name = 'NotApplied'
}

interface Row {
  readonly number: number
  readonly kind: AccountKind
  readonly id: string
  readonly name: string | null
  readonly org: string | null
  readonly user: string | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly revision: number
  readonly data: string
}

const LIVE = 'kind = ? and (expires_at is null or expires_at > ?)'

export function openAccounts(db: Database, now: () => number): AccountRows {
  const find = db.prepare(`select * from account where ${LIVE} and id = ?`)
  const named = db.prepare(`select * from account where ${LIVE} and name = ?`)
  const page = `number > ? order by number limit ${ACCOUNT_PAGE}`
  const listOfOrg = db.prepare(`select * from account where ${LIVE} and org = ? and ${page}`)
  const listOfUser = db.prepare(`select * from account where ${LIVE} and user = ? and ${page}`)
  const listOfBoth = db.prepare(`select * from account where ${LIVE} and org = ? and user = ? and ${page}`)
  const bury = db.prepare('delete from account where kind = ? and expires_at <= ? and (id = ? or name = ?)')
  const insert = db.prepare(`
    insert or ignore into account (kind, id, name, org, user, created_at, expires_at, revision, data)
    values (?, ?, ?, ?, ?, ?, ?, 1, ?)`)
  const update = db.prepare(`
    update or ignore account
    set name = ?, org = ?, user = ?, expires_at = ?, data = ?, revision = revision + 1
    where ${LIVE} and id = ? and revision = ?`)
  const remove = db.prepare(`delete from account where ${LIVE} and id = ?`)
  const prune = db.prepare('delete from account where expires_at <= ?')
  const eraseLinks = db.prepare(`delete from account where kind = 'share' and user = ?`)
  const forgetLinks = db.prepare(`delete from account where kind = 'share' and org = ? and data ->> 'owner' = ?`)

  return {
    find: (kind, id) => rowOf(find.get(kind, now(), id)),
    named: (kind, name) => rowOf(named.get(kind, now(), name)),
    list(kind, { org, user }, after = 0) {
      const rows =
        user === undefined
          ? listOfOrg.all(kind, now(), org!, after) // a group without a user has an organisation
          : org === undefined
            ? listOfUser.all(kind, now(), user, after)
            : listOfBoth.all(kind, now(), org, user, after)
      return rows.map((row) => rowOf<typeof kind>(row)!)
    },
    apply(changes) {
      for (const change of changes) if (Number(applyOne(change)) === 0) throw new NotApplied()
    },
    prune: () => Number(prune.run(now()).changes),
    eraseLinks: (conversation) => void eraseLinks.run(conversation),
    forgetLinks: ({ org, user }) => void forgetLinks.run(org, user),
  }

  /** Returns how many rows it changed. */
  function applyOne(change: AccountChange): number | bigint {
    if ('remove' in change) return remove.run(change.remove.kind, now(), change.remove.id).changes
    if ('change' in change) {
      const { kind, id, name, org, user, expiresAt, data, revision } = change.change
      if (name !== null) bury.run(kind, now(), null, name)
      return update.run(name, org, user, expiresAt, JSON.stringify(data), kind, now(), id, revision).changes
    }
    const { kind, id, name = null, org = null, user = null, expiresAt = null, data } = change.add
    bury.run(kind, now(), id, name)
    return insert.run(kind, id, name, org, user, now(), expiresAt, JSON.stringify(data)).changes
  }
}

function rowOf<Kind extends AccountKind>(selected: object | undefined): AccountRow<Kind> | undefined {
  if (!selected) return undefined
  const { number, kind, id, name, org, user, created_at, expires_at, revision, data } = selected as Row // of our own schema
  const row = { kind, id, name, org, user, expiresAt: expires_at, data: JSON.parse(data), number, revision }
  return { ...row, createdAt: created_at } as AccountRow<Kind> // its kind was asked for
}
