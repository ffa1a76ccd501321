import { createHash } from 'node:crypto'
import type { NewAuditEntry } from './audit.ts'

/** An entry as it is hashed: its data are the JSON text that is kept. */
export interface Link extends Omit<NewAuditEntry, 'data'> {
  readonly at: string
  readonly data: string
}

/** The hash before the first entry. */
export const NO_HASH = ''

/** SHA-256, in hex, of the entry before and of all that this one says: whoever changes one must change all that came after it. */
export function auditHash(before: string, { at, org, user, kind, data }: Link): string {
  return createHash('sha256')
    .update(JSON.stringify([before, at, org, user, kind, data]))
    .digest('hex')
}

/** A place in the chain, as people note it: `412 9f86d0…`. */
export interface AuditHead {
  readonly number: number
  readonly hash: string
}

/** What a look at the whole chain has shown. */
export interface AuditCheck {
  /** How many entries there are. */
  readonly entries: number
  /** The newest one. Noted somewhere else, it shows later whether all of the chain was written anew. */
  readonly head: AuditHead | null
  /** The first entry at which the chain does not hold, and in a sentence why; null when it holds. */
  readonly broken: { readonly number: number; readonly why: string } | null
}

export const WHY = {
  changed: 'This entry was changed, or one before it is missing.',
  unhashed: 'This entry has no hash, though the one before it has.',
  cut: 'Entries after this one are missing.',
  noted: 'This is not the entry that was noted: the chain was written anew.',
} as const
