import { type Owner, StreambedError } from '@streambed/protocol'
import type { AccountRow } from '../store/accounts.ts'
import { type Accounts, memberId } from './accounts.ts'
import { ALL_SCOPES, type Principal, TOKEN_PREFIX } from './principal.ts'
import { isSame, readSecret } from './secret.ts'

/** How often a session's last use is noted, in milliseconds. */
const NOTE_MS = 60_000

/** Whom a session's cookie lets in. Unknown, expired and ended ones all look the same. */
export async function identifySession(accounts: Accounts, token: string): Promise<Principal> {
  const read = readSecret('sbs', token)
  const session = read && (await accounts.store.find('session', read.id))
  if (!session || !isSame(read.hash, session.data.hash)) throw new StreambedError('unauthorized')
  const principal = await sessionPrincipal(accounts, session)
  if (!principal) throw new StreambedError('unauthorized')
  const now = accounts.now()
  if (now - session.data.seenAt >= NOTE_MS) {
    const expiresAt = Math.min(session.data.until, now + accounts.settings.idleMs)
    await accounts.store.apply([{ change: { ...session, expiresAt, data: { ...session.data, seenAt: now } } }])
  }
  return principal
}

/** Whom an API key lets in. */
export async function identifyKey(accounts: Accounts, token: string): Promise<Principal> {
  const read = readSecret('sbk', token)
  const key = read && (await accounts.store.find('key', read.id))
  if (!key || !isSame(read.hash, key.data.hash)) throw new StreambedError('unauthorized')
  const principal = await keyPrincipal(accounts, key)
  if (!principal) throw new StreambedError('unauthorized')
  const now = accounts.now()
  if (now - (key.data.usedAt ?? 0) >= NOTE_MS)
    await accounts.store.apply([{ change: { ...key, data: { ...key.data, usedAt: now } } }])
  return principal
}

/** Whether somebody who was let in may stay, with just the rights they had. */
export async function stillStands(accounts: Accounts, principal: Principal): Promise<boolean> {
  if (principal.until !== null && principal.until <= accounts.now()) return false
  if (principal.credential === null) return true
  const [kind, id] = principal.credential.split(' ') as ['session' | 'key', string] // as written below
  const now = await (kind === 'session' ? ofSession(accounts, id) : ofKey(accounts, id))
  return now !== undefined && now.role === principal.role && now.owner.org === principal.owner.org
}

/** Whether somebody was shown out of an organisation: removed from it, or their account disabled. */
export async function isOut(accounts: Accounts, owner: Owner): Promise<boolean> {
  if (owner.org.startsWith(TOKEN_PREFIX)) return false // their issuer looks after them
  return !(await standingOf(accounts, owner))
}

async function ofSession(accounts: Accounts, id: string): Promise<Principal | undefined> {
  const session = await accounts.store.find('session', id)
  return session && sessionPrincipal(accounts, session)
}

async function ofKey(accounts: Accounts, id: string): Promise<Principal | undefined> {
  const key = await accounts.store.find('key', id)
  return key && keyPrincipal(accounts, key)
}

async function sessionPrincipal(accounts: Accounts, session: AccountRow<'session'>): Promise<Principal | undefined> {
  const standing = await standingOf(accounts, session)
  if (!standing || standing.role !== session.data.role) return undefined // other rights need another sign-in
  const { id, data } = session
  return { ...standing, scopes: ALL_SCOPES, via: 'session', credential: `session ${id}`, until: data.until }
}

async function keyPrincipal(accounts: Accounts, key: AccountRow<'key'>): Promise<Principal | undefined> {
  const standing = await standingOf(accounts, key)
  const { id, data, expiresAt } = key
  return standing && { ...standing, scopes: data.scopes, via: 'key', credential: `key ${id}`, until: expiresAt }
}

/** What somebody is in the organisation that a session or key is for; undefined once they are nothing there. */
async function standingOf(
  { store }: Accounts,
  { org, user }: Pick<AccountRow, 'org' | 'user'>,
): Promise<Pick<Principal, 'owner' | 'role'> | undefined> {
  const owner = { org: org!, user: user! } // sessions and keys have both
  const person = await store.find('person', owner.user)
  const member = await store.find('member', memberId(owner.org, owner.user))
  return person && !person.data.disabled && member ? { owner, role: member.data.role } : undefined
}
