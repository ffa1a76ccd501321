import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { issueTicket } from '../../accounts/tickets.ts'
import type { App } from '../door.ts'
import type { SignIn } from './auth.ts'

/** What a browser opens a WebSocket with. */
export function ticketRoutes(app: App, { accounts }: SignIn): void {
  app.post(
    '/v1/tickets',
    {
      config: { action: 'read' },
      schema: {
        summary: 'Makes a ticket: it opens one WebSocket within 30 s, as `?ticket=…` (P75).',
        tags: ['account'],
        body: z
          .object({
            origin: z.string().max(300).optional().describe('The page that will use it. Default: this one.'),
          })
          .nullish(),
        response: {
          201: z.object({ ticket: z.string(), expiresAt: z.number().describe('In milliseconds since 1970.') }),
        },
      },
    },
    async ({ principal, body, headers }, reply) => {
      const origin = body?.origin ?? headers.origin ?? null
      if (origin !== null && headers.origin !== undefined && origin !== headers.origin)
        throw new StreambedError('origin-refused', 'A page makes tickets for itself.')
      return reply.code(201).send(await issueTicket(accounts, principal, origin))
    },
  )
}
