import { StreambedError } from '@streambed/protocol'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { applyOrConflict } from '../../accounts/accounts.ts'
import { acceptSignedIn } from '../../accounts/invitations.ts'
import { changePassword, enterOrganisation } from '../../accounts/sessions.ts'
import type { App, Door } from '../door.ts'
import type { SignIn } from './auth.ts'
import { keyRoutes } from './keys.ts'
import { Me, meOf } from './me.ts'
import { sessionRoutes } from './sessions.ts'
import { enter, Password, sessionToken, Token, visitorOf } from './sign-in.ts'
import { ticketRoutes } from './tickets.ts'

const tags = ['account']
const own = { action: 'account' } as const

/** One's own account: name, password, organisation, sessions, keys, tickets. */
export function accountRoutes(app: App, { auth }: Door): void {
  app.get('/v1/account', { schema: { summary: 'Who one is.', tags, response: { 200: Me } } }, async ({ principal }) =>
    meOf(auth.signIn, principal),
  )
  if (!auth.signIn) return
  personRoutes(app, auth.signIn)
  organisationRoutes(app, auth.signIn)
  sessionRoutes(app, auth.signIn)
  keyRoutes(app, auth.signIn)
  ticketRoutes(app, auth.signIn)
}

function personRoutes(app: App, means: SignIn): void {
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
      const session = await changePassword(accounts, cookieOf(request, means), request.body, visitorOf(means, request))
      return enter(means, request, reply, session)
    },
  )
}

/** Both go on with a session in another organisation. */
function organisationRoutes(app: App, means: SignIn): void {
  const { accounts } = means

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
      const session = await enterOrganisation(accounts, cookieOf(request, means), principal, body.organisation, visitor)
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
      const session = await enterOrganisation(accounts, cookieOf(request, means), principal, organisation, visitor)
      return enter(means, request, reply, session)
    },
  )
}

function cookieOf(request: FastifyRequest, { cookie }: SignIn): string {
  const token = sessionToken(request, cookie)
  if (token === undefined) throw new StreambedError('unauthorized')
  return token
}
