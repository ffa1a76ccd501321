import { performance } from 'node:perf_hooks'

/** Says when pieces of answers go on, so that those of a busy server go on together. */
export interface Beat {
  /**
   * Does the deed soon. On an idle server that is right after what the event loop is at; on a busy one not before 60 ms have passed
   * since `lastAt`, when the same was done last, by `performance.now()`.
   */
  add(deed: () => void, lastAt: number): void
}

/**
 * An answer goes on as often as this when the event loop is busy. All that follows the reading of a piece then happens once for several:
 * what the agent makes of them, the log's append, the readers' write (docs/decisions/0004-token-path.md).
 */
const BUSY_MS = 60
/** Between two beats at least: deeds that are nearly due are done together and share what a commit costs. */
const GAP_MS = 4
/** The loop's utilisation up to which it counts as idle, and from which on as busy. */
const IDLE = 0.05
const BUSY = 0.25
/** Over how many milliseconds it is measured, at least. */
const MEASURE_MS = 100

interface Due {
  readonly deed: () => void
  readonly at: number
}

/** `busyness` says from 0, idle, to 1, busy, how the event loop is. */
export function beat(busyness = loopBusyness()): Beat {
  let waiting: Due[] = []
  let timer: NodeJS.Timeout | undefined
  let struckAt = Number.NEGATIVE_INFINITY
  let nextAt = Number.POSITIVE_INFINITY

  return {
    add(deed, lastAt) {
      const now = performance.now()
      const at = lastAt + BUSY_MS * busyness(now)
      waiting.push({ deed, at })
      strikeBy(at, now)
    },
  }

  /** Sees to it that the next beat comes no later than that, unless one has just been. */
  function strikeBy(at: number, now: number): void {
    const soonest = Math.max(at, struckAt + GAP_MS, now)
    if (soonest + 1 >= nextAt) return
    nextAt = soonest
    clearTimeout(timer)
    if (soonest - now >= 1) timer = setTimeout(strike, soonest - now)
    else setImmediate(strike)
  }

  function strike(): void {
    struckAt = performance.now()
    nextAt = Number.POSITIVE_INFINITY
    const until = struckAt + GAP_MS
    const due = waiting.filter(({ at }) => at <= until)
    waiting = waiting.filter(({ at }) => at > until)
    for (const { deed } of due) deed()
    const first = waiting.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
    if (waiting.length > 0) strikeBy(first, struckAt)
  }
}

/** How the event loop was lately. */
function loopBusyness(): (now: number) => number {
  let measured = performance.eventLoopUtilization()
  let measuredAt = performance.now()
  let busyness = 0

  return (now) => {
    if (now - measuredAt < MEASURE_MS) return busyness
    const { utilization } = performance.eventLoopUtilization(measured)
    busyness = Math.min(1, Math.max(0, (utilization - IDLE) / (BUSY - IDLE)))
    measured = performance.eventLoopUtilization()
    measuredAt = now
    return busyness
  }
}
