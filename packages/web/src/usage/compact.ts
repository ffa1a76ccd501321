import { text } from '../text/text.ts'

/** A count that may be large, short: `1.2M`. */
export function compact(count: number): string {
  const notation = count >= 100_000 ? 'compact' : 'standard'
  return new Intl.NumberFormat(text.locale, { notation, maximumFractionDigits: 1 }).format(count)
}
