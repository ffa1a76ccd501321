import type { ReactNode } from 'react'
import { pagesText } from '../text/pages.ts'
import { useNow } from '../ui/use-now.ts'
import { dueAway, dueInWords, type Prediction, percent } from './prediction.ts'

const words = pagesText.predictions

/** When a prediction is judged, why then, and how. */
export function PredictionFacts({ prediction }: { readonly prediction: Prediction }) {
  const now = useNow(false)
  const { verification_date: due, date_reasoning: reasoning, verification_method: method, confidence } = prediction
  return (
    <dl className="space-y-4 text-sm">
      <Fact name={words.judgedOn}>
        <p>
          <time dateTime={due} className="font-medium">
            {dueInWords(due)}
          </time>{' '}
          <span className="text-soft">({dueAway(due, now)})</span>
        </p>
        <p className="mt-1 text-pretty text-soft">{reasoning}</p>
      </Fact>
      {confidence !== undefined && <Fact name={words.confidence}>{percent(confidence)}</Fact>}
      <Fact name={words.criteria}>
        <Lines items={method.criteria} />
      </Fact>
      <Fact name={words.sources}>
        <Lines items={method.source} />
      </Fact>
      <Fact name={words.steps}>
        <ol className="list-decimal space-y-1 ps-5 marker:text-faint">
          {method.steps.map((step) => (
            <li key={step} className="text-pretty break-words">
              {step}
            </li>
          ))}
        </ol>
      </Fact>
    </dl>
  )
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs font-medium text-faint">{name}</dt>
      <dd className="mt-1">{children}</dd>
    </div>
  )
}

export function Lines({ items }: { readonly items: readonly string[] }) {
  return (
    <ul className="list-disc space-y-1 ps-5 marker:text-faint">
      {items.map((item) => (
        <li key={item} className="text-pretty break-words">
          {item}
        </li>
      ))}
    </ul>
  )
}
