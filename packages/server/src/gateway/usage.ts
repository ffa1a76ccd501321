import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { namesOf } from '../accounts/people.ts'
import { authorize, type Principal } from '../accounts/principal.ts'
import { USAGE_KEYS, type UsageSum, type Whose } from '../store/usage.ts'
import { csv } from './csv.ts'
import type { App, Door } from './door.ts'

const DAY_MS = 86_400_000
const MAX_DAYS = 400

const Query = z.object({
  from: z.iso.date().optional().describe('The first day, in UTC. Default: 30 days before `to`.'),
  to: z.iso.date().optional().describe('The last day, in UTC. Default: today.'),
  by: z.enum(USAGE_KEYS).default('day'),
  of: z
    .enum(['me', 'organisation', 'server'])
    .optional()
    .describe('Whose: your own, or for admins all of your organisation or of the server. Default: what `by` is about.'),
  format: z.enum(['json', 'csv']).default('json'),
})

/** What the model calls of a period have cost: tokens and money, by day, model, agent, conversation, user or organisation. */
export function usage(app: App, { engine, auth }: Door): void {
  app.get(
    '/v1/usage',
    { schema: { summary: 'Tokens and money of a period.', tags: ['usage'], querystring: Query } },
    async ({ principal, query }, reply) => {
      const { by } = query
      const to = query.to ?? dayOf(engine.now().getTime())
      const from = query.from ?? dayOf(Date.parse(to) - 30 * DAY_MS)
      const days = (Date.parse(to) - Date.parse(from)) / DAY_MS
      if (days < 0 || days > MAX_DAYS) throw new StreambedError('bad-request', `Ask for 1 to ${MAX_DAYS} days.`)
      const whose = whoseOf(principal, query)
      const items = await engine.store.usage.sum(whose, { from, to: dayOf(Date.parse(to) + DAY_MS), by })
      if (query.format === 'json') return { from, to, by, items }
      reply.header('content-disposition', `attachment; filename="usage-${from}-${to}.csv"`)
      reply.type('text/csv; charset=utf-8')
      if (by !== 'user' || !auth.signIn) return csv(items, FIELDS, [by, ...FIELDS.slice(1)])
      const names = await namesOf(auth.signIn.accounts, principal.owner.org, new Set(items.map(({ key }) => key)))
      const named = items.map((item) => ({ ...item, name: names.get(item.key) }))
      return csv(named, [...FIELDS, 'name'], [by, ...FIELDS.slice(1), 'name'])
    },
  )
}

const FIELDS = [
  'key',
  'calls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'microDollars',
  'unpricedCalls',
  'estimatedCalls',
  'firstTokenMs',
] as const satisfies readonly (keyof UsageSum)[]

function whoseOf(principal: Principal, { by, of }: z.output<typeof Query>): Whose {
  const { org, user } = principal.owner
  switch (of ?? (by === 'user' ? 'organisation' : by === 'organisation' ? 'server' : 'me')) {
    case 'me':
      return { org, user }
    case 'organisation':
      authorize(principal, 'people')
      return { org }
    case 'server':
      authorize(principal, 'server')
      return {}
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
