import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'
import { RiskBars } from './risk-mark.tsx'
import { RISKS, type Risk } from './strategy.ts'

const COLOURS: Record<Risk, { readonly arc: string; readonly word: string }> = {
  Low: { arc: 'stroke-good', word: 'text-good' },
  Medium: { arc: 'stroke-warning', word: 'text-warning' },
  High: { arc: 'stroke-danger', word: 'text-danger' },
}

/** How risky it is: where the hand points, how thick the arc is there, and the word tell the same. */
export function RiskGauge({ risk }: { readonly risk: Risk | null }) {
  const { instruments } = builderText
  const place = risk === null ? 0 : RISKS.indexOf(risk)
  const label = risk === null ? instruments.riskUnknown : instruments.riskOf(instruments.risks[risk], place + 1)
  return (
    <div
      role="img"
      aria-label={label}
      className="mt-0.5 flex items-center gap-2.5 @min-[46rem]/pane:mt-1 @min-[46rem]/pane:items-end @min-[46rem]/pane:justify-between"
    >
      <span
        className={classes('text-lg leading-7 font-semibold tracking-tight', risk ? COLOURS[risk].word : 'text-faint')}
      >
        {risk === null ? instruments.unknown : instruments.risks[risk]}
      </span>
      <svg viewBox="0 0 84 46" className="hidden h-12 w-22 @min-[46rem]/pane:block" aria-hidden="true">
        {RISKS.map((name, i) => (
          <path
            key={name}
            d={arc(180 - i * 60 - (i === 0 ? 0 : 3), 120 - i * 60 + (i === 2 ? 0 : 3))}
            fill="none"
            className={classes('transition-all duration-300', name === risk ? COLOURS[name].arc : 'stroke-line')}
            strokeWidth={name === risk ? 8 : 5}
          />
        ))}
        {risk !== null && (
          <g
            className="transition-transform duration-500"
            style={{ transformOrigin: '42px 42px', transform: `rotate(${(place - 1) * 60}deg)` }}
          >
            <path d="M42 42V18" className="stroke-ink" strokeWidth="2.5" strokeLinecap="round" />
          </g>
        )}
        <circle cx="42" cy="42" r="3.5" className={risk === null ? 'fill-edge' : 'fill-ink'} />
      </svg>
      <span className="@min-[46rem]/pane:hidden">
        <RiskBars risk={risk} />
      </span>
    </div>
  )
}

/** A part of the half circle, between two angles in degrees: 180 is left, 0 is right. */
function arc(from: number, to: number): string {
  const at = (angle: number) => {
    const radians = (angle * Math.PI) / 180
    return `${(42 + 34 * Math.cos(radians)).toFixed(2)} ${(42 - 34 * Math.sin(radians)).toFixed(2)}`
  }
  return `M${at(from)}A34 34 0 0 1 ${at(to)}`
}
