import type { Failure } from './errors.ts'

/** How often and how long to try again while nothing has been shown. All times in milliseconds. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number
  /** No wait is begun that would end later than this after the call began. */
  readonly budgetMs: number
  readonly baseMs: number
  /** Base for a throttled call. */
  readonly throttleBaseMs: number
  /** No wait is longer, unless Bedrock itself asked for it. */
  readonly capMs: number
}

export const RETRY: RetryPolicy = { attempts: 6, budgetMs: 60_000, baseMs: 500, throttleBaseMs: 1_000, capMs: 20_000 }

/**
 * How long to wait before the next attempt; undefined: give up. Full jitter: anything from nothing to the base doubled
 * with each attempt, so that callers who failed together do not come back together. `Retry-After` is the least that is
 * waited.
 */
export function retryDelay(
  { retry, error }: Pick<Failure, 'retry' | 'error'>,
  attempt: number,
  elapsedMs: number,
  random: () => number,
  policy: RetryPolicy,
): number | undefined {
  if (retry === 'never' || attempt >= policy.attempts) return undefined
  const base = retry === 'throttle' ? policy.throttleBaseMs : policy.baseMs
  const jittered = random() * Math.min(policy.capMs, base * 2 ** (attempt - 1))
  const delay = Math.round(error.retryAfterMs === undefined ? jittered : error.retryAfterMs + random() * base)
  return elapsedMs + delay > policy.budgetMs ? undefined : delay
}
