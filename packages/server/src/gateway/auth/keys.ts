import * as z from 'zod'
import { createKey, keysOf, revokeKey } from '../../accounts/keys.ts'
import type { App } from '../door.ts'
import type { SignIn } from './auth.ts'

const Time = z.number().describe('In milliseconds since 1970.')
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

/** One's own API keys. */
export function keyRoutes(app: App, { accounts }: SignIn): void {
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
    { config: own, schema: { summary: 'Revokes a key.', tags, params: z.object({ id: z.string().max(64) }) } },
    async ({ principal, params }, reply) => {
      await revokeKey(accounts, principal, params.id)
      return reply.code(204).send()
    },
  )
}
