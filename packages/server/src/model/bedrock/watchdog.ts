/** One timer for any number of waits. Being fed costs one assignment, so it may happen with every token. */
export interface Watchdog extends Disposable {
  /** Calls `expire` once, when it has not been fed for `ms` (to within a tick, never early). */
  watch(ms: number, expire: () => void): Watch
}

export interface Watch {
  /** Starts the wait over, with another length if given. */
  feed(ms?: number): void
  /** Holds still until fed again: somebody else is the one who is slow. */
  rest(): void
  stop(): void
}

export function watchdog(tickMs = 1_000): Watchdog {
  const watches = new Set<Entry>()
  let timer: NodeJS.Timeout | undefined

  return {
    watch(ms, expire) {
      const entry: Entry = { ticks: ticksIn(ms), left: ticksIn(ms), expire }
      watches.add(entry)
      timer ??= setInterval(tick, tickMs).unref() // a call's own socket keeps the process alive
      return {
        feed(ms) {
          if (ms !== undefined) entry.ticks = ticksIn(ms)
          entry.left = entry.ticks
        },
        rest() {
          entry.left = Number.POSITIVE_INFINITY
        },
        stop() {
          watches.delete(entry)
          if (watches.size === 0) sleep()
        },
      }
    },
    [Symbol.dispose]() {
      watches.clear()
      sleep()
    },
  }

  function tick(): void {
    for (const entry of watches) {
      if (--entry.left >= 0) continue
      watches.delete(entry)
      entry.expire()
    }
    if (watches.size === 0) sleep()
  }

  function sleep(): void {
    clearInterval(timer)
    timer = undefined
  }

  /** The first tick may come at once. */
  function ticksIn(ms: number): number {
    return Math.ceil(ms / tickMs)
  }
}

interface Entry {
  ticks: number
  left: number
  readonly expire: () => void
}
