import * as z from 'zod'
import { MAX_DAYS, retentionOf, setRetention } from '../runs/retention.ts'
import type { App, Door } from './door.ts'

const Days = z.int().min(1).max(MAX_DAYS).nullable()
const Answer = z.object({
  conversationDays: Days.describe('As the organisation has it; null where it leaves that to the server.'),
  atMost: Days.describe('As the server has it; null for ever.'),
})
const tags = ['people']
const admins = { action: 'people' } as const

/** How long one's organisation keeps conversations. */
export function retention(app: App, { engine }: Door): void {
  app.get(
    '/v1/organisation/retention',
    {
      config: admins,
      schema: { summary: 'How long conversations are kept, in days.', tags, response: { 200: Answer } },
    },
    async ({ owner }) => retentionOf(engine, owner.org),
  )

  app.put(
    '/v1/organisation/retention',
    {
      config: admins,
      schema: {
        summary: 'Sets how long conversations are kept after the last word in them.',
        description: 'Older ones are removed within an hour. Null leaves it to the server.',
        tags,
        body: z.object({ conversationDays: Days }),
        response: { 200: Answer },
      },
    },
    async ({ owner, body }) => setRetention(engine, owner.org, body.conversationDays),
  )
}
