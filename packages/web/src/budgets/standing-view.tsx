import type { BudgetStanding } from '@streambed/client/admin'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatCount } from '../format/numbers.ts'
import { timeLeft } from '../format/time.ts'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { amountText } from './amount-text.ts'
import { levelOf, type Taken, takenOf } from './standing.ts'

const words = adminText.budgets

interface StandingViewProps {
  readonly standing: BudgetStanding
  /** Which budget it is, as it is read aloud. */
  readonly label: string
}

/** How much of a budget is spent, set aside and left. */
export function StandingView({ standing, label }: StandingViewProps) {
  const renewsIn = Date.parse(standing.renewsAt) - Date.now()
  const limits = takenOf(standing)
  return (
    <div className="mt-2 space-y-2">
      {limits.map((taken) => (
        <Meter key={taken.of} taken={taken} label={label}>
          {taken === limits.at(-1) && (
            <span className="text-faint sm:ms-auto">{words.renews(timeLeft(renewsIn, text.locale))}</span>
          )}
        </Meter>
      ))}
    </div>
  )
}

const COLOURS = { calm: 'bg-accent', half: 'bg-accent', nearly: 'bg-warning', spent: 'bg-danger' }

interface MeterProps {
  readonly taken: Taken
  readonly label: string
  /** What else is said below it. */
  readonly children: ReactNode
}

function Meter({ taken, label, children }: MeterProps) {
  const { of, limit, spent, reserved, left, share } = taken
  const level = levelOf(share)
  const amount = (count: number) => amountText(of, count)
  const spentText = of === 'tokens' ? formatCount(spent, text.locale) : amount(spent) // the limit says of what
  const said = words.spentOf(spentText, amount(limit))
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: the browser's own shows neither what is set aside nor the marks */}
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(1, limit)}
        aria-valuenow={Math.min(limit, spent)}
        aria-valuetext={said}
        className="relative h-2 overflow-hidden rounded-full bg-sunken inset-ring inset-ring-line"
      >
        <div className="flex h-full">
          <div className={classes('h-full', COLOURS[level])} style={{ width: percent(share) }} />
          <div className={classes('h-full opacity-35', COLOURS[level])} style={{ width: percent(reserved / limit) }} />
        </div>
        {[0.5, 0.8].map((mark) => (
          <div key={mark} className="absolute inset-y-0 w-px bg-edge opacity-50" style={{ left: percent(mark) }} />
        ))}
      </div>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-soft tabular-nums">
        <span>{said}</span>
        {reserved > 0 && <span>{words.reserved(amount(reserved))}</span>}
        {level !== 'spent' && <span>{words.left(amount(left))}</span>}
        <Warning share={share} />
        {children}
      </p>
    </div>
  )
}

/** What the colour says, in words. */
function Warning({ share }: { readonly share: number }) {
  const level = levelOf(share)
  if (level === 'calm') return null
  if (level === 'spent')
    return (
      <span className="inline-flex items-center gap-1 font-medium text-danger">
        <CircleAlert aria-hidden className="size-3.5" />
        {words.gone}
      </span>
    )
  const part = new Intl.NumberFormat(text.locale, { style: 'percent', roundingMode: 'floor' }).format(share)
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1',
        level === 'nearly' ? 'font-medium text-warning' : 'text-faint',
      )}
    >
      {level === 'nearly' && <TriangleAlert aria-hidden className="size-3.5" />}
      {words.nearly(part)}
    </span>
  )
}

function percent(share: number): string {
  return `${Math.min(100, Math.max(0, Number.isFinite(share) ? share * 100 : 0))}%`
}
