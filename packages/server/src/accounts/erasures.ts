import type { Owner } from '@streambed/protocol'
import type { AccountChange, AccountRow } from '../store/accounts.ts'
import { type Accounts, memberId } from './accounts.ts'

/** Somebody who was removed from an organisation, and whose data there are to go. */
export interface Erasure {
  readonly owner: Owner
  /** Who has removed them. */
  readonly by: string
  /** In milliseconds since 1970. */
  readonly since: number
}

/** All of them are one group, whatever their organisation. */
const GROUP = 'all'

/** Goes along with the change that removes somebody, so that no crash can come between. */
export function erasureOf({ org, user }: Owner, by: string): AccountChange {
  return { add: { kind: 'erasure', id: memberId(org, user), user: GROUP, data: { org, user, by } } }
}

/** What is still to be done, oldest first. */
export async function openErasures({ store }: Accounts): Promise<readonly Erasure[]> {
  const rows = await store.list('erasure', { user: GROUP })
  return rows.map(({ createdAt, data: { org, user, by } }) => ({ owner: { org, user }, by, since: createdAt }))
}

/** Whether what an organisation keeps for somebody is just being removed. */
export async function isBeingErased({ store }: Accounts, { org, user }: Owner): Promise<boolean> {
  return (await store.find('erasure', memberId(org, user))) !== undefined
}

/**
 * Takes away what let somebody in, once their data are gone: keys and sessions, and the account itself where no organisation has it any
 * more. That they came from an identity provider stays known, without a name: otherwise its door would be open to them at once.
 */
export async function finishErasure(accounts: Accounts, { owner }: Erasure): Promise<void> {
  const { store } = accounts
  const { org, user } = owner
  await removeAll(accounts, [...(await store.list('key', owner)), ...(await store.list('session', owner))])
  const memberships = await store.list('member', { user })
  if (memberships.length === 0) {
    const person = await store.find('person', user)
    await removeAll(accounts, [...(person ? [person] : []), ...(await store.list('reset', { user }))])
  }
  await store.apply([{ remove: { kind: 'erasure', id: memberId(org, user) } }])
}

async function removeAll({ store }: Accounts, rows: readonly Pick<AccountRow, 'kind' | 'id'>[]): Promise<void> {
  for (const { kind, id } of rows) await store.apply([{ remove: { kind, id } }])
}
