import { StreambedError } from '@streambed/protocol'
import type { AccountChange, AccountRow, Role } from '../store/accounts.ts'
import { type Accounts, applyOrConflict, memberId } from './accounts.ts'
import { erasureOf } from './erasures.ts'
import { authorize, type Principal } from './principal.ts'
import { isSame, newSecret, readSecret } from './secret.ts'
import { endSessions } from './sessions.ts'

/** A member of an organisation, as its admins see them. */
export interface PersonInfo {
  readonly user: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  /** Whether this organisation's admins may disable and reset the account; others may only take it out of theirs. */
  readonly ours: boolean
  readonly joinedAt: number
}

const RESET_MS = 86_400_000

/** The members of one's organisation, in pages; `next` goes on. */
export async function peopleOf(
  { store }: Accounts,
  principal: Principal,
  after = 0,
): Promise<{ readonly items: readonly PersonInfo[]; readonly next: number | null }> {
  authorize(principal, 'people')
  const members = await store.list('member', { org: principal.owner.org }, after)
  const items = await Promise.all(
    members.map(async (member) => {
      const person = await store.find('person', member.user!) // memberships have one
      return person ? [infoOf(member, person)] : []
    }),
  )
  return { items: items.flat(), next: members.at(-1)?.number ?? null }
}

/** What the members among these users are called. Whoever left the organisation has no name there. */
export async function namesOf(
  { store }: Accounts,
  org: string,
  users: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const user of users) {
    const person = (await store.find('member', memberId(org, user))) && (await store.find('person', user))
    if (person) names.set(user, person.data.name)
  }
  return names
}

/**
 * Gives a member another role, or takes the account out of use, or back. What they have open is closed; with another role they sign in
 * again.
 *
 * @throws StreambedError `forbidden` for whoever stands above oneself and for accounts of other organisations, `last-owner`.
 */
export async function changePerson(
  accounts: Accounts,
  principal: Principal,
  user: string,
  { role, disabled }: { readonly role?: Role | undefined; readonly disabled?: boolean | undefined },
): Promise<PersonInfo> {
  const { member, person } = await memberOf(accounts, principal, user)
  const changes: AccountChange[] = []
  if (role !== undefined && role !== member.data.role) {
    if (role === 'owner' && principal.role !== 'owner') throw new StreambedError('forbidden')
    if (member.data.role === 'owner') changes.push(await anotherOwner(accounts, member))
    changes.push({ change: { ...member, data: { role } } })
  }
  if (disabled !== undefined && disabled !== person.data.disabled) {
    checkOurs(principal, person)
    if (disabled && member.data.role === 'owner') changes.push(await anotherOwner(accounts, member))
    changes.push({ change: { ...person, data: { ...person.data, disabled } } })
  }
  await applyOrConflict(accounts, changes)
  accounts.changed()
  const now = { ...member, data: { role: role ?? member.data.role } }
  return infoOf(now, { ...person, data: { ...person.data, disabled: disabled ?? person.data.disabled } })
}

/**
 * Takes somebody out of one's organisation; what it keeps for them is to be erased from then on. Their account stays for the others
 * that they are in, and where this one looked after it, the one they have been in for longest does from now on.
 */
export async function removePerson(accounts: Accounts, principal: Principal, user: string): Promise<void> {
  const { member, person } = await memberOf(accounts, principal, user)
  const [next] = (await accounts.store.list('member', { user })).filter(({ id }) => id !== member.id)
  const handed: AccountChange[] = next && person.org === member.org ? [{ change: { ...person, org: next.org } }] : []
  const guard = member.data.role === 'owner' ? [await anotherOwner(accounts, member)] : []
  const erasure = erasureOf({ org: principal.owner.org, user }, principal.owner.user)
  await applyOrConflict(accounts, [...guard, { remove: { kind: 'member', id: member.id } }, ...handed, erasure])
  accounts.changed()
}

/**
 * Ends a person's sessions, keys and password. Returns the token with which they set a new one, once, within a day.
 *
 * @throws StreambedError `forbidden` as `changePerson`.
 */
export async function resetPassword(accounts: Accounts, principal: Principal, user: string): Promise<string> {
  const { person } = await memberOf(accounts, principal, user)
  checkOurs(principal, person)
  const { store } = accounts
  const { id, token, hash } = newSecret('sbr')
  const old = await store.list('reset', { user })
  const expiresAt = accounts.now() + RESET_MS
  await applyOrConflict(accounts, [
    ...old.map(({ id }) => ({ remove: { kind: 'reset', id } }) as const),
    { change: { ...person, data: { ...person.data, password: null } } },
    { add: { kind: 'reset', id, user, expiresAt, data: { hash, by: principal.owner.user } } },
  ])
  for (const { id } of await store.list('key', { user })) await store.apply([{ remove: { kind: 'key', id } }])
  await endSessions(accounts, user)
  return token
}

/** @throws StreambedError `link-spent` when the token was used or is too old, `password-weak`. */
export async function setPassword(
  accounts: Accounts,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<void> {
  const { store, passwords } = accounts
  const read = readSecret('sbr', token)
  const reset = read && (await store.find('reset', read.id))
  const person = reset && (await store.find('person', reset.user!)) // resets have one
  if (!person || !isSame(read.hash, reset.data.hash)) throw new StreambedError('link-spent')
  const hash = await passwords.hash(password, person.data)
  const isDone = await store.apply([
    { remove: { kind: 'reset', id: reset.id } },
    { change: { ...person, data: { ...person.data, password: hash } } },
  ])
  if (!isDone) throw new StreambedError('link-spent')
  await endSessions(accounts, person.id)
}

async function memberOf(
  { store }: Accounts,
  principal: Principal,
  user: string,
): Promise<{ readonly member: AccountRow<'member'>; readonly person: AccountRow<'person'> }> {
  authorize(principal, 'people')
  const member = await store.find('member', memberId(principal.owner.org, user))
  const person = await store.find('person', user)
  if (!member || !person) throw new StreambedError('not-found')
  if (member.data.role === 'owner' && principal.role !== 'owner') throw new StreambedError('forbidden')
  return { member, person }
}

/** An admin of one organisation must not get at what an account can do in another. */
function checkOurs({ owner }: Principal, { org }: AccountRow<'person'>): void {
  if (org !== owner.org)
    throw new StreambedError(
      'forbidden',
      'Another organisation looks after this account; you can remove it from yours.',
    )
}

/** A change that fails when another one is made in the organisation meanwhile: two owners cannot remove each other. */
async function anotherOwner({ store }: Accounts, { org, user }: AccountRow<'member'>): Promise<AccountChange> {
  const organisation = await store.find('organisation', org!) // memberships have one
  const members = await store.list('member', { org: org! })
  const others = members.filter((member) => member.data.role === 'owner' && member.user !== user)
  const people = await Promise.all(others.map((member) => store.find('person', member.user!)))
  if (!organisation || !people.some((person) => person && !person.data.disabled)) throw new StreambedError('last-owner')
  return { change: organisation }
}

function infoOf(member: AccountRow<'member'>, person: AccountRow<'person'>): PersonInfo {
  const { email, name, disabled } = person.data
  const ours = person.org === member.org
  return { user: person.id, email, name, role: member.data.role, disabled, ours, joinedAt: member.createdAt }
}
