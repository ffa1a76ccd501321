import type { UsageSum } from '@streambed/client'

/** All of a period together. */
export interface Total {
  readonly calls: number
  readonly tokens: number
  readonly microDollars: number
  readonly unpricedCalls: number
  readonly estimatedCalls: number
  /** The part of the input that was read from the cache; null where there was no input. */
  readonly cacheShare: number | null
  /** The mean time to the first token, weighted by calls; null where none is known. */
  readonly firstTokenMs: number | null
}

export function totalOf(sums: readonly UsageSum[]): Total {
  const add = (pick: (sum: UsageSum) => number) => sums.reduce((total, sum) => total + pick(sum), 0)
  const cached = add(({ cacheReadTokens }) => cacheReadTokens)
  const input = add(
    ({ inputTokens, cacheReadTokens, cacheWriteTokens }) => inputTokens + cacheReadTokens + cacheWriteTokens,
  )
  const timed = sums.filter(({ firstTokenMs }) => firstTokenMs !== null)
  const timedCalls = timed.reduce((total, { calls }) => total + calls, 0)
  return {
    calls: add(({ calls }) => calls),
    tokens: add(tokensOf),
    microDollars: add(({ microDollars }) => microDollars),
    unpricedCalls: add(({ unpricedCalls }) => unpricedCalls),
    estimatedCalls: add(({ estimatedCalls }) => estimatedCalls),
    cacheShare: input === 0 ? null : cached / input,
    firstTokenMs:
      timedCalls === 0
        ? null
        : timed.reduce((sum, { firstTokenMs, calls }) => sum + firstTokenMs! * calls, 0) / timedCalls,
  }
}

export function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: UsageSum): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
}
