import { Target } from 'lucide-react'
import { useState } from 'react'
import { useRecords } from '../records/use-records.ts'
import { Link } from '../routes/link.tsx'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { useNow } from '../ui/use-now.ts'
import { WholePage } from '../ui/whole-page.tsx'
import { CalibrationView } from './calibration-view.tsx'
import { CallBox } from './call-box.tsx'
import { dueAway, dueInWords, type LoggedPrediction, type PredictionRecord, percent, STATUSES } from './prediction.ts'
import { StatusMark } from './status-mark.tsx'

const words = pagesText.predictions
const FILTERS = ['all', ...STATUSES] as const
type Filter = (typeof FILTERS)[number]

/** Where predictions are made, and where those that were logged wait for their day. */
export function PredictionsPage() {
  const [filter, setFilter] = useState<Filter>('all')
  const [calls, setCalls] = useState(0)
  const list = useRecords<LoggedPrediction>('predictions', queryOf(filter))
  return (
    <Page title={words.title}>
      <p className="max-w-2xl text-sm text-pretty text-soft">{words.explanation}</p>
      <CallBox key={calls} onLogged={list.reload} onAgain={() => setCalls((calls) => calls + 1)} />
      <section aria-label={words.logged} className="pt-2">
        <Tabs
          label={words.filter}
          value={filter}
          onChange={setFilter}
          options={FILTERS.map((value) => ({
            value,
            label: value === 'all' ? words.all : words.statuses[value],
          }))}
        >
          {list.status === 'loading' ? (
            <PageLoading />
          ) : list.status === 'failed' ? (
            <PageFailed title={words.failed} problem={list.problem} onRetry={list.reload} />
          ) : list.items.length === 0 ? (
            <div className="h-64">
              <WholePage icon={Target} title={filter === 'all' ? words.empty.title : words.empty.filtered}>
                {filter === 'all' ? words.empty.text : undefined}
              </WholePage>
            </div>
          ) : (
            <>
              <ul className="space-y-2">
                {list.items.map((record) => (
                  <PredictionRow key={record.id} record={record} />
                ))}
              </ul>
              {list.loadMore && (
                <Button look="quiet" className="mt-3 w-full" onClick={list.loadMore}>
                  {text.sidebar.more}
                </Button>
              )}
            </>
          )}
        </Tabs>
      </section>
      <CalibrationView />
    </Page>
  )
}

function queryOf(filter: Filter) {
  if (filter === 'all') return {}
  return { where: { status: filter }, order: filter === 'pending' ? 'due' : '-due' }
}

function PredictionRow({ record }: { readonly record: PredictionRecord }) {
  const now = useNow(false)
  const { prediction, due } = record
  return (
    <li>
      <Link
        to={{ name: 'prediction', id: record.id }}
        className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-line bg-raised px-4 py-3 shadow-low transition-colors hover:border-edge"
      >
        <span className="min-w-0 flex-1 basis-64">
          <span className="line-clamp-2 text-[0.9375rem] font-medium text-pretty break-words">
            {prediction.prediction_statement}
          </span>
          <span className="mt-0.5 block text-xs text-faint">
            <time dateTime={due}>{dueInWords(due)}</time> · {dueAway(due, now)}
            {prediction.confidence !== undefined && ` · ${words.sure(percent(prediction.confidence))}`}
          </span>
        </span>
        <StatusMark record={record} now={now} />
      </Link>
    </li>
  )
}
