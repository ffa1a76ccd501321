import { performance } from 'node:perf_hooks'

/** Gathers what is to be committed together, in the order in which it came. */
export interface Commits<Item> extends Disposable {
  /** Commits in this turn of the event loop, `atOnce` right after what it is at; where commits take too long, after a pause. */
  add(item: Item, atOnce?: boolean): void
  /** Commits what waits now. */
  flush(): void
}

/**
 * The share of its time that the loop may spend with commits, mostly waiting for the disk, and how much they may take before
 * that counts. Beyond it there is a pause before the next.
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
  let waiting: Item[] = []
  let next: NodeJS.Timeout | NodeJS.Immediate | undefined
  let isHastened = false
  let lastEnd = 0
  /** What commits have taken lately, less their share of the time since. */
  let debtMs = 0

  return {
    add(item, atOnce = false) {
      if (waiting.push(item) >= MAX_WAITING) flush()
      else next ??= soon()
      if (atOnce) hasten()
    },
    flush,
    [Symbol.dispose]: stop,
  }

  function soon(): NodeJS.Timeout | NodeJS.Immediate {
    const owedMs = Math.max(0, debtMs - BURST_MS) / SHARE
    const pauseMs = lastEnd + Math.min(MAX_PAUSE_MS, owedMs) - performance.now()
    return pauseMs >= 1 ? setTimeout(flush, pauseMs) : setImmediate(flush)
  }

  function hasten(): void {
    if (isHastened || !next || 'refresh' in next) return
    isHastened = true
    void NOW.then(flush)
  }

  function flush(): void {
    isHastened = false
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
  }
}

const NOW = Promise.resolve()
