import * as z from 'zod'
import { endSession, sessionsOf } from '../../accounts/sessions.ts'
import type { App } from '../door.ts'
import type { SignIn } from './auth.ts'

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
const tags = ['account']
const own = { action: 'account' } as const

/** Where one is signed in. */
export function sessionRoutes(app: App, { accounts }: SignIn): void {
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
    { config: own, schema: { summary: 'Ends one of them.', tags, params: z.object({ id: z.string().max(64) }) } },
    async ({ principal, params }, reply) => {
      await endSession(accounts, principal, params.id)
      return reply.code(204).send()
    },
  )
}
