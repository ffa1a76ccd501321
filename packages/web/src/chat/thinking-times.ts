import type { RunId } from '@streambed/client'

/** How many are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 200

const times = new Map<string, { readonly startedAt: number; endedAt: number | null }>()

/**
 * How long a thought took, in milliseconds, as far as this page saw it happen; null where it did not. The log holds
 * no times
 * of blocks, and a list that draws only what is in view forgets its components, so this remembers.
 */
export function thinkingTime(run: RunId, block: number, isOpen: boolean): number | null {
  const key = `${run} ${block}`
  const known = times.get(key)
  if (!known) {
    if (isOpen) remember(key)
    return null
  }
  if (isOpen) return null
  known.endedAt ??= performance.now()
  return known.endedAt - known.startedAt
}

function remember(key: string): void {
  const [oldest] = times.keys()
  if (times.size >= MAX_REMEMBERED && oldest !== undefined) times.delete(oldest)
  times.set(key, { startedAt: performance.now(), endedAt: null })
}
