import { StreambedError } from '@streambed/protocol'

/** Slows down whoever guesses. */
export interface Throttle {
  /** @throws StreambedError `too-many`, with when to come back, after too many failures under one of these names. */
  check(names: readonly Guessing[]): void
  failed(names: readonly Guessing[]): void
  /** Takes one failure back: what was counted before its outcome was known. */
  forgive(name: Guessing): void
  /** Forgets all failures under this name. */
  succeeded(name: Guessing): void
}

/** Something that is guessed at, or from where. */
export interface Guessing {
  readonly name: string
  /** How many failures it has within the window before it must wait. */
  readonly allowed: number
}

const WINDOW_MS = 15 * 60_000
/** How many names are remembered; the ones that failed longest ago go first. */
const MAX_NAMES = 20_000

/** Keeps its memory in this process: each server counts for itself. */
export function throttle(now: () => number): Throttle {
  const failures = new Map<string, { readonly count: number; readonly since: number }>()

  return {
    check(names) {
      for (const { name, allowed } of names) {
        const known = current(name)
        if (known && known.count >= allowed)
          throw new StreambedError('too-many', undefined, { retryAfterMs: known.since + WINDOW_MS - now() })
      }
    },
    failed(names) {
      for (const { name } of names) {
        const { count, since } = current(name) ?? { count: 0, since: now() }
        failures.delete(name) // so that it goes to the end
        failures.set(name, { count: count + 1, since })
      }
      for (const name of failures.keys()) {
        if (failures.size <= MAX_NAMES) break
        failures.delete(name)
      }
    },
    forgive({ name }) {
      const known = current(name)
      if (known) failures.set(name, { ...known, count: known.count - 1 })
    },
    succeeded: ({ name }) => void failures.delete(name),
  }

  function current(name: string) {
    const known = failures.get(name)
    return known && known.since + WINDOW_MS > now() ? known : undefined
  }
}
