import { systemClock } from './clock.ts'
import { Http } from './http.ts'
import { type Self, selfHeaders } from './self.ts'

export type Role = 'owner' | 'admin' | 'member' | 'viewer'
export type Scope = 'read' | 'write' | 'admin'

/** Who somebody is on a server with sign-in. */
export interface Me {
  readonly user: string
  readonly email: string | null
  readonly name: string | null
  /** The organisation they work in now. */
  readonly organisation: string
  readonly organisations: readonly Organisation[]
  readonly role: Role
  /** `local` where there is no sign-in. */
  readonly via: 'local' | 'session' | 'key' | 'token'
  readonly hasPassword: boolean
}

export interface Organisation {
  readonly id: string
  readonly title: string
  readonly role: Role
}

/** How long an organisation keeps conversations after the last word in them, in days. */
export interface Retention {
  /** Null where its admins leave it to the server. */
  readonly conversationDays: number | null
  /** As the server has it; null for ever. */
  readonly atMost: number | null
}

/** How one signs in here, and who one is already. */
export interface SignInWays {
  readonly ways: readonly ('local' | 'password' | 'provider')[]
  /** What the identity provider is called. */
  readonly provider: string | null
  /** Whether the first owner has yet to come. */
  readonly firstRun: boolean
  readonly me: Me | null
}

/** What an invitation says. */
export interface Invited {
  readonly organisation: string | null
  /** Null where whoever has it says their own. */
  readonly email: string | null
  /** Whether that address has an account, whose password is asked for then. */
  readonly isKnown: boolean
}

/** One sign-in. Times are milliseconds since 1970, here and below. */
export interface SessionInfo {
  readonly id: string
  readonly browser: string
  readonly createdAt: number
  readonly seenAt: number
  readonly until: number
  readonly isThis: boolean
}

export interface KeyInfo {
  readonly id: string
  readonly title: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly usedAt: number | null
  readonly expiresAt: number | null
}

export interface PersonInfo {
  readonly user: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  /** Whether one's organisation may disable the account and reset its password. */
  readonly ours: boolean
  readonly joinedAt: number
}

export interface InvitationInfo {
  readonly id: string
  readonly email: string | null
  readonly role: Role
  readonly expiresAt: number
}

/** Signing in, one's account, and the people of one's organisation. Promises reject with a `Failure`. */
export interface AccountClient {
  ways(): Promise<SignInWays>
  signIn(input: { readonly email: string; readonly password: string }): Promise<Me>
  signOut(): Promise<void>
  readInvitation(token: string): Promise<Invited>
  accept(input: {
    readonly token: string
    readonly name: string
    readonly password: string
    readonly email?: string
  }): Promise<Me>
  resetPassword(input: { readonly token: string; readonly password: string }): Promise<void>

  rename(name: string): Promise<Me>
  changePassword(input: { readonly current: string; readonly next: string }): Promise<Me>
  /** Goes on in another organisation. */
  enter(organisation: string): Promise<Me>
  /** Accepts an invitation as who one is, and goes on in its organisation. */
  join(invitation: string): Promise<Me>
  /** Makes an organisation that one owns. Only who looks after the server can. */
  createOrganisation(title: string): Promise<Organisation>
  renameOrganisation(title: string): Promise<void>
  retention(): Promise<Retention>
  /** Null leaves it to the server. */
  setRetention(conversationDays: number | null): Promise<Retention>
  sessions(): Promise<readonly SessionInfo[]>
  endSession(id: string): Promise<void>
  keys(): Promise<readonly KeyInfo[]>
  /** The token comes this once. */
  createKey(input: {
    readonly title: string
    readonly scopes: readonly Scope[]
    readonly days: number | null
  }): Promise<KeyInfo & { readonly token: string }>
  revokeKey(id: string): Promise<void>

  people(after?: number): Promise<{ readonly items: readonly PersonInfo[]; readonly next: number | null }>
  changePerson(user: string, change: { readonly role?: Role; readonly disabled?: boolean }): Promise<PersonInfo>
  removePerson(user: string): Promise<void>
  /** The token sets a new password. */
  startReset(user: string): Promise<{ readonly token: string }>
  invitations(): Promise<readonly InvitationInfo[]>
  invite(input: { readonly email: string; readonly role: Role }): Promise<InvitationInfo & { readonly token: string }>
  withdraw(invitation: string): Promise<void>
}

export interface AccountOptions {
  /** Where the server is; by default where the page came from. */
  readonly url?: string
  readonly fetch?: typeof globalThis.fetch
  readonly headers?: Readonly<Record<string, string>>
  /** Where it is signed in by cookie: whom for. */
  readonly as?: Self
}

export function createAccount(options: AccountOptions = {}): AccountClient {
  const { url = globalThis.location?.origin ?? '', fetch = globalThis.fetch, headers = {}, as } = options
  const closed = new AbortController().signal
  const http = new Http({
    url,
    fetch,
    headers: { ...headers, ...selfHeaders(as) },
    clock: systemClock,
    closed,
  })
  const post = <Answer>(path: string, body?: object) => http.json<Answer>(path, { method: 'POST', body })
  const remove = (path: string, id: string) =>
    http.json<void>(`${path}/${encodeURIComponent(id)}`, { method: 'DELETE' })
  const items = async <Item>(path: string) => (await http.json<{ readonly items: readonly Item[] }>(path)).items

  return {
    ways: () => http.json('/v1/auth'),
    signIn: (input) => post('/v1/auth/sign-in', input),
    signOut: () => post('/v1/auth/sign-out'),
    readInvitation: (token) => post('/v1/auth/invitation', { token }),
    accept: (input) => post('/v1/auth/accept', input),
    resetPassword: (input) => post('/v1/auth/reset', input),

    rename: (name) => http.json('/v1/account', { method: 'PATCH', body: { name } }),
    changePassword: (input) => post('/v1/account/password', input),
    enter: (organisation) => post('/v1/account/organisation', { organisation }),
    join: (token) => post('/v1/account/accept', { token }),
    createOrganisation: (title) => post('/v1/organisations', { title }),
    renameOrganisation: (title) => http.json('/v1/organisation', { method: 'PATCH', body: { title } }),
    retention: () => http.json('/v1/organisation/retention'),
    setRetention: (conversationDays) =>
      http.json('/v1/organisation/retention', { method: 'PUT', body: { conversationDays } }),
    sessions: () => items('/v1/account/sessions'),
    endSession: (id) => remove('/v1/account/sessions', id),
    keys: () => items('/v1/account/keys'),
    createKey: (input) => post('/v1/account/keys', input),
    revokeKey: (id) => remove('/v1/account/keys', id),

    people: (after = 0) => http.json(`/v1/people?after=${after}`),
    changePerson: (user, change) =>
      http.json(`/v1/people/${encodeURIComponent(user)}`, { method: 'PATCH', body: change }),
    removePerson: (user) => remove('/v1/people', user),
    startReset: (user) => post(`/v1/people/${encodeURIComponent(user)}/reset`),
    invitations: () => items('/v1/invitations'),
    invite: (input) => post('/v1/invitations', input),
    withdraw: (id) => remove('/v1/invitations', id),
  }
}
