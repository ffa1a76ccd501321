import { StreambedError } from '@streambed/protocol'
import type { Scope } from '../store/accounts.ts'
import { type Accounts, applyOrConflict } from './accounts.ts'
import type { Principal } from './principal.ts'
import { newSecret } from './secret.ts'

/** An API key, as its owner sees it. */
export interface KeyInfo {
  readonly id: string
  readonly title: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly usedAt: number | null
  readonly expiresAt: number | null
}

const MAX_KEYS = 100

/**
 * Makes a key that acts for its owner in the organisation they are in now. Its token is shown this once.
 *
 * @throws StreambedError `too-many` when there are 100 already.
 */
export async function createKey(
  accounts: Accounts,
  { owner }: Principal,
  { title, scopes, days }: { readonly title: string; readonly scopes: readonly Scope[]; readonly days: number | null },
): Promise<KeyInfo & { readonly token: string }> {
  const mine = await accounts.store.list('key', owner)
  if (mine.length >= MAX_KEYS) throw new StreambedError('too-many', `Revoke one of your ${MAX_KEYS} keys first.`)
  const { id, token, hash } = newSecret('sbk')
  const createdAt = accounts.now()
  const expiresAt = days === null ? null : createdAt + days * 86_400_000
  const data = { hash, title, scopes, usedAt: null }
  await applyOrConflict(accounts, [{ add: { kind: 'key', id, ...owner, expiresAt, data } }])
  return { id, title, scopes, createdAt, usedAt: null, expiresAt, token }
}

export async function keysOf({ store }: Accounts, { owner }: Principal): Promise<readonly KeyInfo[]> {
  const keys = await store.list('key', owner)
  return keys.map(({ id, createdAt, expiresAt, data: { title, scopes, usedAt } }) => {
    return { id, title, scopes, createdAt, usedAt, expiresAt }
  })
}

/** @throws StreambedError `not-found` for a key of somebody else, as for one that is not there. */
export async function revokeKey({ store, changed }: Accounts, { owner }: Principal, id: string): Promise<void> {
  const key = await store.find('key', id)
  if (key?.user !== owner.user || key.org !== owner.org) throw new StreambedError('not-found')
  await store.apply([{ remove: { kind: 'key', id } }])
  changed()
}
