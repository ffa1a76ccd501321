import type { ReactNode } from 'react'
import { useIsDemo } from '../demo/is-demo.ts'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { formatDuration } from '../format/time.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { compact } from './compact.ts'
import type { Total } from './sums.ts'

const words = pagesText.usage

/** A period in five numbers, and what there is to know about them. */
export function Totals({ total }: { readonly total: Total }) {
  const { calls, tokens, microDollars, cacheShare, firstTokenMs, unpricedCalls, estimatedCalls } = total
  const isDemo = useIsDemo()
  const notes = [
    ...(isDemo && microDollars > 0 ? [words.demo] : []),
    ...(unpricedCalls > 0 ? [words.unpriced(unpricedCalls)] : []),
    ...(estimatedCalls > 0 ? [words.estimated(estimatedCalls)] : []),
  ]
  return (
    <div>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        <Tile name={words.dollars}>{formatMoney(microDollars, text.locale)}</Tile>
        <Tile name={words.tokens}>{compact(tokens)}</Tile>
        <Tile name={words.calls}>{formatCount(calls, text.locale)}</Tile>
        <Tile name={words.cached}>{cacheShare === null ? '–' : share(cacheShare)}</Tile>
        <Tile name={words.firstToken}>{firstTokenMs === null ? '–' : formatDuration(firstTokenMs, text.locale)}</Tile>
      </dl>
      {notes.length > 0 && <p className="mt-2 text-xs text-pretty text-faint">{notes.join(' ')}</p>}
    </div>
  )
}

function Tile({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="rounded-xl border border-line bg-raised px-4 py-3 max-lg:last:col-span-2">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="mt-0.5 truncate text-xl font-semibold tracking-tight tabular-nums">{children}</dd>
    </div>
  )
}

function share(part: number): string {
  return new Intl.NumberFormat(text.locale, { style: 'percent', maximumFractionDigits: 1 }).format(part)
}
