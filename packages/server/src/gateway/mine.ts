import { Readable } from 'node:stream'
import { exportOf, forget } from '../runs/mine.ts'
import { meOf } from './auth/me.ts'
import type { App, Door } from './door.ts'

/** All that is kept for whoever asks: to take along, or to be gone. */
export function mine(app: App, { engine, auth }: Door): void {
  app.get(
    '/v1/me/export',
    {
      schema: {
        summary: 'All that is kept for you: account, conversations, files, records, usage.',
        tags: ['account'],
      },
    },
    async ({ owner, principal }, reply) => {
      const account = await meOf(auth.signIn, principal)
      return reply
        .header('content-disposition', 'attachment; filename="streambed-export.json"')
        .type('application/json; charset=utf-8')
        .send(Readable.from(exportOf(engine, owner, account)))
    },
  )

  app.delete(
    '/v1/me',
    {
      config: { action: 'erase' },
      schema: {
        summary: 'Removes all that is kept for you here. It cannot be had back.',
        description:
          'What was spent stays with the organisation, without your name, and your budgets count it as before; the audit stays until its time is up.',
        tags: ['account'],
      },
    },
    async ({ owner }, reply) => {
      await forget(engine, owner)
      return reply.code(204).send()
    },
  )
}
