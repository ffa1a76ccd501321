import { performance } from 'node:perf_hooks'

/** Says when runs write what they have gathered, all of them together. */
export interface Beat {
  /** Does the deed at the next beat: right after what the event loop is at, unless the last beat was a moment ago. */
  add(deed: () => void): void
}

/**
 * The time between two beats while the event loop is idle and while it is busy. A lonely answer's pieces thus go at once. When
 * many answers are written they share what a commit costs, and their readers get two pieces in one write, which is the dearest
 * part of a piece's way (docs/decisions/0004-token-path.md).
 */
const IDLE_MS = 4
const BUSY_MS = 40
/** The loop's utilisation up to which it counts as idle, and from which on as busy. */
const IDLE = 0.05
const BUSY = 0.25
/** Over how many milliseconds it is measured, at least. */
const MEASURE_MS = 100

export function beat(): Beat {
  const busyness = loopBusyness()
  let deeds: (() => void)[] = []
  let isDue = false
  let lastAt = Number.NEGATIVE_INFINITY

  return {
    add(deed) {
      deeds.push(deed)
      if (isDue) return
      isDue = true
      const pauseMs = lastAt + IDLE_MS + (BUSY_MS - IDLE_MS) * busyness() - performance.now()
      if (pauseMs >= 1) setTimeout(strike, pauseMs)
      else setImmediate(strike)
    },
  }

  function strike(): void {
    const due = deeds
    deeds = []
    isDue = false
    lastAt = performance.now()
    for (const deed of due) deed()
  }
}

/** From 0, idle, to 1, busy: how the event loop was lately. */
function loopBusyness(): () => number {
  let measured = performance.eventLoopUtilization()
  let busyness = 0

  return () => {
    const now = performance.eventLoopUtilization(measured)
    if (now.idle + now.active >= MEASURE_MS) {
      busyness = Math.min(1, Math.max(0, (now.utilization - IDLE) / (BUSY - IDLE)))
      measured = performance.eventLoopUtilization()
    }
    return busyness
  }
}
