import type { AssistantMessage, Usage } from '@streambed/client'
import { useContext } from 'react'
import { DemoContext } from '../demo/is-demo.ts'
import { modelName } from '../format/model.ts'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { formatDay, formatDuration } from '../format/time.ts'
import { text } from '../text/text.ts'
import { Popover } from '../ui/popover.tsx'

/** What an answer cost, in one quiet line with the details behind it. */
export function Receipt({ answer }: { readonly answer: AssistantMessage }) {
  const isDemo = useContext(DemoContext)
  const { usage } = answer
  if (!usage) return null
  const line = (
    <button
      type="button"
      className="flex min-h-7 min-w-0 items-center gap-1.5 rounded-md px-2 text-xs text-faint tabular-nums transition-colors hover:bg-hover hover:text-ink data-popup-open:bg-hover pointer-coarse:min-h-9"
    >
      <span className="sr-only">{text.receipt.details}: </span>
      <span className="truncate">
        {[
          answer.model && modelName(answer.model),
          text.receipt.tokens(formatCount(totalOf(usage), text.locale)),
          isDemo && usage.microDollars !== null ? text.receipt.demoLine(priceOf(usage)) : priceOf(usage),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </button>
  )
  return (
    <Popover trigger={line} title={text.receipt.details} align="start">
      <dl className="mt-2 grid grid-cols-[auto_auto] gap-x-8 gap-y-1 text-sm">
        {linesOf(answer, usage).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="text-end break-all tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-3 flex items-baseline justify-between gap-8 border-t border-line pt-2 text-sm font-semibold tabular-nums">
        <span>{isDemo ? text.receipt.demoCost : text.receipt.cost}</span>
        <span>{priceOf(usage)}</span>
      </div>
      <p className="mt-1 text-xs text-pretty text-faint">
        {[...(isDemo ? [text.receipt.demoText] : []), ...notesOf(usage)].join(' ')}
      </p>
    </Popover>
  )
}

function totalOf(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
}

function priceOf({ microDollars, estimated }: Usage): string {
  if (microDollars === null) return text.receipt.unknownPrice
  const price = formatMoney(microDollars, text.locale)
  return estimated ? `${price} (${text.receipt.estimated})` : price
}

function linesOf(answer: AssistantMessage, usage: Usage): readonly (readonly [string, string])[] {
  const { receipt, locale } = text
  const lines: (readonly [string, string | null])[] = [
    [receipt.model, answer.model && modelName(answer.model)],
    [receipt.input, formatCount(usage.inputTokens, locale)],
    [receipt.cacheRead, usage.cacheReadTokens > 0 ? formatCount(usage.cacheReadTokens, locale) : null],
    [receipt.cacheWrite, usage.cacheWriteTokens > 0 ? formatCount(usage.cacheWriteTokens, locale) : null],
    [receipt.output, formatCount(usage.outputTokens, locale)],
    [receipt.firstToken, usage.firstTokenMs === null ? null : formatDuration(usage.firstTokenMs, locale)],
    [receipt.duration, durationOf(answer)],
    [receipt.unspent, usage.unspent ? unspentOf(usage.unspent) : null],
  ]
  return lines.filter((line): line is readonly [string, string] => line[1] !== null)
}

function unspentOf({ outputTokens, microDollars }: NonNullable<Usage['unspent']>): string {
  const tokens = text.receipt.tokens(formatCount(outputTokens, text.locale))
  return microDollars === null ? tokens : `${formatMoney(microDollars, text.locale)} · ${tokens}`
}

function durationOf({ startedAt, endedAt }: AssistantMessage): string | null {
  if (!startedAt || !endedAt) return null
  return formatDuration(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)), text.locale)
}

function notesOf({ microDollars, priceDate, estimated }: Usage): readonly string[] {
  return [
    ...(estimated ? [text.receipt.estimatedText] : []),
    ...(microDollars === null ? [text.receipt.unknownPriceText] : []),
    ...(priceDate ? [text.receipt.priceDate(formatDay(priceDate, text.locale))] : []),
  ]
}
