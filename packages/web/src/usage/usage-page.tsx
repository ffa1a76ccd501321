import { ChartNoAxesColumn, Download } from 'lucide-react'
import { useState } from 'react'
import { YourBudgets } from '../budgets/your-budgets.tsx'
import { useQuery } from '../routes/use-query.ts'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { isAdmin, useWho } from '../sign-in/account.ts'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { ChoiceRow } from '../ui/choice-row.tsx'
import { DownloadLink } from '../ui/download-link.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { Parts } from './parts.tsx'
import { daysOf, PERIODS } from './period.ts'
import { Plots } from './plots.tsx'
import { totalOf } from './sums.ts'
import { Totals } from './totals.tsx'
import { useUsage } from './use-usage.ts'

const words = pagesText.usage
const ASKED = ['days', 'by', 'of'] as const
const WAYS = { me: ['model', 'agent', 'conversation'], organisation: ['user', 'model', 'agent'] } as const

/**
 * What the model calls of a period have cost: in all, by day, and by what they were for. Admins see their organisation's, too, where
 * there are others in it.
 */
export function UsagePage() {
  const who = useWho()
  const [asked, ask] = useQuery(ASKED)
  const [now] = useState(() => Date.now())
  const maySeeAll = who !== null && who.via !== 'local' && isAdmin(who)
  const of = maySeeAll && asked.of === 'organisation' ? 'organisation' : 'me'
  const period = PERIODS.find((days) => String(days) === asked.days) ?? 30
  const ways: readonly Way[] = WAYS[of]
  const way = ways.find((way) => way === asked.by) ?? ways[0]!
  const days = daysOf(period, now)
  const daily = useUsage({ ...days, by: 'day', of })
  const parts = useUsage({ ...days, by: way, of })
  const report = daily.value
  const file = new URLSearchParams({ ...days, by: way, of, format: 'csv' })
  return (
    <Page
      title={words.title}
      actions={
        <DownloadLink href={`/v1/usage?${file}`} icon={Download}>
          {words.csv}
        </DownloadLink>
      }
    >
      <YourBudgets />
      {maySeeAll && (
        <ChoiceRow
          label={words.whose}
          value={of}
          onChange={(of) => ask({ of: of === 'me' ? null : of, by: null })}
          options={[
            { value: 'me', label: words.of.me },
            { value: 'organisation', label: words.of.organisation },
          ]}
        />
      )}
      <Tabs
        label={words.period}
        value={String(period)}
        onChange={(days) => ask({ days })}
        options={PERIODS.map((days) => ({ value: String(days), label: words.days(days) }))}
      >
        {daily.problem && !report ? (
          <PageFailed title={words.failed} problem={inWords(daily.problem)} onRetry={daily.reload} />
        ) : !report ? (
          <PageLoading />
        ) : report.items.length === 0 ? (
          <div className="h-80">
            <WholePage icon={ChartNoAxesColumn} title={words.empty.title}>
              {words.empty.text}
            </WholePage>
          </div>
        ) : (
          <div className="space-y-5">
            <Totals total={totalOf(report.items)} />
            <Plots report={report} />
          </div>
        )}
      </Tabs>
      {report && report.items.length > 0 && (
        <section aria-label={words.parts} className="pt-1">
          <Tabs
            label={words.parts}
            value={way}
            onChange={(by) => ask({ by })}
            options={ways.map((value) => ({ value, label: words.by[value] }))}
          >
            {parts.value ? <Parts report={parts.value} /> : <PageLoading />}
          </Tabs>
        </section>
      )}
    </Page>
  )
}

type Way = (typeof WAYS)[keyof typeof WAYS][number]
