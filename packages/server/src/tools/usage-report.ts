import * as z from 'zod'
import { defineTool } from '../agent/tool.ts'

const DAY_MS = 86_400_000

/** Tells the user what model calls have cost, and shows it. */
export const usageReport = defineTool({
  name: 'usage_report',
  description:
    "How many tokens and dollars the user's own model calls have cost in a period, summed by day, model, agent or conversation. Also shows the user a table and, by day, a chart.",
  input: z.object({
    from: z.iso.date().optional().describe('The first day (UTC). Left out: 6 days before `to`, so that it is a week.'),
    to: z.iso.date().optional().describe('The last day (UTC). Left out: today.'),
    by: z.enum(['day', 'model', 'agent', 'conversation']).default('day'),
  }),
  async run({ from, to, by }, { account, now, show }) {
    const last = to ?? dayOf(now().getTime())
    const first = from ?? dayOf(Date.parse(last) - 6 * DAY_MS)
    const rows = await account.usage({ from: first, to: dayOf(Date.parse(last) + DAY_MS), by })
    const total = rows.reduce(
      (sum, row) => ({
        calls: sum.calls + row.calls,
        tokens: sum.tokens + tokensOf(row),
        dollars: sum.dollars + row.microDollars / 1e6,
      }),
      { calls: 0, tokens: 0, dollars: 0 },
    )
    if (rows.length > 0) {
      show('table', {
        title: `Usage from ${first} to ${last}`,
        columns: [
          { label: by },
          { label: 'calls', align: 'end' },
          { label: 'tokens', align: 'end' },
          { label: 'dollars', align: 'end' },
        ],
        rows: rows.slice(0, 100).map((row) => [row.key, row.calls, tokensOf(row), dollars(row.microDollars)]),
      })
    }
    if (by === 'day' && rows.length > 1) {
      const series = [{ label: 'tokens', values: rows.map(tokensOf) }]
      show('chart', { title: 'Tokens by day', kind: 'bar', labels: rows.map(({ key }) => key), series, unit: 'tokens' })
    }
    return { from: first, to: last, total, rows: rows.slice(0, 50) }
  },
})

interface Tokens {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
}

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Tokens): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function dollars(microDollars: number): string {
  return `$${(microDollars / 1e6).toFixed(4)}`
}
