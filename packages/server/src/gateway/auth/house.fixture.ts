import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Accounts, createAccounts, memberId } from '../../accounts/accounts.ts'
import { createKey } from '../../accounts/keys.ts'
import { passwords } from '../../accounts/password.ts'
import { ALL_SCOPES, type Principal } from '../../accounts/principal.ts'
import { openSession } from '../../accounts/sessions.ts'
import type { Bearers } from '../../accounts/tokens.ts'
import type { Agent } from '../../agent/agent.ts'
import { ACCOUNTS } from '../../bus/bus.ts'
import type { ScriptedAnswer } from '../../model/scripted.ts'
import type { Log } from '../../runs/engine.ts'
import type { Role, Scope } from '../../store/accounts.ts'
import { memoryStore } from '../../store/memory.ts'
import { type TestGateway, testGateway } from '../gateway.fixture.ts'
import { accountsAuth, type SignIn } from './auth.ts'
import { sessionCookie } from './cookie.ts'

/** A server with sign-in, on a clock that tests move. */
export interface House extends TestGateway {
  readonly accounts: Accounts
  readonly clock: { now: number }
  /** Somebody new who is a member of an organisation and signed in. Their password is `PASSWORD`. */
  join(org: string, role: Role, name: string): Promise<Guest>
  keyOf(guest: Guest, scopes: readonly Scope[]): Promise<string>
}

export interface Guest {
  readonly user: string
  readonly org: string
  readonly email: string
  readonly token: string
  readonly principal: Principal
  /** What a browser on this server's own page sends. */
  readonly headers: Readonly<Record<string, string>>
}

export interface HouseOptions {
  readonly answers?: readonly ScriptedAnswer[]
  readonly agents?: readonly Agent[]
  readonly origins?: readonly string[]
  readonly bearers?: Bearers
  readonly journeys?: (accounts: Accounts) => NonNullable<SignIn['journeys']>
  readonly adminEmail?: string
  readonly log?: Log
  readonly storagePerUser?: number
}

export const PASSWORD = 'seven blue horses'
const DAY_MS = 86_400_000
const visitor = { address: '192.0.2.1', browser: 'test' }

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const clock = { now: Date.parse('2026-11-20T12:00:00Z') }
  const now = () => clock.now
  const store = memoryStore({ now })
  const cheap = passwords({ cost: 4 })
  const hash = cheap.hash(PASSWORD, { email: 'nobody@nowhere' })
  let accounts: Accounts | undefined
  const gateway = await testGateway(options.answers ?? [], {
    store,
    ...(options.agents && { agents: options.agents }),
    ...(options.origins && { origins: options.origins }),
    ...(options.log && { log: options.log }),
    ...(options.storagePerUser && { storagePerUser: options.storagePerUser }),
    auth({ bus, policy }) {
      accounts = createAccounts({
        store: store.accounts,
        settings: { sessionMs: 7 * DAY_MS, idleMs: DAY_MS, adminEmail: options.adminEmail ?? null },
        changed: () => bus.wake(ACCOUNTS),
        passwords: cheap,
        now,
      })
      const signIn = {
        accounts,
        hasPasswords: true,
        cookie: sessionCookie({ secure: false, maxAgeMs: 7 * DAY_MS }),
        trustedProxies: 0,
        ...(options.journeys && { journeys: options.journeys(accounts) }),
      }
      return accountsAuth({ signIn, policy, bearers: options.bearers })
    },
  })
  const house = accounts! // `auth` was called

  return {
    ...gateway,
    accounts: house,
    clock,
    async join(org, role, name) {
      const user = `u_${name}`
      const email = `${name}@${org}.example`
      const data = { email, name, password: await hash, disabled: false }
      if (!(await store.accounts.find('organisation', org)))
        await store.accounts.apply([{ add: { kind: 'organisation', id: org, org, data: { title: org } } }])
      if (!(await store.accounts.find('person', user)))
        await store.accounts.apply([{ add: { kind: 'person', id: user, name: email, org, user, data } }])
      const id = memberId(org, user)
      await store.accounts.apply([{ add: { kind: 'member', id, org, user, data: { role } } }])
      const member = await store.accounts.find('member', id)
      const token = await openSession(house, member!, 'password', visitor) // just added
      const credential = `session ${token.split('_')[1]}`
      const principal = {
        owner: { org, user },
        role,
        scopes: ALL_SCOPES,
        via: 'session',
        credential,
        until: null,
      } as const
      return { user, org, email, token, principal, headers: { cookie: `streambed=${token}`, origin: gateway.url } }
    },
    keyOf: async ({ principal }, scopes) =>
      (await createKey(house, principal, { title: 'test', scopes, days: 30 })).token,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever came over the wire
export type Answer = readonly [status: number, body: any, headers: Headers]

/** One request, with just these headers: `fetch` would add some of a browser's. */
export async function ask(
  { url }: { readonly url: string },
  headers: Readonly<Record<string, string>>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const isBytes = body instanceof Uint8Array
  const sent = request(url + path, {
    method,
    agent: false,
    headers: { ...(body !== undefined && !isBytes && { 'content-type': 'application/json' }), ...headers },
  })
  sent.end(body === undefined || isBytes ? body : JSON.stringify(body))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const answered = await text(response)
  const isJson = response.headers['content-type']?.includes('json') ?? false
  return [
    response.statusCode!, // a response has one
    isJson ? JSON.parse(answered) : answered,
    new Headers(Object.entries(response.headersDistinct).flatMap(([name, all]) => all!.map((value) => [name, value]))),
  ]
}
