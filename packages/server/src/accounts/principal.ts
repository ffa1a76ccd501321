import { type Owner, StreambedError } from '@streambed/protocol'
import type { Role, Scope } from '../store/accounts.ts'

/** Somebody who asks, as far as this server needs to know them. */
export interface Principal {
  /** Whose things they see. */
  readonly owner: Owner
  readonly role: Role
  /** What their key may be used for. Who signed in has all. */
  readonly scopes: readonly Scope[]
  readonly via: 'local' | 'session' | 'key' | 'token'
  /** What lets them in and can be taken back: `session …` or `key …`. Null for what cannot. */
  readonly credential: string | null
  /** When it ends by itself, in milliseconds since 1970; null for never. */
  readonly until: number | null
}

/**
 * What one may want to do: see what is one's own, change it, have all of it removed, look after one's own account, after the people of one's
 * organisation, or after what all of this server's organisations share.
 */
export type Action = 'read' | 'write' | 'erase' | 'account' | 'people' | 'server'

/** Something that belongs to an organisation, or to one user of it. */
export interface Resource {
  readonly org: string
  readonly user?: string
}

/** The organisation that a server begins with. Its admins look after the server itself. */
export const HOME = 'local'

/** How the names of organisations and users begin that another issuer's tokens say: they are never those of accounts here. */
export const TOKEN_PREFIX = 'jwt:'

export const ALL_SCOPES: readonly Scope[] = ['read', 'write', 'admin']

/** The one user of a server without sign-in. */
export const LOCAL: Principal = {
  owner: { org: HOME, user: 'local' },
  role: 'owner',
  scopes: ALL_SCOPES,
  via: 'local',
  credential: null,
  until: null,
}

interface Rule {
  readonly roles: readonly Role[]
  /** What a key must be for; `person`: no key will do; `session`: nor a token of another issuer, who has no account here. */
  readonly needs: Scope | 'person' | 'session'
}

const RULES: Readonly<Record<Action, Rule>> = {
  read: { roles: ['owner', 'admin', 'member', 'viewer'], needs: 'read' },
  write: { roles: ['owner', 'admin', 'member'], needs: 'write' },
  erase: { roles: ['owner', 'admin', 'member', 'viewer'], needs: 'person' },
  account: { roles: ['owner', 'admin', 'member', 'viewer'], needs: 'session' },
  people: { roles: ['owner', 'admin'], needs: 'admin' },
  server: { roles: ['owner', 'admin'], needs: 'admin' },
}

/**
 * The one place that says who may do what. Queries are by owner all the same; this comes before them.
 *
 * @throws StreambedError `forbidden` for what one's role or key is not enough for, `not-found` for what belongs to others: it looks
 *   the same as what does not exist.
 */
export function authorize(principal: Principal, action: Action, resource: Resource = principal.owner): void {
  const { roles, needs } = RULES[action]
  if (resource.org !== principal.owner.org) throw new StreambedError('not-found')
  const isOthers = resource.user !== undefined && resource.user !== principal.owner.user
  if (isOthers && action !== 'people') throw new StreambedError('not-found')
  if (!roles.includes(principal.role)) throw new StreambedError('forbidden')
  if (action === 'server' && principal.owner.org !== HOME) throw new StreambedError('forbidden')
  if (needs === 'person' || needs === 'session') checkPerson(principal, needs)
  else if (!principal.scopes.includes(needs)) throw new StreambedError('forbidden')
}

function checkPerson({ via }: Principal, needs: 'person' | 'session'): void {
  if (via === 'key') throw new StreambedError('forbidden', BY_KEY)
  if (via === 'token' && needs === 'session') throw new StreambedError('forbidden', BY_TOKEN)
}

const BY_KEY = 'A key does nothing to accounts, and makes no keys. Sign in as its owner: keys are on the page Account.'
const BY_TOKEN =
  'Whoever comes with a token of another issuer has no account here, so no keys and no password either. Send tokens of that issuer; for an API key sign in with an account of this server.'

/** Whether `authorize` lets somebody do something. */
export function allows(principal: Principal, action: Action, resource?: Resource): boolean {
  try {
    authorize(principal, action, resource)
    return true
  } catch (error) {
    if (error instanceof StreambedError) return false
    throw error
  }
}
