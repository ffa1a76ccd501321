import { StreambedError } from '@streambed/protocol'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { applyOrConflict } from '../../accounts/accounts.ts'
import { acceptSignedIn } from '../../accounts/invitations.ts'
import { createKey, keysOf, revokeKey } from '../../accounts/keys.ts'
import { changePassword, endSession, enterOrganisation, sessionsOf } from '../../accounts/sessions.ts'
import { issueTicket } from '../../accounts/tickets.ts'
import type { App, Door } from '../door.ts'
import type { SignIn } from './auth.ts'
import { Me, meOf } from './me.ts'
import { enter, Password, sessionToken, Token, visitorOf } from './sign-in.ts'

const ById = z.object({ id: z.string().max(64) })
const Time = z.number().describe('In milliseconds since 1970.')
const Session = z.object({
  id: z.string(),
  via: z.enum(['password', 'oidc']),
  browser: z.string(),
  createdAt: Time,
  seenAt: Time,
  until: Time,
  isThis: z.boolean(),
})
const Key = z.object({
  id: z.string(),
  title: z.string(),
  scopes: z.array(z.enum(['read', 'write', 'admin'])),
  createdAt: Time,
  usedAt: Time.nullable(),
  expiresAt: Time.nullable(),
})
const tags = ['account']
const own = { action: 'account' } as const

/** One's own account: name, password, sessions, keys, tickets. */
export function accountRoutes(app: App, { auth }: Door): void {
  app.get('/v1/account', { schema: { summary: 'Who one is.', tags, response: { 200: Me } } }, async ({ principal }) =>
    meOf(auth.signIn, principal),
  )
  if (auth.signIn) routes(auth.signIn)

  function routes(means: SignIn): void {
    const { accounts } = means

    app.patch(
      '/v1/account',
      {
        config: own,
        schema: {
          summary: 'Changes one’s name.',
          tags,
          body: z.object({ name: z.string().trim().min(1).max(100) }),
          response: { 200: Me },
        },
      },
      async ({ principal, body }) => {
        const person = await accounts.store.find('person', principal.owner.user)
        if (!person) throw new StreambedError('not-found')
        await applyOrConflict(accounts, [{ change: { ...person, data: { ...person.data, name: body.name } } }])
        return meOf(means, principal)
      },
    )

    app.post(
      '/v1/account/password',
      {
        config: own,
        schema: {
          summary: 'Sets another password; all other sessions end.',
          tags,
          body: z.object({ current: Password, next: Password }),
          response: { 200: Me },
        },
      },
      async (request, reply) => {
        const session = await changePassword(accounts, cookieOf(request), request.body, visitorOf(means, request))
        return enter(means, request, reply, session)
      },
    )

    app.post(
      '/v1/account/organisation',
      {
        config: own,
        schema: {
          summary: 'Goes on in another organisation.',
          tags,
          body: z.object({ organisation: z.string().max(200) }),
          response: { 200: Me },
        },
      },
      async (request, reply) => {
        const { principal, body } = request
        const visitor = visitorOf(means, request)
        const session = await enterOrganisation(accounts, cookieOf(request), principal, body.organisation, visitor)
        return enter(means, request, reply, session)
      },
    )

    app.post(
      '/v1/account/accept',
      {
        config: own,
        schema: {
          summary: 'Accepts an invitation with this account, and goes on in its organisation.',
          tags,
          body: z.object({ token: Token }),
          response: { 200: Me },
        },
      },
      async (request, reply) => {
        const { principal, body } = request
        const organisation = await acceptSignedIn(accounts, principal, body.token)
        const visitor = visitorOf(means, request)
        const session = await enterOrganisation(accounts, cookieOf(request), principal, organisation, visitor)
        return enter(means, request, reply, session)
      },
    )

    app.get(
      '/v1/account/sessions',
      {
        config: own,
        schema: { summary: 'Where one is signed in.', tags, response: { 200: z.object({ items: z.array(Session) }) } },
      },
      async ({ principal }) => {
        const sessions = await sessionsOf(accounts, principal)
        return { items: sessions.map((one) => ({ ...one, isThis: principal.credential === `session ${one.id}` })) }
      },
    )

    app.delete(
      '/v1/account/sessions/:id',
      { config: own, schema: { summary: 'Ends one of them.', tags, params: ById } },
      async ({ principal, params }, reply) => {
        await endSession(accounts, principal, params.id)
        return reply.code(204).send()
      },
    )

    app.get(
      '/v1/account/keys',
      {
        config: own,
        schema: { summary: 'One’s API keys.', tags, response: { 200: z.object({ items: z.array(Key) }) } },
      },
      async ({ principal }) => {
        const keys = await keysOf(accounts, principal)
        return { items: keys.map((key) => ({ ...key, scopes: [...key.scopes] })) }
      },
    )

    app.post(
      '/v1/account/keys',
      {
        config: own,
        schema: {
          summary: 'Makes an API key. Its token is shown this once.',
          tags,
          body: z.object({
            title: z.string().trim().min(1).max(100),
            scopes: Key.shape.scopes.min(1).max(3).default(['read', 'write']),
            days: z.int().min(1).max(3_650).nullable().default(90).describe('How long it works; null for ever.'),
          }),
          response: { 201: Key.extend({ token: z.string() }) },
        },
      },
      async ({ principal, body }, reply) => {
        const key = await createKey(accounts, principal, body)
        return reply.code(201).send({ ...key, scopes: [...key.scopes] })
      },
    )

    app.delete(
      '/v1/account/keys/:id',
      { config: own, schema: { summary: 'Revokes a key.', tags, params: ById } },
      async ({ principal, params }, reply) => {
        await revokeKey(accounts, principal, params.id)
        return reply.code(204).send()
      },
    )

    app.post(
      '/v1/tickets',
      {
        config: { action: 'read' },
        schema: {
          summary: 'Makes a ticket: it opens one WebSocket within 30 s, as `?ticket=…` (P75).',
          tags,
          body: z
            .object({
              origin: z.string().max(300).optional().describe('The page that will use it. Default: this one.'),
            })
            .nullish(),
          response: { 201: z.object({ ticket: z.string(), expiresAt: Time }) },
        },
      },
      async ({ principal, body, headers }, reply) => {
        const origin = body?.origin ?? headers.origin ?? null
        if (origin !== null && headers.origin !== undefined && origin !== headers.origin)
          throw new StreambedError('origin-refused', 'A page makes tickets for itself.')
        return reply.code(201).send(await issueTicket(accounts, principal, origin))
      },
    )

    function cookieOf(request: FastifyRequest): string {
      const token = sessionToken(request, means.cookie)
      if (token === undefined) throw new StreambedError('unauthorized')
      return token
    }
  }
}
