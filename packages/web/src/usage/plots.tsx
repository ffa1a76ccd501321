import type { UsageReport, UsageSum } from '@streambed/client'
import { Chart } from '../figures/chart.tsx'
import { formatMoney } from '../format/money.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { compact } from './compact.ts'
import { everyDay } from './period.ts'

const words = pagesText.usage

/** A period day by day: money, then tokens. */
export function Plots({ report: { from, to, items } }: { readonly report: UsageReport }) {
  const byDay = new Map(items.map((sum) => [sum.key, sum]))
  const days = everyDay(from, to)
  const values = (pick: (sum: UsageSum) => number) => days.map((day) => (byDay.has(day) ? pick(byDay.get(day)!) : 0))
  return (
    <div className="space-y-4">
      <Chart
        title={words.dollarsByDay}
        kind="bar"
        labels={[...days]}
        series={[{ label: words.dollars, values: values(({ microDollars }) => microDollars / 1e6) }]}
        format={(dollars) => formatMoney(Math.round(dollars * 1e6), text.locale)}
        formatLabel={dayLabel}
      />
      <Chart
        title={words.tokensByDay}
        kind={days.length > 45 ? 'line' : 'bar'}
        labels={[...days]}
        series={[
          { label: words.input, values: values(({ inputTokens }) => inputTokens) },
          { label: words.output, values: values(({ outputTokens }) => outputTokens) },
          { label: words.cacheRead, values: values(({ cacheReadTokens }) => cacheReadTokens) },
        ]}
        format={compact}
        formatLabel={dayLabel}
      />
    </div>
  )
}

function dayLabel(day: string): string {
  const shape = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(text.locale, shape)
}
