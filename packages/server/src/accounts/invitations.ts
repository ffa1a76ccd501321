import { StreambedError } from '@streambed/protocol'
import type { AccountChange, AccountRow, Role } from '../store/accounts.ts'
import { type Accounts, memberId, newId, plainEmail } from './accounts.ts'
import { isBeingErased } from './erasures.ts'
import { authorize, HOME, type Principal } from './principal.ts'
import { isSame, newSecret, readSecret } from './secret.ts'
import { checkPassword, openSession, type Visitor } from './sessions.ts'

export interface InvitationInfo {
  readonly id: string
  readonly email: string | null
  readonly role: Role
  readonly createdAt: number
  readonly expiresAt: number
}

const INVITATION_MS = 7 * 86_400_000
const FIRST_MS = 86_400_000
const MAX_INVITATIONS = 200
const STILL_GOING = 'What was kept for you here before is just being removed. Try again in half a minute.'
const SOON = { retryAfterMs: 30_000 }

/**
 * Invites somebody to one's organisation. The token is to be handed to them; it works once, for a week.
 *
 * @throws StreambedError `forbidden` for a role above one's own.
 */
export async function invite(
  accounts: Accounts,
  principal: Principal,
  { email, role }: { readonly email: string; readonly role: Role },
): Promise<InvitationInfo & { readonly token: string }> {
  authorize(principal, 'people')
  if (role === 'owner' && principal.role !== 'owner') throw new StreambedError('forbidden')
  const open = await accounts.store.list('invitation', { org: principal.owner.org })
  if (open.length >= MAX_INVITATIONS)
    throw new StreambedError('too-many', `${MAX_INVITATIONS} invitations are open already; take one back.`)
  const { user: by, org } = principal.owner
  return addInvitation(accounts, { org, by, email: plainEmail(email), role, ms: INVITATION_MS })
}

/** The invitation that makes the first owner, while there is none. Undefined once there is one. */
export async function inviteFirst(accounts: Accounts): Promise<string | undefined> {
  const { store, settings } = accounts
  if (await hasOwner(accounts)) return undefined
  for (const { id } of await store.list('invitation', { org: HOME }))
    await store.apply([{ remove: { kind: 'invitation', id } }])
  const email = settings.adminEmail && plainEmail(settings.adminEmail)
  return (await addInvitation(accounts, { org: HOME, by: null, email, role: 'owner', ms: FIRST_MS })).token
}

export async function hasOwner({ store }: Accounts): Promise<boolean> {
  return (await store.list('member', { org: HOME })).length > 0
}

export async function addInvitation(
  { store, now }: Accounts,
  {
    org,
    by,
    email,
    role,
    ms,
  }: {
    readonly org: string
    readonly by: string | null
    readonly email: string | null
    readonly role: Role
    readonly ms: number
  },
): Promise<InvitationInfo & { readonly token: string }> {
  const { id, token, hash } = newSecret('sbi')
  const createdAt = now()
  const expiresAt = createdAt + ms
  await store.apply([{ add: { kind: 'invitation', id, org, user: email, expiresAt, data: { hash, email, role, by } } }])
  return { id, email, role, createdAt, expiresAt, token }
}

export async function invitationsOf(accounts: Accounts, principal: Principal): Promise<readonly InvitationInfo[]> {
  authorize(principal, 'people')
  const rows = await accounts.store.list('invitation', { org: principal.owner.org })
  return rows.map(({ id, createdAt, expiresAt, data: { email, role } }) => {
    return { id, email, role, createdAt, expiresAt: expiresAt! } // they all end
  })
}

export async function withdrawInvitation({ store }: Accounts, principal: Principal, id: string): Promise<void> {
  const invitation = await store.find('invitation', id)
  authorize(principal, 'people', { org: invitation?.org ?? '' })
  await store.apply([{ remove: { kind: 'invitation', id } }])
}

/** What an invitation says, to whoever holds it. Throws `link-spent`. */
export async function readInvitation(
  accounts: Accounts,
  token: string,
): Promise<{ readonly organisation: string | null; readonly email: string | null; readonly isKnown: boolean }> {
  const { org, data } = await invitationOf(accounts, token)
  const organisation = await accounts.store.find('organisation', org!) // invitations have one
  const person = data.email ? await accounts.store.named('person', data.email) : undefined
  return { organisation: organisation?.data.title ?? null, email: data.email, isKnown: person !== undefined }
}

export interface Acceptance {
  readonly token: string
  readonly email?: string | undefined
  readonly name: string
  readonly password: string
}

/**
 * Makes an account as an invitation says, or adds its organisation to the account that has this address and password. Returns the
 * token of a session in it.
 *
 * @throws StreambedError `link-spent` when the invitation was used or is too old, `password-weak`, and as `signIn`.
 */
export async function accept(accounts: Accounts, said: Acceptance, visitor: Visitor): Promise<string> {
  const invitation = await invitationOf(accounts, said.token)
  const email = invitation.data.email ?? plainEmail(said.email ?? '')
  if (email === '') throw new StreambedError('bad-request', 'Say your e-mail address.')
  const known = await accounts.store.named('person', email)
  if (known) {
    const person = await checkPassword(accounts, email, said.password, visitor)
    return openSession(accounts, await join(accounts, invitation, person.id, []), 'password', visitor)
  }
  const password = await accounts.passwords.hash(said.password, { email })
  const user = await newUserId(accounts, invitation)
  const person = newPerson({ user, org: invitation.org!, email, name: said.name, password })
  return openSession(accounts, await join(accounts, invitation, user, [person]), 'password', visitor)
}

/**
 * Brings somebody who is signed in into another organisation, whose id it returns. Throws `link-spent`, also for an invitation of somebody
 * else.
 */
export async function acceptSignedIn(accounts: Accounts, { owner }: Principal, token: string): Promise<string> {
  const invitation = await invitationOf(accounts, token)
  const person = await accounts.store.find('person', owner.user)
  if (!person || invitation.data.email !== plainEmail(person.data.email)) throw new StreambedError('link-spent')
  const { org } = await join(accounts, invitation, person.id, [])
  return org! // memberships have one
}

/** Uses an invitation up: its person becomes a member. Returns the membership. */
export async function join(
  accounts: Accounts,
  { id, org, data: { role } }: AccountRow<'invitation'>,
  user: string,
  before: readonly AccountChange[],
): Promise<AccountRow<'member'>> {
  const { store, settings } = accounts
  const member = memberId(org!, user)
  if (await store.find('member', member)) throw new StreambedError('bad-request', 'You are a member already.')
  if (await isBeingErased(accounts, { org: org!, user })) throw new StreambedError('account-changed', STILL_GOING, SOON)
  const isNew = !(await store.find('organisation', org!))
  const title = settings.adminEmail?.split('@')[1] ?? 'Home'
  const isDone = await store.apply([
    { remove: { kind: 'invitation', id } },
    ...before,
    ...(isNew ? [{ add: { kind: 'organisation', id: org!, org, data: { title } } } as const] : []),
    { add: { kind: 'member', id: member, org, user, data: { role } } },
  ])
  const joined = isDone && (await store.find('member', member))
  if (!joined) throw new StreambedError('link-spent')
  return joined
}

/** The first owner goes on with what was said before there was sign-in. */
export async function newUserId(accounts: Accounts, invitation: AccountRow<'invitation'>): Promise<string> {
  const isFirst = invitation.data.by === null && invitation.org === HOME
  return isFirst && !(await accounts.store.find('person', HOME)) ? HOME : newId('u')
}

export function newPerson({
  user,
  org,
  email,
  name,
  password,
}: {
  readonly user: string
  readonly org: string
  readonly email: string
  readonly name: string
  readonly password: string | null
}): AccountChange {
  return { add: { kind: 'person', id: user, name: email, org, user, data: { email, name, password, disabled: false } } }
}

async function invitationOf({ store }: Accounts, token: string): Promise<AccountRow<'invitation'>> {
  const read = readSecret('sbi', token)
  const invitation = read && (await store.find('invitation', read.id))
  if (!invitation || !isSame(read.hash, invitation.data.hash)) throw new StreambedError('link-spent')
  return invitation
}
