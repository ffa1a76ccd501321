import { randomBytes } from 'node:crypto'
import { StreambedError } from '@streambed/protocol'
import type { AccountChange, AccountStore } from '../store/accounts.ts'
import { type Passwords, passwords } from './password.ts'
import { type Throttle, throttle } from './throttle.ts'

export interface AccountsOptions {
  readonly store: AccountStore
  readonly settings: AccountSettings
  /** Tells all servers that somebody may have lost access. A hint: it may get lost. */
  changed(): void
  now?(): number
  /** Default: scrypt at its full price. */
  readonly passwords?: Passwords
}

export interface AccountSettings {
  /** How long a sign-in lasts, and how long without a request, in milliseconds. */
  readonly sessionMs: number
  readonly idleMs: number
  /** The address of the first owner; null: whoever has the first invitation says theirs. */
  readonly adminEmail: string | null
}

/** What everything in this folder works on. */
export interface Accounts extends Required<AccountsOptions> {
  readonly throttle: Throttle
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { now = Date.now } = options
  return { ...options, now, passwords: options.passwords ?? passwords(), throttle: throttle(now) }
}

/** A name that nobody guesses, with what it is for before it. */
export function newId(prefix: 'u' | 'g'): string {
  return `${prefix}_${randomBytes(16).toString('hex')}`
}

/** Makes changes that only fail when somebody else was quicker. */
export async function applyOrConflict({ store }: Accounts, changes: readonly AccountChange[]): Promise<void> {
  if (!(await store.apply(changes))) throw new StreambedError('account-changed')
}

/** An e-mail address as accounts are found by it. */
export function plainEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

export const memberId = (org: string, user: string): string => JSON.stringify([org, user])
