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

interface Waiter {
  resolve(entries: readonly Entry[]): void
  reject(reason: unknown): void
}

class MemoryListener implements Listener {
  readonly #leave: () => void
  #carried: Entry[] = []
  #size = 0
  #isWoken = false
  /** A wake carried nothing, too much, or left a gap: only the log has it all. */
  #mustRead = false
  #isClosed = false
  #waiter: Waiter | undefined
  // Both are kept from call to call: a live answer's reader waits thousands of times, with the same signal and limit.
  #signal: AbortSignal | undefined
  #timer: NodeJS.Timeout | undefined
  #timerMs = 0

  constructor(leave: () => void) {
    this.#leave = leave
  }

  wake(entries: readonly Entry[] = NONE): void {
    this.#isWoken = true
    this.#carry(entries)
    if (!this.#waiter) return
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter.resolve(this.#take())
  }

  next(signal: AbortSignal, ms: number): Promise<readonly Entry[]> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (this.#isClosed) return Promise.reject(new Error('this listener is closed'))
    if (this.#waiter) return Promise.reject(new Error('this listener is waiting already'))
    if (this.#isWoken) return Promise.resolve(this.#take())
    this.#heed(signal)
    this.#startTimer(ms)
    const { promise, ...waiter } = Promise.withResolvers<readonly Entry[]>()
    this.#waiter = waiter
    return promise
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#leave()
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#fail(new Error('this listener is closed'))
  }

  #carry(entries: readonly Entry[]): void {
    const last = this.#carried.at(-1)
    const leavesGap = last !== undefined && entries[0]?.seq !== last.seq + 1
    for (const { json } of entries) this.#size += json.length
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

  #startTimer(ms: number): void {
    if (this.#timer && this.#timerMs === ms) {
      this.#timer.refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#timerMs = ms
    this.#timer = setTimeout(this.#onTime, ms)
  }

  /** The timer may also go off while nobody waits; then it is only refreshed by the next call. */
  readonly #onTime = (): void => {
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.resolve(NONE)
  }

  readonly #onAbort = (): void => this.#fail(this.#signal?.reason)

  #fail(reason: unknown): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.reject(reason)
  }
}
