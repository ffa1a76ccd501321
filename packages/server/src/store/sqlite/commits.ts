import { performance } from 'node:perf_hooks'

/** Gathers what is to be committed together, in the order in which it came. */
export interface Commits<Item> extends Disposable {
  /** An item that may wait does so for some milliseconds, unless one that may not takes it along. */
  add(item: Item, mayWait: boolean): void
  /** Commits what waits now. */
  flush(): void
}

/**
 * How long an item may wait while the event loop is idle, and while it is busy: gathering is what makes a busy loop
 * faster.
 */
const IDLE_MS = 4
const BUSY_MS = 40
/**
 * On a busy loop the urgent ones leave this many times a commit's length between two, so that the disk does not hold it
 * all.
 */
const PAUSE = 3
const MAX_PAUSE_MS = 20
/** How many items wait at most. */
const MAX_WAITING = 1000

export function groupCommits<Item>(commit: (items: readonly Item[]) => void): Commits<Item> {
  const busyness = loopBusyness()
  let waiting: Item[] = []
  let timer: NodeJS.Timeout | undefined
  let urgent: NodeJS.Timeout | NodeJS.Immediate | undefined
  let lastEnd = 0
  let lastMs = 0

  return {
    add(item, mayWait) {
      waiting.push(item)
      if (mayWait && waiting.length < MAX_WAITING)
        timer ??= setTimeout(flush, IDLE_MS + (BUSY_MS - IDLE_MS) * busyness())
      else urgent ??= soon()
    },
    flush,
    [Symbol.dispose]: stop,
  }

  /** In this turn of the event loop, or after a pause. */
  function soon(): NodeJS.Timeout | NodeJS.Immediate {
    const pauseMs = Math.min(MAX_PAUSE_MS, lastMs * PAUSE * busyness()) - (performance.now() - lastEnd)
    return pauseMs >= 1 ? setTimeout(flush, pauseMs) : setImmediate(flush)
  }

  function flush(): void {
    stop()
    if (waiting.length === 0) return
    const items = waiting
    waiting = []
    const start = performance.now()
    commit(items)
    lastEnd = performance.now()
    lastMs = lastEnd - start
  }

  function stop(): void {
    clearTimeout(timer)
    if (urgent && 'refresh' in urgent) clearTimeout(urgent)
    else clearImmediate(urgent)
    timer = urgent = undefined
  }
}

/** The loop's utilisation up to which it counts as idle, and from which on as busy. */
const IDLE = 0.4
const BUSY = 0.8
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
