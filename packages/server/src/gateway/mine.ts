import { Readable } from 'node:stream'
import type { ConversationId } from '@streambed/protocol'
import { keysOf } from '../accounts/keys.ts'
import { sessionsOf } from '../accounts/sessions.ts'
import { exportOf, forget } from '../runs/mine.ts'
import { sharesOf } from '../shares/shares.ts'
import { meOf } from './auth/me.ts'
import type { App, Door } from './door.ts'

/** All that is kept for whoever asks: to take along, or to be gone. */
export function mine(app: App, { engine, auth }: Door): void {
  app.get(
    '/v1/me/export',
    {
      schema: {
        summary: 'All that is kept for you: account, sessions, keys, conversations, links, files, records, usage.',
        description: 'Of sessions, keys and links it tells that they are there, and not what they open by.',
        tags: ['account'],
      },
    },
    async ({ owner, principal }, reply) => {
      const accounts = auth.signIn?.accounts
      const known = {
        account: await meOf(auth.signIn, principal),
        sessions: accounts ? await sessionsOf(accounts, principal) : [],
        keys: accounts ? await keysOf(accounts, principal) : [],
        linksTo: (conversation: ConversationId) => sharesOf(engine.store, owner, conversation),
      }
      return reply
        .header('content-disposition', 'attachment; filename="streambed-export.json"')
        .type('application/json; charset=utf-8')
        .send(Readable.from(exportOf(engine, owner, known)))
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
