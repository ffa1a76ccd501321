import { type ReactNode, useMemo } from 'react'
import { builderText } from '../../text/builder.ts'
import { text } from '../../text/text.ts'
import { classes } from '../../ui/classes.ts'
import { type Comparison, compare } from '../comparison.ts'
import { FlowPicture } from '../flow-picture.tsx'
import { GUARDRAIL_LOOKS } from '../instruments.tsx'
import { formatDollars, formatPercent } from '../numbers.ts'
import { RiskMark } from '../risk-mark.tsx'
import type { KeptStrategy } from '../saved-strategy.ts'
import { type Guardrail, readStrategy, type Strategy } from '../strategy.ts'

const { comparison: words, instruments } = builderText

/** Two strategies with what differs marked: numbers, flowcharts, guardrails. */
export function SideBySide({ pair }: { readonly pair: readonly [KeptStrategy, KeptStrategy] }) {
  const [one, other] = useMemo(() => pair.map(({ strategy }) => readStrategy(strategy)) as [Strategy, Strategy], [pair])
  const comparison = useMemo(() => compare(one, other), [one, other])
  const { same, changed, only } = comparison.counts
  return (
    <>
      <div className="sticky top-0 z-10 -mx-3 grid grid-cols-2 gap-3 border-b border-line bg-ground/95 px-3 py-2.5 sm:-mx-6 sm:px-6">
        <h2 className="line-clamp-2 min-w-0 text-base font-semibold text-balance">{pair[0].name}</h2>
        <h2 className="line-clamp-2 min-w-0 text-base font-semibold text-balance">{pair[1].name}</h2>
      </div>
      <Section title={words.metrics}>
        <Rows>
          <Row
            label={instruments.risk}
            differs={one.risk !== other.risk}
            one={<RiskCell risk={one.risk} />}
            other={<RiskCell risk={other.risk} />}
          />
          <Row
            label={instruments.monthlyReturn}
            differs={one.monthlyReturn !== other.monthlyReturn}
            one={percent(one.monthlyReturn)}
            other={percent(other.monthlyReturn)}
          />
          <Row
            label={instruments.capital}
            differs={one.capital !== other.capital}
            one={dollars(one.capital)}
            other={dollars(other.capital)}
          />
        </Rows>
      </Section>
      <Section title={words.flow} note={words.counts(same, changed, only[0] + only[1])}>
        <div className="grid gap-3 sm:grid-cols-2">
          <Picture strategy={one} name={pair[0].name} marks={comparison.nodes[0]} />
          <Picture strategy={other} name={pair[1].name} marks={comparison.nodes[1]} />
        </div>
      </Section>
      <Section title={words.guardrails}>
        {comparison.guardrails.length === 0 ? (
          <p className="text-sm text-soft">{instruments.noGuardrails}</p>
        ) : (
          <Rows>
            {comparison.guardrails.map(({ pair: [left, right], differs }, i) => (
              <Row
                // biome-ignore lint/suspicious/noArrayIndexKey: pairs have no other name
                key={i}
                label={(left ?? right)!.label}
                differs={differs}
                one={<Guard guardrail={left} />}
                other={<Guard guardrail={right} />}
              />
            ))}
          </Rows>
        )}
      </Section>
    </>
  )
}

const percent = (value: number | null) => (value === null ? instruments.unknown : formatPercent(value, text.locale))
const dollars = (value: number | null) => (value === null ? instruments.unknown : formatDollars(value, text.locale))

function RiskCell({ risk }: Pick<Strategy, 'risk'>) {
  return risk ? <RiskMark risk={risk} /> : instruments.unknown
}

interface SectionProps {
  readonly title: string
  readonly note?: string
  readonly children: ReactNode
}

function Section({ title, note, children }: SectionProps) {
  return (
    <section>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 pb-2">
        <h3 className="text-sm font-semibold">{title}</h3>
        {note && <p className="text-xs text-soft">{note}</p>}
      </div>
      {children}
    </section>
  )
}

function Rows({ children }: { readonly children: ReactNode }) {
  return <dl className="overflow-hidden rounded-lg border border-line">{children}</dl>
}

interface RowProps {
  readonly label: string
  readonly differs: boolean
  readonly one: ReactNode
  readonly other: ReactNode
}

function Row({ label, differs, one, other }: RowProps) {
  return (
    <div
      className={classes(
        'border-b border-line px-3.5 py-2.5 last:border-b-0',
        differs ? 'bg-warning-soft/60' : 'bg-raised',
      )}
    >
      <dt className="flex items-baseline justify-between gap-2 text-xs text-soft">
        {label}
        <span className={differs ? 'font-semibold text-warning' : 'text-faint'}>
          {differs ? words.differs : words.equal}
        </span>
      </dt>
      <dd className="mt-1 grid grid-cols-2 gap-3 text-sm font-semibold tabular-nums">
        <div className="min-w-0">{one}</div>
        <div className="min-w-0">{other}</div>
      </dd>
    </div>
  )
}

function Guard({ guardrail }: { readonly guardrail: Guardrail | null }) {
  if (!guardrail) return <span className="font-normal text-faint">{words.missingHere}</span>
  const { icon: Icon, colour } = GUARDRAIL_LOOKS[guardrail.status]
  return (
    <div className="flex gap-2">
      <Icon aria-hidden className={classes('mt-px size-4 shrink-0', colour)} />
      <div className="min-w-0">
        <p className={colour}>{instruments.statuses[guardrail.status]}</p>
        <p className="text-xs leading-snug font-normal text-pretty text-soft">{guardrail.detail}</p>
      </div>
    </div>
  )
}

interface PictureProps {
  readonly strategy: Strategy
  readonly name: string
  readonly marks: Comparison['nodes'][0]
}

function Picture({ strategy, name, marks }: PictureProps) {
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-sunken p-1">
      <p className="px-2.5 pt-1.5 text-xs font-medium text-soft sm:hidden">{name}</p>
      <FlowPicture
        flow={strategy}
        label={builderText.strategies.preview(name)}
        isDetailed
        marks={marks}
        markWords={words.marks}
        className="mx-auto h-auto w-full max-w-96"
      />
    </div>
  )
}
