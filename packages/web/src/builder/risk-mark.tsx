import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'
import { RISKS, type Risk } from './strategy.ts'

const COLOURS: Record<Risk, string> = { Low: 'bg-good', Medium: 'bg-warning', High: 'bg-danger' }

/** A risk class in one line: the word, and one to three bars. */
export function RiskMark({ risk }: { readonly risk: Risk }) {
  const place = RISKS.indexOf(risk)
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden="true" className="flex items-end gap-0.5">
        {RISKS.map((name, i) => (
          <span
            key={name}
            className={classes(
              'w-1 rounded-full',
              ['h-1.5', 'h-2.5', 'h-3.5'][i],
              i <= place ? COLOURS[risk] : 'bg-line',
            )}
          />
        ))}
      </span>
      {builderText.instruments.risks[risk]}
    </span>
  )
}
