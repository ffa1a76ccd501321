import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { USAGE_KEYS } from '../store/usage.ts'
import type { App, Door } from './door.ts'

const DAY_MS = 86_400_000
const MAX_DAYS = 400

const Query = z.object({
  from: z.iso.date().optional().describe('The first day, in UTC. Default: 30 days before `to`.'),
  to: z.iso.date().optional().describe('The last day, in UTC. Default: today.'),
  by: z.enum(USAGE_KEYS).default('day'),
  format: z.enum(['json', 'csv']).default('json'),
})

/** What the model calls of a period have cost: tokens and money, by day, model, agent or conversation. */
export function usage(app: App, { engine }: Door): void {
  app.get(
    '/v1/usage',
    { schema: { summary: 'Tokens and money of a period.', tags: ['usage'], querystring: Query } },
    async ({ owner, query }, reply) => {
      const to = query.to ?? dayOf(engine.now().getTime())
      const from = query.from ?? dayOf(Date.parse(to) - 30 * DAY_MS)
      const days = (Date.parse(to) - Date.parse(from)) / DAY_MS
      if (days < 0 || days > MAX_DAYS) throw new StreambedError('bad-request', `Ask for 1 to ${MAX_DAYS} days.`)
      const items = await engine.store.usage.sum(owner, { from, to: dayOf(Date.parse(to) + DAY_MS), by: query.by })
      if (query.format === 'json') return { from, to, by: query.by, items }
      reply.header('content-disposition', `attachment; filename="usage-${from}-${to}.csv"`)
      return reply.type('text/csv; charset=utf-8').send(csv(query.by, items))
    },
  )
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function csv(by: string, items: readonly object[]): string {
  const fields = items[0] ? Object.keys(items[0]) : ['key']
  const rows = items.map((item) => Object.values(item).map(cell).join(','))
  return [[by, ...fields.slice(1)].join(','), ...rows, ''].join('\r\n')
}

/** Quoted where needed; a cell that a spreadsheet would run as a formula is made a text. */
function cell(value: unknown): string {
  const text = String(value ?? '')
  const safe = /^[=+@\t-]/.test(text) && typeof value === 'string' ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
