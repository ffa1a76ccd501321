import type { ConversationId, Owner } from '@streambed/protocol'
import {
  ACCOUNT_PAGE,
  type AccountChange,
  type AccountGroup,
  type AccountKind,
  type AccountRow,
  type AccountStore,
  type AnyRow,
} from '../accounts.ts'

export interface MemoryAccounts extends AccountStore {
  /** Removes the links to a conversation that goes, or all of a user who does. */
  eraseLinks(conversation: ConversationId): void
  forgetLinks(owner: Owner): void
  clear(): void
}

export function memoryAccounts(now: () => number): MemoryAccounts {
  let rows: ReadonlyMap<string, AnyRow> = new Map()
  let count = 0

  return {
    async find(kind, id) {
      return rowOf(kind, id)
    },

    async named(kind, name) {
      return live(kind).find((row) => row.name === name)
    },

    async list(kind, of, after = 0) {
      return live(kind)
        .filter((row) => row.number > after && isIn(of, row))
        .slice(0, ACCOUNT_PAGE)
    },

    async apply(changes) {
      const before = rows
      const isDone = changes.every(applyOne)
      if (!isDone) rows = before
      return isDone
    },

    async prune() {
      const expired = [...rows].filter(([, row]) => isOver(row))
      rows = new Map([...rows].filter(([, row]) => !isOver(row)))
      return expired.length
    },

    eraseLinks: (conversation) => removeLinks(({ user }) => user === conversation),
    forgetLinks: (owner) => removeLinks(({ org, data }) => org === owner.org && data.owner === owner.user),

    clear: () => void (rows = new Map()),
  }

  function applyOne(change: AccountChange): boolean {
    const next = new Map(rows)
    rows = next
    if ('remove' in change) {
      const { kind, id } = change.remove
      return rowOf(kind, id) !== undefined && next.delete(keyOf(kind, id))
    }
    if ('change' in change) {
      const { kind, id, revision } = change.change
      if (rowOf(kind, id)?.revision !== revision || isTaken(change.change)) return false
      next.set(keyOf(kind, id), copied({ ...change.change, revision: revision + 1 }))
      return true
    }
    const { kind, id, name = null, org = null, user = null, expiresAt = null, data } = change.add
    const made = { kind, id, name, org, user, expiresAt, data, number: ++count, revision: 1, createdAt: now() }
    if (rowOf(kind, id) || isTaken(made)) return false
    next.set(keyOf(kind, id), copied(made as AnyRow)) // its kind and its data come from the same row
    return true
  }

  function removeLinks(isGone: (link: AccountRow<'share'>) => boolean): void {
    rows = new Map([...rows].filter(([, row]) => row.kind !== 'share' || !isGone(row)))
  }

  function isTaken({ kind, id, name }: Pick<AnyRow, 'kind' | 'id' | 'name'>): boolean {
    return name !== null && live(kind).some((row) => row.name === name && row.id !== id)
  }

  function rowOf<Kind extends AccountKind>(kind: Kind, id: string): AccountRow<Kind> | undefined {
    const row = rows.get(keyOf(kind, id))
    return row && !isOver(row) ? (row as AccountRow<Kind>) : undefined // the key has the kind
  }

  function live<Kind extends AccountKind>(kind: Kind): AccountRow<Kind>[] {
    return [...rows.values()].filter((row) => row.kind === kind && !isOver(row)) as AnyRow[] as AccountRow<Kind>[] // as just filtered
  }

  function isOver({ expiresAt }: AnyRow): boolean {
    return expiresAt !== null && expiresAt <= now()
  }
}

const keyOf = (kind: AccountKind, id: string): string => `${kind} ${id}`
const copied = (row: AnyRow): AnyRow => structuredClone(row)

function isIn(
  { org, user }: AccountGroup,
  row: { readonly org: string | null; readonly user: string | null },
): boolean {
  return (org === undefined || row.org === org) && (user === undefined || row.user === user)
}
