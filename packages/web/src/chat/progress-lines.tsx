import type { Progress } from '@streambed/client'
import { Check, LoaderCircle, TriangleAlert } from 'lucide-react'
import { secondsUntil } from '../format/time.ts'
import { ownWords } from '../text/agents.ts'
import { text } from '../text/text.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { useNow } from '../ui/use-now.ts'

/** The steps that are settled, folded into one line. */
export function SettledSteps({ steps }: { readonly steps: readonly Progress[] }) {
  if (steps.length === 0) return null
  return (
    <Disclosure summary={text.answer.steps(steps.length)}>
      <ul className="mt-1 space-y-1.5 border-s-2 border-line ps-4 text-sm text-soft">
        {steps.map((step) => (
          <li key={step.id} className="flex items-center gap-2">
            {step.status === 'failed' ? (
              <TriangleAlert aria-hidden className="size-3.5 shrink-0 text-danger" />
            ) : (
              <Check aria-hidden className="size-3.5 shrink-0 text-good" />
            )}
            <StepLabel step={step} />
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}

/** What is going on now. */
export function ActiveStep({ step }: { readonly step: Progress }) {
  const now = useNow(step.until !== null)
  const seconds = step.until === null ? null : secondsUntil(step.until, now)
  return (
    <p className="flex min-h-8 items-center gap-2 text-sm text-soft">
      <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />
      <span className="tabular-nums">
        <StepLabel step={step} /> {seconds !== null && text.answer.waitingSeconds(seconds)}
      </span>
    </p>
  )
}

/** A step's words, with the one that matters brought out. */
function StepLabel({ step: { label: said, highlight } }: { readonly step: Progress }) {
  const label = ownWords(said)
  const at = highlight ? label.indexOf(highlight) : -1
  if (!highlight || at < 0) return <span>{highlight ? `${label} ${highlight}` : label}</span>
  return (
    <span>
      {label.slice(0, at)}
      <strong className="font-medium text-ink">{highlight}</strong>
      {label.slice(at + highlight.length)}
    </span>
  )
}
