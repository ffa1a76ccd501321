import type { Entry } from '../store/store.ts'
import type { Bus, Listener, Topic } from './bus.ts'

/** A bus for a single process. */
export function memoryBus(): Bus {
  const topics = new Map<Topic, Set<MemoryListener>>()

  return {
    wake(topic, entries) {
      const listeners = topics.get(topic)
      if (listeners) for (const listener of listeners) listener.wake(entries)
    },

    listen(topic) {
      const listener = new MemoryListener(() => {
        const listeners = topics.get(topic)
        if (listeners?.delete(listener) && listeners.size === 0) topics.delete(topic)
      })
      const listeners = topics.get(topic)
      if (listeners) listeners.add(listener)
      else topics.set(topic, new Set([listener]))
      return listener
    },

    async [Symbol.asyncDispose]() {
      for (const listener of [...topics.values()].flatMap((listeners) => [...listeners])) listener[Symbol.dispose]()
    },
  }
}

/** How much JSON a listener holds for a reader that does not come, in characters. */
const MAX_CARRIED = 64 * 1024
const NONE: readonly Entry[] = []

class MemoryListener implements Listener {
  readonly #leave: () => void
  #carried: Entry[] = []
  #size = 0
  #isWoken = false
  /** A wake carried nothing, too much, or left a gap: only the log has it all. */
  #mustRead = false
  #isClosed = false
  #waiter: PromiseWithResolvers<readonly Entry[]> | undefined
  // Both are kept from call to call: a live answer's reader waits thousands of times, with the same signal and limit.
  #signal: AbortSignal | undefined
  #timer: NodeJS.Timeout | undefined
  /** When the timer goes off, and how long the one who waits now would wait for it. */
  #timerAt = 0
  #deadline = 0

  constructor(leave: () => void) {
    this.#leave = leave
  }

  wake(entries: readonly Entry[] = NONE): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    if (waiter)
      waiter.resolve(sizeOf(entries) <= MAX_CARRIED ? entries : NONE) // nothing has come before these
    else this.#keep(entries)
  }

  next(signal: AbortSignal, ms: number): Promise<readonly Entry[]> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (this.#isClosed) return Promise.reject(new Error('this listener is closed'))
    if (this.#waiter) return Promise.reject(new Error('this listener is waiting already'))
    if (this.#isWoken) return Promise.resolve(this.#take())
    this.#heed(signal)
    this.#limit(ms)
    this.#waiter = Promise.withResolvers<readonly Entry[]>()
    return this.#waiter.promise
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#leave()
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#fail(new Error('this listener is closed'))
  }

  #keep(entries: readonly Entry[]): void {
    this.#isWoken = true
    const last = this.#carried.at(-1)
    const leavesGap = last !== undefined && entries[0]?.seq !== last.seq + 1
    this.#size += sizeOf(entries)
    if (entries.length === 0 || leavesGap || this.#size > MAX_CARRIED) this.#mustRead = true
    if (this.#mustRead) this.#carried = []
    else this.#carried.push(...entries)
  }

  #take(): readonly Entry[] {
    const carried = this.#carried
    this.#carried = []
    this.#size = 0
    this.#isWoken = false
    this.#mustRead = false
    return carried
  }

  #heed(signal: AbortSignal): void {
    if (signal === this.#signal) return
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
  }

  /** A timer that goes off too early is set again then: to move it for every piece of an answer would cost more. */
  #limit(ms: number): void {
    this.#deadline = performance.now() + ms
    if (!this.#timer || this.#deadline < this.#timerAt) this.#setTimer(ms)
  }

  #setTimer(ms: number): void {
    clearTimeout(this.#timer)
    this.#timerAt = performance.now() + ms
    this.#timer = setTimeout(this.#onTime, ms)
  }

  readonly #onTime = (): void => {
    this.#timer = undefined
    const waiter = this.#waiter
    if (!waiter) return
    const left = this.#deadline - performance.now()
    if (left >= 1) {
      this.#setTimer(left)
    } else {
      this.#waiter = undefined
      waiter.resolve(NONE)
    }
  }

  readonly #onAbort = (): void => this.#fail(this.#signal?.reason)

  #fail(reason: unknown): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.reject(reason)
  }
}

function sizeOf(entries: readonly Entry[]): number {
  let size = 0
  for (const { json } of entries) size += json.length
  return size
}
