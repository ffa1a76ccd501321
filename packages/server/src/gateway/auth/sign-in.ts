import { StreambedError } from '@streambed/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { identifySession } from '../../accounts/identify.ts'
import { accept, hasOwner, readInvitation } from '../../accounts/invitations.ts'
import { setPassword } from '../../accounts/people.ts'
import { signIn, signOut, type Visitor } from '../../accounts/sessions.ts'
import type { App, Door } from '../door.ts'
import { NOTHING } from '../openapi.ts'
import { checkOwnPage } from '../origin.ts'
import { addressOf } from './address.ts'
import type { SignIn } from './auth.ts'
import { clearCookie, readCookie, type SessionCookie, setCookie } from './cookie.ts'
import { Me, meOf } from './me.ts'

export const Password = z.string().min(1).max(1_000)
export const Token = z.string().min(1).max(200)
const Email = z.string().min(3).max(254)
const tags = ['sign-in']
const open = { action: 'open' } as const
const JOURNEY_MS = 600_000

const Ways = z.object({
  ways: z.array(z.enum(['local', 'password', 'provider'])),
  provider: z.string().nullable().describe('What the identity provider is called.'),
  firstRun: z.boolean().describe('Whether the first owner has yet to come.'),
  me: Me.nullable(),
})

/** What one may ask before anybody knows who one is. */
export function signInRoutes(app: App, { auth, policy, engine }: Door): void {
  app.get(
    '/v1/auth',
    { config: open, schema: { summary: 'How one signs in here, and who one is.', tags, response: { 200: Ways } } },
    async (request) => {
      const principal = await auth.identify(request.raw).catch(nobody)
      const me = principal ? await meOf(auth.signIn, principal) : null
      if (!auth.signIn) return { ways: ['local' as const], provider: null, firstRun: false, me }
      const { accounts, hasPasswords, journeys } = auth.signIn
      const ways = [...(hasPasswords ? (['password'] as const) : []), ...(journeys ? (['provider'] as const) : [])]
      return { ways, provider: journeys?.title ?? null, firstRun: !(await hasOwner(accounts)), me }
    },
  )
  if (auth.signIn) routes(auth.signIn)

  function routes(means: SignIn): void {
    const { accounts, cookie, hasPasswords, journeys } = means
    app.post(
      '/v1/auth/sign-out',
      { config: open, schema: { summary: 'Ends the session of this browser.', tags, response: NOTHING } },
      async (request, reply) => {
        checkOwnPage(policy, request.raw, 'request')
        await signOut(accounts, sessionToken(request, cookie) ?? '')
        return reply.code(204).header('set-cookie', clearCookie(cookie)).send()
      },
    )
    app.post(
      '/v1/auth/invitation',
      {
        config: open,
        schema: {
          summary: 'What an invitation says.',
          tags,
          body: z.object({ token: Token }),
          response: {
            200: z.object({
              organisation: z.string().nullable(),
              email: z.string().nullable(),
              isKnown: z
                .boolean()
                .describe('Whether there is an account with that address: then its password is asked for.'),
            }),
          },
        },
      },
      async ({ body }) => readInvitation(accounts, body.token),
    )

    if (hasPasswords) withPasswords(means)
    if (!journeys) return

    const journeyCookie = { ...cookie, name: `${cookie.name}-journey`, maxAgeMs: JOURNEY_MS }
    app.get(
      '/v1/auth/oidc',
      { config: open, schema: { summary: 'Sends a browser to the identity provider.', tags } },
      async (request, reply) => {
        const from = { name: `journey ${visitorOf(means, request).address}`, allowed: 100 }
        accounts.throttle.check([from])
        accounts.throttle.failed([from]) // each one is kept for a while
        const { url, token } = await journeys.begin()
        return reply.header('set-cookie', setCookie(journeyCookie, token)).redirect(url)
      },
    )
    app.get(
      '/v1/auth/oidc/callback',
      { config: open, schema: { summary: 'Where the identity provider sends it back to.', tags } },
      async (request, reply) => {
        reply.header('set-cookie', clearCookie(journeyCookie))
        const token = readCookie(request.headers.cookie, journeyCookie.name)
        try {
          const url = new URL(request.url, 'http://server')
          const session = await journeys.end(url, token, visitorOf(means, request))
          request.owner = (await identifySession(accounts, session)).owner
          await leaveOld(means, request)
          return reply.header('set-cookie', setCookie(cookie, session)).redirect('/sign-in') // which finds out who it is
        } catch (error) {
          const failure = StreambedError.of(error)
          engine.log.warn({ err: error }, 'a sign-in at the identity provider failed')
          return reply.redirect(`/sign-in?error=${failure.code}`)
        }
      },
    )
  }

  function withPasswords(means: SignIn): void {
    const { accounts } = means
    app.post(
      '/v1/auth/sign-in',
      {
        config: open,
        schema: {
          summary: 'Signs in with a password.',
          tags,
          body: z.object({ email: Email, password: Password }),
          response: { 200: Me },
        },
      },
      async (request, reply) => {
        const session = await signIn(accounts, request.body, visitorOf(means, request))
        return enter(means, request, reply, session)
      },
    )

    app.post(
      '/v1/auth/accept',
      {
        config: open,
        schema: {
          summary: 'Accepts an invitation: makes an account, or brings one into another organisation.',
          tags,
          body: z.object({
            token: Token,
            name: z.string().trim().min(1).max(100),
            password: Password,
            email: Email.regex(/^[^\s@]+@[^\s@]+$/)
              .optional()
              .describe('Where the invitation names none.'),
          }),
          response: { 200: Me },
        },
      },
      async (request, reply) => {
        const session = await accept(accounts, request.body, visitorOf(means, request))
        return enter(means, request, reply, session)
      },
    )

    app.post(
      '/v1/auth/reset',
      {
        config: open,
        schema: {
          summary: 'Sets a new password with what an admin has given one.',
          tags,
          body: z.object({ token: Token, password: Password }),
          response: NOTHING,
        },
      },
      async ({ body }, reply) => {
        await setPassword(accounts, body)
        return reply.code(204).send()
      },
    )
  }
}

/** Answers with a new session's cookie, and ends the one that was there before. */
export async function enter(means: SignIn, request: FastifyRequest, reply: FastifyReply, session: string): Promise<Me> {
  await leaveOld(means, request)
  reply.header('set-cookie', setCookie(means.cookie, session))
  const principal = await identifySession(means.accounts, session)
  request.owner = principal.owner // for the audit
  return meOf(means, principal)
}

export function visitorOf({ trustedProxies }: SignIn, { raw, headers }: FastifyRequest): Visitor {
  return { address: addressOf(raw, trustedProxies), browser: headers['user-agent'] ?? '' }
}

export function sessionToken({ headers }: FastifyRequest, { name }: SessionCookie): string | undefined {
  return readCookie(headers.cookie, name)
}

async function leaveOld({ accounts, cookie }: SignIn, request: FastifyRequest): Promise<void> {
  const old = sessionToken(request, cookie)
  if (old !== undefined) await signOut(accounts, old)
}

function nobody(error: unknown): undefined {
  if (error instanceof StreambedError && (error.code === 'unauthorized' || error.code === 'origin-refused')) return
  throw error
}
