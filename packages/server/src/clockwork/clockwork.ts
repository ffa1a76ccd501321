import { TIMERS } from '../bus/bus.ts'
import type { Engine } from '../runs/engine.ts'
import { fire } from './fire.ts'

/**
 * The longest it sleeps, in milliseconds: so it notices within this time that somebody has set the clock, and what another server
 * has set.
 */
const LONGEST_SLEEP = 30_000
/** How long it rests when the store fails. */
const REST = 1_000
/** How many timers fire at once. */
const AT_ONCE = 32

/**
 * Fires every timer at its time, once. It waits for the next one alone, however many there are, and reads the wall clock whenever it
 * wakes. What fell due while no server ran fires as soon as one does, marked late.
 */
export function startClockwork(engine: Engine): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const startedAt = engine.now().getTime()
  const over = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await over
    },
  }

  async function run(): Promise<void> {
    using wakes = engine.bus.listen(TIMERS) // before the first look, so that nothing falls between
    while (!signal.aborted) {
      const sleep = await lookAfter().catch((error) => {
        engine.log.error({ err: error }, 'timers could not be fired')
        return REST
      })
      await wakes.next(signal, sleep).catch(() => stopping.abort()) // the bus closes when the server does
    }
  }

  /** Returns how long nothing is to be done. */
  async function lookAfter(): Promise<number> {
    await fireDue(engine, startedAt, signal)
    const next = await engine.store.timers.next()
    return next === undefined ? LONGEST_SLEEP : sleepUntil(next, engine.now().getTime())
  }
}

/** Fires all timers whose time has come, the longest due first. `startedAt`: whatever was due before then is late. */
export async function fireDue(
  engine: Engine,
  startedAt: number,
  signal: AbortSignal = AbortSignal.any([]),
): Promise<void> {
  while (!signal.aborted && !engine.draining) {
    const due = await engine.store.timers.due(engine.now().getTime(), AT_ONCE)
    if (due.length === 0) return
    await Promise.all(due.map((timer) => fire(engine, timer, startedAt)))
  }
}

export function sleepUntil(time: number, now: number): number {
  return Math.min(Math.max(0, time - now), LONGEST_SLEEP)
}
