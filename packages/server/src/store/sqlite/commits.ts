import { performance } from 'node:perf_hooks'

/** Gathers what is to be committed together, in the order in which it came. */
export interface Commits<Item> extends Disposable {
  /** Commits at once, but items that may wait leave some milliseconds between two commits. */
  add(item: Item, mayWait: boolean): void
  /** Commits what waits now. */
  flush(): void
}

/**
 * The time from one commit to the next, while the event loop is idle and while it is busy. A lonely answer's pieces thus go at
 * once, and many answers share what a commit costs. On a busy loop each gets several pieces per commit, and then its readers
 * get them in one write.
 */
const IDLE_MS = 8
const BUSY_MS = 40
/**
 * The share of its time that the loop may spend with commits, mostly waiting for the disk, and how much they may take before
 * that counts. Beyond it urgent items leave pauses too.
 */
const SHARE = 0.5
const BURST_MS = 20
const MAX_PAUSE_MS = 20
/** How many items wait at most. */
const MAX_WAITING = 1000

export function groupCommits<Item>(
  commit: (items: readonly Item[]) => void,
  onCommit?: (ms: number) => void,
): Commits<Item> {
  const busyness = loopBusyness()
  let waiting: Item[] = []
  let next: NodeJS.Timeout | NodeJS.Immediate | undefined
  let nextAt = Number.POSITIVE_INFINITY
  let lastEnd = 0
  /** What commits have taken lately, less their share of the time since. */
  let debtMs = 0

  return {
    add(item, mayWait) {
      const count = waiting.push(item)
      const isUrgent = !mayWait || count >= MAX_WAITING
      if (next && !isUrgent) return
      schedule(lastEnd + (isUrgent ? urgentPause() : IDLE_MS + (BUSY_MS - IDLE_MS) * busyness()))
    },
    flush,
    [Symbol.dispose]: stop,
  }

  function urgentPause(): number {
    return Math.min(MAX_PAUSE_MS, Math.max(0, debtMs - BURST_MS) / SHARE)
  }

  /** The earliest time counts. One that is past means in this turn of the event loop. */
  function schedule(at: number): void {
    if (at >= nextAt) return
    stop()
    nextAt = at
    const pauseMs = at - performance.now()
    next = pauseMs >= 1 ? setTimeout(flush, pauseMs) : setImmediate(flush)
  }

  function flush(): void {
    stop()
    if (waiting.length === 0) return
    const items = waiting
    waiting = []
    const start = performance.now()
    commit(items)
    debtMs = Math.max(0, debtMs - (start - lastEnd) * SHARE)
    lastEnd = performance.now()
    debtMs += lastEnd - start
    onCommit?.(lastEnd - start)
  }

  function stop(): void {
    if (next && 'refresh' in next) clearTimeout(next)
    else clearImmediate(next)
    next = undefined
    nextAt = Number.POSITIVE_INFINITY
  }
}

/** The loop's utilisation up to which it counts as idle, and from which on as busy. */
const IDLE = 0.1
const BUSY = 0.6
/** Over how many milliseconds it is measured, at least. */
const MEASURE_MS = 100

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
