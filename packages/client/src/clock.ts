/** Everything in the client that waits, waits by this; tests bring their own. */
export interface Clock {
  /** Milliseconds that never run backwards, but do count the time in which the machine slept. */
  now(): number
  /** What people's clocks say. It is shown, never reckoned with: it may be wrong by years. */
  date(): Date
  /** Calls once, `ms` milliseconds from now; the answer calls it off. */
  after(ms: number, call: () => void): () => void
  /** Calls once, before the next paint, or some milliseconds later where nothing is painted; the answer calls it off. */
  frame(call: () => void): () => void
  /** 0 ≤ number < 1, for jitter. */
  random(): number
}

export const systemClock: Clock = {
  now: steadyNow(),
  date: () => new Date(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  frame(call) {
    const page = globalThis.document
    if (!page || page.hidden) return systemClock.after(16, call)
    // A page that gets hidden in between is not painted any more, hence the timer beside the frame.
    const cancel = () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
    const once = () => {
      cancel()
      call()
    }
    const frame = requestAnimationFrame(once)
    const timer = setTimeout(once, 250)
    return cancel
  },
  random: Math.random,
}

/** The wall clock, without its steps back. `performance.now` would do, but stands still while some machines sleep. */
function steadyNow(): () => number {
  let shift = 0
  let last = 0
  return () => {
    const wall = Date.now() + shift
    if (wall < last) shift += last - wall
    return (last = Math.max(wall, last))
  }
}
