import { type Clock, systemClock } from '../src/clock.ts'

/** Real time, but nothing is left to chance and no time is wasted: waits with jitter take none. */
export const hastyClock: Clock = {
  ...systemClock,
  random: () => 0,
  frame: (call) => systemClock.after(0, call),
}

/** A clock that a test moves. `random` is a half, so that every wait is half of the longest. */
export class FakeClock implements Clock {
  #now = 1_000_000
  #timers = new Map<symbol, { readonly due: number; readonly call: () => void }>()

  readonly now = () => this.#now
  readonly date = () => new Date(this.#now)
  readonly random = () => 0.5
  readonly frame = (call: () => void) => this.after(16, call)

  readonly after = (ms: number, call: () => void): (() => void) => {
    const key = Symbol()
    this.#timers.set(key, { due: this.#now + ms, call })
    return () => this.#timers.delete(key)
  }

  /** Whether nothing waits. */
  get isIdle(): boolean {
    return this.#timers.size === 0
  }

  /** Lets time pass; what falls due is called in its order, at its time. */
  pass(ms: number): void {
    const end = this.#now + ms
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) {
      this.#now = Math.max(this.#now, next.due)
      this.#timers.delete(next.key)
      next.call()
    }
    this.#now = end
  }

  /** The machine sleeps: time passes and no timer is called, until something falls due the next time that `pass` is. */
  sleep(ms: number): void {
    this.#now += ms
  }

  #next() {
    const timers = [...this.#timers].map(([key, timer]) => ({ key, ...timer }))
    return timers.sort((one, other) => one.due - other.due)[0]
  }
}
