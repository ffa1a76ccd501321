import type { IncomingMessage } from 'node:http'
import { StreambedError } from '@streambed/protocol'
import type { Accounts } from '../../accounts/accounts.ts'
import { identifyKey, identifySession, stillStands } from '../../accounts/identify.ts'
import type { Journeys } from '../../accounts/oidc.ts'
import { LOCAL, type Principal } from '../../accounts/principal.ts'
import { redeemTicket } from '../../accounts/tickets.ts'
import type { Bearers } from '../../accounts/tokens.ts'
import { checkOwnPage, type OriginPolicy } from '../origin.ts'
import { readCookie, type SessionCookie } from './cookie.ts'

/** Finds out who asks. */
export interface Auth {
  /** Who sends this request. Throws `unauthorized`, or `origin-refused` for a cookie that a foreign page sends along. */
  identify(request: IncomingMessage): Promise<Principal>
  /** The same for a WebSocket's upgrade, which may bring a ticket. */
  identifySocket(request: IncomingMessage): Promise<Principal>
  /** Whether somebody who was let in may stay. */
  stands(principal: Principal): Promise<boolean>
  /** What the sign-in pages work with; undefined where there is no sign-in. */
  readonly signIn?: SignIn
}

export interface SignIn {
  readonly accounts: Accounts
  /** Whether people sign in with a password of this server's. */
  readonly hasPasswords: boolean
  /** Where people sign in elsewhere. */
  readonly journeys?: Journeys
  readonly cookie: SessionCookie
  /** How many proxies stand before this server, and say truly for whom they ask. */
  readonly trustedProxies: number
}

/** On a laptop there is one user: the server listens on loopback alone. */
export const localUser: Auth = {
  identify: async () => LOCAL,
  identifySocket: async () => LOCAL,
  stands: async () => true,
}

interface AccountsAuthOptions {
  readonly signIn: SignIn
  readonly bearers?: Bearers | undefined
  readonly policy: OriginPolicy
}

/** Lets in by session cookie, API key, bearer token of an issuer one trusts, and ticket. */
export function accountsAuth({ signIn, bearers, policy }: AccountsAuthOptions): Auth {
  const { accounts, cookie } = signIn

  return {
    signIn,
    stands: (principal) => stillStands(accounts, principal),
    identify: async (request) => byBearer(request) ?? bySession(request, 'request'),

    async identifySocket(request) {
      const ticket = new URL(request.url ?? '/', 'http://server').searchParams.get('ticket')
      if (ticket !== null) return redeemTicket(accounts, ticket, request.headers.origin ?? null)
      return byBearer(request) ?? bySession(request, 'socket')
    },
  }

  function byBearer({ headers }: IncomingMessage): Promise<Principal> | undefined {
    const { authorization } = headers
    if (authorization === undefined) return undefined
    const [, token] = authorization.match(/^Bearer ([\x21-\x7e]{1,8192})$/i) ?? []
    if (token === undefined) throw new StreambedError('unauthorized')
    if (token.startsWith('sbk_')) return identifyKey(accounts, token)
    if (!bearers) throw new StreambedError('unauthorized')
    return bearers.identify(token)
  }

  async function bySession(request: IncomingMessage, kind: 'request' | 'socket'): Promise<Principal> {
    const token = readCookie(request.headers.cookie, cookie.name)
    if (token === undefined) throw new StreambedError('unauthorized')
    checkOwnPage(policy, request, kind)
    return identifySession(accounts, token)
  }
}
