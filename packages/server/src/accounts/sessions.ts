import { StreambedError } from '@streambed/protocol'
import type { AccountRow } from '../store/accounts.ts'
import { type Accounts, applyOrConflict, memberId, plainEmail } from './accounts.ts'
import type { Principal } from './principal.ts'
import { newSecret, readSecret } from './secret.ts'

/** A sign-in, as its owner sees it. */
export interface SessionInfo {
  readonly id: string
  readonly via: 'password' | 'oidc'
  readonly browser: string
  readonly createdAt: number
  readonly seenAt: number
  readonly until: number
}

/** Who signs in, and from where. */
export interface Visitor {
  readonly address: string
  readonly browser: string
}

/** How many sessions one person has at once; the oldest makes room. */
const MAX_SESSIONS = 50
const PER_PERSON_AND_ADDRESS = 5
const PER_PERSON = 50
const PER_ADDRESS = 50

/**
 * Signs in with a password and returns the new session's token.
 *
 * @throws StreambedError `wrong-credentials` for an unknown address, a wrong password, somebody disabled and somebody without
 *   organisation alike; `too-many` after too many of them.
 */
export async function signIn(
  accounts: Accounts,
  { email, password }: { readonly email: string; readonly password: string },
  visitor: Visitor,
): Promise<string> {
  const person = await checkPassword(accounts, email, password, visitor)
  const [member] = await accounts.store.list('member', { user: person.id })
  if (!member) throw new StreambedError('wrong-credentials')
  return openSession(accounts, member, 'password', visitor)
}

/** The person whose password this is. Throws as `signIn`. */
export async function checkPassword(
  { store, passwords, throttle }: Accounts,
  email: string,
  password: string,
  { address }: Visitor,
): Promise<AccountRow<'person'>> {
  const name = plainEmail(email)
  const both = { name: `${name} ${address}`, allowed: PER_PERSON_AND_ADDRESS }
  const guessing = [both, { name, allowed: PER_PERSON }, { name: address, allowed: PER_ADDRESS }]
  throttle.check(guessing)
  throttle.failed(guessing) // counted before the slow part, so that many at once count as many
  const person = await store.named('person', name)
  const fits = await passwords.fits(password, person?.data.password ?? null)
  if (!person || !fits || person.data.disabled) throw new StreambedError('wrong-credentials')
  for (const one of guessing) throttle.forgive(one)
  throttle.succeeded(both)
  return person
}

/** Begins a session in one of the organisations that a person is in. Its token is new every time. */
export async function openSession(
  accounts: Accounts,
  { org, user, data: { role } }: AccountRow<'member'>,
  via: 'password' | 'oidc',
  { browser }: Visitor,
): Promise<string> {
  const { store, settings } = accounts
  const now = accounts.now()
  const { id, token, hash } = newSecret('sbs')
  const until = now + settings.sessionMs
  const expiresAt = Math.min(until, now + settings.idleMs)
  const data = { hash, role, via, until, seenAt: now, browser: browser.slice(0, 200) }
  await makeRoom(accounts, user!) // memberships have one
  await applyOrConflict(accounts, [{ add: { kind: 'session', id, org, user, expiresAt, data } }])
  await store.prune()
  return token
}

async function makeRoom({ store }: Accounts, user: string): Promise<void> {
  const sessions = await store.list('session', { user })
  for (const { id } of sessions.slice(0, Math.max(0, sessions.length - MAX_SESSIONS + 1)))
    await store.apply([{ remove: { kind: 'session', id } }])
}

/** Ends the session of a cookie. Harmless when repeated. */
export async function signOut({ store, changed }: Accounts, token: string): Promise<void> {
  const read = readSecret('sbs', token)
  if (read && (await store.apply([{ remove: { kind: 'session', id: read.id } }]))) changed()
}

/** Where somebody is signed in. */
export async function sessionsOf({ store }: Accounts, { owner }: Principal): Promise<readonly SessionInfo[]> {
  const sessions = await store.list('session', { user: owner.user })
  return sessions.map(({ id, createdAt, data: { via, browser, seenAt, until } }) => {
    return { id, via, browser, createdAt, seenAt, until }
  })
}

/** @throws StreambedError `not-found` for a session of somebody else, as for one that is not there. */
export async function endSession({ store, changed }: Accounts, { owner }: Principal, id: string): Promise<void> {
  const session = await store.find('session', id)
  if (session?.user !== owner.user) throw new StreambedError('not-found')
  await store.apply([{ remove: { kind: 'session', id } }])
  changed()
}

/** Ends all of a person's sessions, but for the one to spare. */
export async function endSessions({ store, changed }: Accounts, user: string, spare?: string): Promise<void> {
  for (const { id } of await store.list('session', { user }))
    if (id !== spare) await store.apply([{ remove: { kind: 'session', id } }])
  changed()
}

/**
 * Goes on in another organisation, with a new token in place of the old one.
 *
 * @throws StreambedError `not-found` for one that the person is not in.
 */
export async function enterOrganisation(
  accounts: Accounts,
  token: string,
  { owner }: Principal,
  org: string,
  visitor: Visitor,
): Promise<string> {
  const member = await accounts.store.find('member', memberId(org, owner.user))
  if (!member) throw new StreambedError('not-found')
  const { via } = (await sessionOf(accounts, token)).data
  const entered = await openSession(accounts, member, via, visitor)
  await signOut(accounts, token)
  return entered
}

/**
 * Sets another password. Every other session ends, and this one gets a new token.
 *
 * @throws StreambedError `wrong-credentials` when the current one is wrong, `password-weak` for one that is easily guessed.
 */
export async function changePassword(
  accounts: Accounts,
  token: string,
  { current, next }: { readonly current: string; readonly next: string },
  visitor: Visitor,
): Promise<string> {
  const session = await sessionOf(accounts, token)
  const known = await accounts.store.find('person', session.user!) // sessions have one
  if (!known) throw new StreambedError('unauthorized')
  const person = await checkPassword(accounts, known.data.email, current, visitor)
  const password = await accounts.passwords.hash(next, person.data)
  await applyOrConflict(accounts, [{ change: { ...person, data: { ...person.data, password } } }])
  const member = await accounts.store.find('member', memberId(session.org!, person.id))
  if (!member) throw new StreambedError('unauthorized')
  const opened = await openSession(accounts, member, 'password', visitor)
  await endSessions(accounts, person.id, readSecret('sbs', opened)?.id)
  return opened
}

async function sessionOf({ store }: Accounts, token: string): Promise<AccountRow<'session'>> {
  const read = readSecret('sbs', token)
  const session = read && (await store.find('session', read.id))
  if (!session) throw new StreambedError('unauthorized')
  return session
}
