import { useClient } from '@streambed/client/react'
import { CircleCheck, CircleHelp, CircleX, Gavel, type LucideIcon } from 'lucide-react'
import { useId, useState } from 'react'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { Button } from '../ui/button.tsx'
import { FIELD } from '../ui/field.ts'
import { isDue, type LoggedPrediction, type PredictionRecord, VERDICTS, type Verdict } from './prediction.ts'
import { Fact, Lines } from './prediction-facts.tsx'

const words = pagesText.predictions.verdict
const ICONS: Record<Verdict, LucideIcon> = {
  verified_true: CircleCheck,
  verified_false: CircleX,
  inconclusive: CircleHelp,
}

interface VerdictBoxProps {
  readonly record: PredictionRecord
  readonly onChange: (record: PredictionRecord) => void
}

/** What became of a prediction: what the agent proposes and why, and the person's word, which counts. */
export function VerdictBox({ record, onChange }: VerdictBoxProps) {
  const heading = useId()
  const { status, proposal } = record
  const isOpen = status === 'pending'
  if (isOpen && !proposal && !isDue(record, Date.now())) return null
  return (
    <section aria-labelledby={heading} className="rounded-xl border border-line bg-raised p-5 shadow-low">
      <h3 id={heading} className="flex items-center gap-2 text-[0.9375rem] font-semibold">
        <Gavel aria-hidden className="size-4.5 text-accent" />
        {isOpen ? words.question : words.given[status]}
      </h3>
      {proposal ? (
        <dl className="mt-3 space-y-3 text-sm">
          <Fact name={words.proposal}>
            <p className="font-medium">{words.given[proposal.verdict]}</p>
            <p className="mt-1 text-pretty whitespace-pre-wrap text-soft">{proposal.reasoning}</p>
          </Fact>
          <Fact name={words.evidence}>
            <Lines items={proposal.evidence} />
          </Fact>
        </dl>
      ) : (
        isOpen && <p className="mt-2 text-sm text-pretty text-soft">{words.noProposal}</p>
      )}
      {isOpen && <Judge record={record} onChange={onChange} />}
    </section>
  )
}

function Judge({ record, onChange }: VerdictBoxProps) {
  const id = useId()
  const records = useClient().records<LoggedPrediction>('predictions')
  const [note, setNote] = useState('')
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const proposed = record.proposal?.verdict
  const judge = (status: Verdict) => {
    setSending(true)
    setProblem(null)
    records
      .patch(record.id, { status, ...(note.trim() !== '' && { note: note.trim() }) })
      .then(onChange, (error: Error) => setProblem(inWords(error)))
      .finally(() => setSending(false))
  }
  const order = VERDICTS.toSorted((one, other) => Number(other === proposed) - Number(one === proposed))
  return (
    <div className="mt-4 border-t border-line pt-4">
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-faint">
        {words.note}
      </label>
      <textarea
        id={id}
        rows={2}
        maxLength={4_000}
        value={note}
        disabled={isSending}
        onChange={(event) => setNote(event.target.value)}
        className={FIELD}
      />
      <div className="mt-3 flex flex-wrap gap-2">
        {order.map((verdict) => (
          <Button
            key={verdict}
            icon={ICONS[verdict]}
            look={verdict === proposed ? 'primary' : 'outline'}
            disabled={isSending}
            onClick={() => judge(verdict)}
          >
            {verdict === proposed ? words.confirm[verdict] : words.say[verdict]}
          </Button>
        ))}
      </div>
      {problem && (
        <p role="alert" className="mt-3 text-sm text-pretty text-danger">
          {problem}
        </p>
      )}
      <p className="mt-3 text-xs text-faint">{words.once}</p>
    </div>
  )
}
