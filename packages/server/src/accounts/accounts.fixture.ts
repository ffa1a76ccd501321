import { memoryStore } from '../store/memory.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { identifySession } from './identify.ts'
import { accept, invite, inviteFirst } from './invitations.ts'
import { passwords } from './password.ts'
import type { Principal } from './principal.ts'

export const PASSWORD = 'seven blue horses'
export const HOUR_MS = 3_600_000
export const visitor = { address: '192.0.2.1', browser: 'Firefox' }

/** Accounts in memory, on a clock that tests move, with passwords that cost nothing. */
export interface TestAccounts extends Accounts {
  readonly clock: { now: number }
  /** How often somebody may have lost access. */
  readonly changes: () => number
}

export function testAccounts(options: { readonly adminEmail?: string } = {}): TestAccounts {
  const clock = { now: Date.parse('2026-11-20T12:00:00Z') }
  let changes = 0
  const accounts = createAccounts({
    store: memoryStore({ now: () => clock.now }).accounts,
    settings: { sessionMs: 10 * HOUR_MS, idleMs: HOUR_MS, adminEmail: options.adminEmail ?? null },
    changed: () => void changes++,
    now: () => clock.now,
    passwords: passwords({ cost: 4 }),
  })
  return { ...accounts, clock, changes: () => changes }
}

/** The first owner, signed in: the session's token, and who it lets in. */
export async function firstOwner(accounts: Accounts, email = 'ada@lab.example') {
  const token = await inviteFirst(accounts)
  return signedIn(accounts, await accept(accounts, { token: token!, email, name: 'Ada', password: PASSWORD }, visitor))
}

/** Somebody whom `by` has invited, signed in. */
export async function guest(accounts: Accounts, by: Principal, email: string, role: Principal['role'] = 'member') {
  const { token } = await invite(accounts, by, { email, role })
  return signedIn(accounts, await accept(accounts, { token, name: email, password: PASSWORD }, visitor))
}

export async function signedIn(accounts: Accounts, token: string) {
  return { token, principal: await identifySession(accounts, token) }
}
