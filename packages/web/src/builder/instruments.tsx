import { ChevronRight, type LucideIcon, ShieldAlert, ShieldCheck, ShieldOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { builderText } from '../text/builder.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { formatDollars, formatPercent } from './numbers.ts'
import { RiskGauge } from './risk-gauge.tsx'
import type { Guardrail, GuardrailStatus, Strategy } from './strategy.ts'

/** What the strategy promises, risks and needs, while it is being built. */
export function Instruments({ strategy }: { readonly strategy: Strategy }) {
  const { risk, monthlyReturn, capital, guardrails } = strategy
  const { instruments } = builderText
  return (
    <section
      aria-label={instruments.label}
      className="grid shrink-0 grid-cols-3 max-h-[45%] content-start gap-px overflow-y-auto @min-[46rem]/pane:max-h-none border-b border-line bg-line @min-[46rem]/pane:w-63 @min-[46rem]/pane:grid-cols-2 @min-[46rem]/pane:border-s @min-[46rem]/pane:border-b-0 @min-[46rem]/pane:bg-transparent"
    >
      <Instrument label={instruments.risk} className="@min-[46rem]/pane:col-span-2">
        <RiskGauge risk={risk} />
      </Instrument>
      <Instrument label={instruments.monthlyReturn} note={instruments.aim}>
        <Value>{monthlyReturn === null ? null : formatPercent(monthlyReturn, text.locale)}</Value>
      </Instrument>
      <Instrument label={instruments.capital} note={instruments.needed}>
        <Value>{capital === null ? null : formatDollars(capital, text.locale)}</Value>
      </Instrument>
      <Guardrails guardrails={guardrails} isKnown={strategy.isWhole || guardrails.length > 0} />
    </section>
  )
}

interface InstrumentProps {
  readonly label: string
  readonly note?: string
  readonly className?: string
  readonly children: ReactNode
}

function Instrument({ label, note, className, children }: InstrumentProps) {
  return (
    <div className={classes('bg-ground px-3.5 py-2.5 @min-[46rem]/pane:py-3.5', className)}>
      <h2 className="text-xs font-medium text-faint">{label}</h2>
      {children}
      {note && <p className="text-2xs text-pretty text-faint">{note}</p>}
    </div>
  )
}

/** A number that shows when it has changed. */
function Value({ children }: { readonly children: string | null }) {
  return (
    <p
      key={children}
      className="mt-0.5 animate-appear text-lg leading-7 font-semibold tracking-tight wrap-anywhere tabular-nums"
    >
      {children ?? <span className="text-faint">{builderText.instruments.unknown}</span>}
    </p>
  )
}

interface GuardrailsProps {
  readonly guardrails: readonly Guardrail[]
  /** An empty list means that there are none, not that they are still to come. */
  readonly isKnown: boolean
}

function Guardrails({ guardrails, isKnown }: GuardrailsProps) {
  const { instruments } = builderText
  const holding = guardrails.filter(({ status }) => status === 'ok').length
  return (
    <details
      ref={(details) => {
        // Where they stand in a column of their own they are in nobody's way.
        if (details && matchMedia('(min-width: 72rem)').matches) details.open = true
      }}
      className="group/guards col-span-full bg-ground px-3.5 py-1 @min-[46rem]/pane:py-2.5"
    >
      <summary className="flex min-h-8 cursor-pointer list-none items-center gap-1.5 rounded-sm text-xs font-medium text-faint hover:text-soft">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open/guards:rotate-90" />
        <h2 className="flex-1">{instruments.guardrails}</h2>
        {guardrails.length > 0 && (
          <span className="flex items-center gap-1.5 font-normal tabular-nums">
            {holding < guardrails.length && <ShieldAlert aria-hidden className="size-3.5 text-warning" />}
            {instruments.guardrailCount(holding, guardrails.length)}
          </span>
        )}
      </summary>
      {guardrails.length > 0 ? (
        <ul className="space-y-3 pt-1 pb-2">
          {guardrails.map((guardrail) => (
            <GuardrailRow key={guardrail.id} guardrail={guardrail} />
          ))}
        </ul>
      ) : (
        <p className="text-sm text-faint">{isKnown ? instruments.noGuardrails : instruments.unknown}</p>
      )}
    </details>
  )
}

export const GUARDRAIL_LOOKS: Record<GuardrailStatus, { readonly icon: LucideIcon; readonly colour: string }> = {
  ok: { icon: ShieldCheck, colour: 'text-good' },
  warning: { icon: ShieldAlert, colour: 'text-warning' },
  off: { icon: ShieldOff, colour: 'text-faint' },
}

function GuardrailRow({ guardrail }: { readonly guardrail: Guardrail }) {
  const { label, status, detail } = guardrail
  const { icon: Icon, colour } = GUARDRAIL_LOOKS[status]
  return (
    <li className="flex animate-appear gap-2.5">
      <Icon aria-hidden className={classes('mt-px size-4 shrink-0', colour)} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-2 text-sm leading-5">
          <span className={classes('min-w-0 font-medium text-pretty', status === 'off' && 'text-soft line-through')}>
            {label}
          </span>
          <span className={classes('shrink-0 text-2xs font-semibold', colour)}>
            {builderText.instruments.statuses[status]}
          </span>
        </p>
        {detail !== '' && <p className="text-xs leading-snug text-pretty text-soft">{detail}</p>}
      </div>
    </li>
  )
}
