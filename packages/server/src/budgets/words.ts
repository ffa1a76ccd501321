import type { Budget } from '@streambed/protocol'
import type { Applying } from './applying.ts'

/** Which budget it is, as people call it: `your budget for the day`. */
export function nameOf({ budget: { scope, period }, line: { account } }: Applying): string {
  const time = period === 'day' ? 'the day' : 'the month'
  if (scope === 'organisation') return `your organisation's budget for ${time}`
  return scope === 'user' ? `your budget for ${time}` : `your budget for ${time} with the agent "${account[2]}"`
}

/** What one may spend: `$5.00`, `20,000 tokens`, or both. */
export function limitOf({ microDollars, tokens }: Pick<Budget, 'microDollars' | 'tokens'>): string {
  const money = microDollars === null ? [] : [dollars(microDollars)]
  const count = tokens === null ? [] : [`${tokens.toLocaleString('en')} tokens`]
  return [...money, ...count].join(' and ')
}

/** `2026-11-21, 00:00 UTC` */
export function timeOf({ renewsAt }: Applying): string {
  return `${renewsAt.toISOString().slice(0, 10)}, 00:00 UTC`
}

/** Whole cents, and as many more digits as small amounts need. */
function dollars(microDollars: number): string {
  const text = (microDollars / 1_000_000).toFixed(6).replace(/0{1,4}$/, '')
  return `$${text}`
}
