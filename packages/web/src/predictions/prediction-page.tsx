import { Failure, type RecordId } from '@streambed/client'
import { useClient, useConnection } from '@streambed/client/react'
import { ArrowLeft, MessageSquareText, SearchX, Trash2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { removeUndoably } from '../conversations/undoable.ts'
import { formatMoment } from '../format/time.ts'
import { Link } from '../routes/link.tsx'
import { navigate } from '../routes/navigation.ts'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { toasts } from '../ui/toast.tsx'
import { useNow } from '../ui/use-now.ts'
import { WholePage } from '../ui/whole-page.tsx'
import type { LoggedPrediction, PredictionRecord } from './prediction.ts'
import { PredictionFacts } from './prediction-facts.tsx'
import { StatusMark } from './status-mark.tsx'
import { VerdictBox } from './verdict-box.tsx'

const words = pagesText.predictions

/** One logged prediction: what it says, how it is judged, and what became of it. */
export function PredictionPage({ id }: { readonly id: string }) {
  const { record, problem, isMissing, setRecord, reload } = useOne(id as RecordId)
  const client = useClient()
  const remove = () => {
    navigate({ name: 'predictions' })
    removeUndoably(id, words.removed, () =>
      client
        .records('predictions')
        .remove(id as RecordId)
        .catch((error: Error) => toasts.add({ title: inWords(error) })),
    )
  }
  return (
    <Page title={words.one} actions={record && <IconButton icon={Trash2} label={words.remove} onClick={remove} />}>
      <Link to={{ name: 'predictions' }} className="inline-flex items-center gap-1.5 text-sm text-soft hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
        {words.all}
      </Link>
      {record ? (
        <Whole record={record} onChange={setRecord} />
      ) : isMissing ? (
        <div className="h-80">
          <WholePage icon={SearchX} title={words.missing} />
        </div>
      ) : problem ? (
        <PageFailed title={words.failed} problem={problem} onRetry={reload} />
      ) : (
        <PageLoading />
      )}
    </Page>
  )
}

interface WholeProps {
  readonly record: PredictionRecord
  readonly onChange: (record: PredictionRecord) => void
}

function Whole({ record, onChange }: WholeProps) {
  const now = useNow(false)
  const { prediction, conversation, history } = record
  return (
    <article className="space-y-5">
      <div className="space-y-3">
        <h2 className="text-xl leading-snug font-semibold text-pretty break-words">
          {prediction.prediction_statement}
        </h2>
        <div className="flex flex-wrap items-center gap-3">
          <StatusMark record={record} now={now} />
          {conversation && (
            <Button
              look="quiet"
              icon={MessageSquareText}
              onClick={() => navigate({ name: 'conversation', id: conversation })}
            >
              {words.talk}
            </Button>
          )}
        </div>
      </div>
      <VerdictBox record={record} onChange={onChange} />
      <section aria-label={words.method} className="rounded-xl border border-line bg-raised p-5">
        <PredictionFacts prediction={prediction} />
      </section>
      <section aria-label={words.history}>
        <h3 className="text-xs font-medium text-faint">{words.history}</h3>
        <ol className="mt-2 space-y-2 border-s-2 border-line ps-4 text-sm">
          {history.map(({ status, at, note }, nth) => (
            <li key={at}>
              <time dateTime={at} className="text-soft">
                {formatMoment(at, new Date(now), text.locale)}
              </time>{' '}
              · {nth === 0 ? words.wasLogged : words.statuses[status]}
              {note && <p className="text-pretty whitespace-pre-wrap text-soft">{note}</p>}
            </li>
          ))}
        </ol>
      </section>
    </article>
  )
}

function useOne(id: RecordId) {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const [record, setRecord] = useState<PredictionRecord | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isMissing, setMissing] = useState(false)
  const reload = useCallback(() => {
    setProblem(null)
    client
      .records<LoggedPrediction>('predictions')
      .get(id)
      .then(setRecord, (error: Error) => {
        if (error instanceof Failure && error.code === 'not-found') setMissing(true)
        else setProblem(inWords(error))
      })
  }, [client, id])
  useEffect(() => {
    if (isConnected) reload()
  }, [isConnected, reload])
  return { record, problem, isMissing, setRecord, reload }
}
