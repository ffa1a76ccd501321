import { performance } from 'node:perf_hooks'

/** Gathers what is to be committed together, in the order in which it came. */
export interface Commits<Item> extends Disposable {
  /** An item that may wait does so for some milliseconds, unless one that may not takes it along. */
  add(item: Item, mayWait: boolean): void
  /** Commits what waits now. */
  flush(): void
}

/** How long an item may wait while the event loop is idle, and while it is busy: gathering is what makes a busy loop faster. */
const IDLE_MS = 4
const BUSY_MS = 40
/** The loop's utilisation up to which it counts as idle, and from which on as busy. */
const IDLE = 0.4
const BUSY = 0.8
/** Over how many milliseconds it is measured, at least. */
const MEASURE_MS = 100
/** How many items wait at most. */
const MAX_WAITING = 1000

export function groupCommits<Item>(commit: (items: readonly Item[]) => void): Commits<Item> {
  let waiting: Item[] = []
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  const windowMs = adaptiveWindow()

  return {
    add(item, mayWait) {
      waiting.push(item)
      if (mayWait && waiting.length < MAX_WAITING) timer ??= setTimeout(flush, windowMs())
      else immediate ??= setImmediate(flush)
    },
    flush,
    [Symbol.dispose]: stop,
  }

  function flush(): void {
    stop()
    if (waiting.length === 0) return
    const items = waiting
    waiting = []
    commit(items)
  }

  function stop(): void {
    if (timer) clearTimeout(timer)
    if (immediate) clearImmediate(immediate)
    timer = immediate = undefined
  }
}

function adaptiveWindow(): () => number {
  let measured = performance.eventLoopUtilization()
  let windowMs = IDLE_MS

  return () => {
    const now = performance.eventLoopUtilization(measured)
    if (now.idle + now.active >= MEASURE_MS) {
      const busyness = Math.min(1, Math.max(0, (now.utilization - IDLE) / (BUSY - IDLE)))
      windowMs = IDLE_MS + (BUSY_MS - IDLE_MS) * busyness
      measured = performance.eventLoopUtilization()
    }
    return windowMs
  }
}
