import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'
import { RISKS, type Risk } from './strategy.ts'

const COLOURS: Record<Risk, string> = { Low: 'bg-good', Medium: 'bg-warning', High: 'bg-danger' }

/** One to three bars: how risky it is, without words. */
export function RiskBars({ risk }: { readonly risk: Risk | null }) {
  const place = risk === null ? -1 : RISKS.indexOf(risk)
  return (
    <span aria-hidden="true" className="flex items-end gap-0.5">
      {RISKS.map((name, i) => (
        <span
          key={name}
          className={classes(
            'w-1 rounded-full',
            ['h-1.5', 'h-2.5', 'h-3.5'][i],
            risk !== null && i <= place ? COLOURS[risk] : 'bg-line',
          )}
        />
      ))}
    </span>
  )
}

/** A risk class in one line: the word, and one to three bars. */
export function RiskMark({ risk }: { readonly risk: Risk }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <RiskBars risk={risk} />
      {builderText.instruments.risks[risk]}
    </span>
  )
}
