import type { ConversationId, UsageQuery, UsageReport, UsageSum } from '@streambed/client'
import { useAgents, useClient, useConnection, useConversations } from '@streambed/client/react'
import { ChartNoAxesColumn, Download } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { Chart } from '../figures/chart.tsx'
import { modelName } from '../format/model.ts'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { formatDuration } from '../format/time.ts'
import { Link } from '../routes/link.tsx'
import { routeTo } from '../routes/route.ts'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Tabs } from '../ui/tabs.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { daysOf, everyDay, PERIODS, type Period } from './period.ts'
import { type Total, tokensOf, totalOf } from './sums.ts'

const words = pagesText.usage
const WAYS = ['model', 'agent', 'conversation'] as const
type Way = (typeof WAYS)[number]

/** What the model calls of a period have cost: in all, by day, and by what they were for. */
export function UsagePage() {
  const [period, setPeriod] = useState<Period>(30)
  const [way, setWay] = useState<Way>('model')
  const [now] = useState(() => Date.now())
  const days = daysOf(period, now)
  const daily = useUsage({ ...days, by: 'day' })
  const parts = useUsage({ ...days, by: way })
  const report = daily.report
  const download = (
    <a
      href={`/v1/usage?${new URLSearchParams({ ...days, by: way, format: 'csv' })}`}
      download
      className="mx-1 inline-flex min-h-8 items-center gap-1.5 rounded-md border border-line bg-raised px-3 text-sm font-medium shadow-low hover:bg-hover pointer-coarse:min-h-10"
    >
      <Download aria-hidden className="size-4" />
      {words.csv}
    </a>
  )
  return (
    <Page title={words.title} actions={download}>
      <Tabs
        label={words.period}
        value={String(period)}
        onChange={(value) => setPeriod(Number(value) as Period)} // of the options just below
        options={PERIODS.map((days) => ({ value: String(days), label: words.days(days) }))}
      >
        {daily.problem && !report ? (
          <PageFailed title={words.failed} problem={daily.problem} onRetry={daily.reload} />
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
            onChange={setWay}
            options={WAYS.map((value) => ({ value, label: words.by[value] }))}
          >
            {parts.report ? <Parts report={parts.report} /> : <PageLoading />}
          </Tabs>
        </section>
      )}
    </Page>
  )
}

function Totals({ total }: { readonly total: Total }) {
  const { calls, tokens, microDollars, cacheShare, firstTokenMs, unpricedCalls, estimatedCalls } = total
  const notes = [
    ...(unpricedCalls > 0 ? [words.unpriced(unpricedCalls)] : []),
    ...(estimatedCalls > 0 ? [words.estimated(estimatedCalls)] : []),
  ]
  return (
    <div>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        <Tile name={words.dollars}>{formatMoney(microDollars, text.locale)}</Tile>
        <Tile name={words.tokens}>{compact(tokens)}</Tile>
        <Tile name={words.calls}>{formatCount(calls, text.locale)}</Tile>
        <Tile name={words.cached}>{cacheShare === null ? '–' : share(cacheShare)}</Tile>
        <Tile name={words.firstToken}>{firstTokenMs === null ? '–' : formatDuration(firstTokenMs, text.locale)}</Tile>
      </dl>
      {notes.length > 0 && <p className="mt-2 text-xs text-pretty text-faint">{notes.join(' ')}</p>}
    </div>
  )
}

function Tile({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="rounded-xl border border-line bg-raised px-4 py-3 max-lg:last:col-span-2">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="mt-0.5 truncate text-xl font-semibold tracking-tight tabular-nums">{children}</dd>
    </div>
  )
}

function Plots({ report: { from, to, items } }: { readonly report: UsageReport }) {
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

/** What the period went into, the most expensive first, each with its share. */
function Parts({ report }: { readonly report: UsageReport }) {
  const most = Math.max(1, ...report.items.map(weight))
  const shown = report.items.toSorted((one, other) => weight(other) - weight(one)).slice(0, 100)
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-raised">
      {shown.map((sum) => (
        <li key={sum.key} className="flex flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2.5 text-sm">
          <div className="min-w-0 flex-1 basis-52">
            <div className="truncate font-medium">
              <PartName way={report.by} name={sum.key} />
            </div>
            <div className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-(--color-series-1)"
                style={{ width: `${(weight(sum) / most) * 100}%` }}
              />
            </div>
          </div>
          <dl className="grid grid-cols-[5.5rem_4.5rem_5.5rem] text-end tabular-nums max-sm:w-full max-sm:grid-cols-3 max-sm:text-start">
            <Figure name={words.dollars}>{formatMoney(sum.microDollars, text.locale)}</Figure>
            <Figure name={words.tokens}>{compact(tokensOf(sum))}</Figure>
            <Figure name={words.calls}>{formatCount(sum.calls, text.locale)}</Figure>
          </dl>
        </li>
      ))}
    </ul>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-faint">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface PartNameProps {
  readonly way: UsageReport['by']
  readonly name: string
}

function PartName({ way, name }: PartNameProps) {
  const agents = useAgents().value ?? []
  const { items } = useConversations()
  if (way === 'model') return modelName(name)
  if (way === 'agent') return agents.find((agent) => agent.name === name)?.title ?? name
  const conversation = items.find(({ id }) => id === (name as ConversationId))
  if (!conversation) return <span className="text-soft">{words.otherConversation}</span>
  return (
    <Link to={routeTo(conversation.id, conversation.agent)} className="hover:underline">
      {conversation.title ?? text.conversation.untitled}
    </Link>
  )
}

/** By what parts are compared: money, or tokens where no price is known. */
function weight(sum: UsageSum): number {
  return sum.microDollars > 0 ? sum.microDollars : tokensOf(sum) / 1e6
}

function useUsage({ from, to, by }: UsageQuery) {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const [report, setReport] = useState<UsageReport | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const reload = useCallback(() => {
    let isWanted = true
    setProblem(null)
    client.usage({ ...(from && { from }), ...(to && { to }), ...(by && { by }) }).then(
      (report) => isWanted && setReport(report),
      (error: Error) => isWanted && setProblem(error.message),
    )
    return () => {
      isWanted = false
    }
  }, [client, from, to, by])
  useEffect(() => (isConnected ? reload() : undefined), [isConnected, reload])
  const isAsked = report?.by === by && report?.from === from && report?.to === to
  return { report: isAsked ? report : null, problem, reload }
}

function dayLabel(day: string): string {
  const shape = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(text.locale, shape)
}

function compact(count: number): string {
  const notation = count >= 100_000 ? 'compact' : 'standard'
  return new Intl.NumberFormat(text.locale, { notation, maximumFractionDigits: 1 }).format(count)
}

function share(part: number): string {
  return new Intl.NumberFormat(text.locale, { style: 'percent', maximumFractionDigits: 1 }).format(part)
}
