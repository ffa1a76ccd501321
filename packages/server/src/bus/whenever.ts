import { setTimeout } from 'node:timers/promises'
import type { Bus, Topic } from './bus.ts'

export interface Whenever {
  readonly bus: Bus
  readonly topic: Topic
  /** How long to wait for a wake, since wakes may get lost, and how long to rest when a look has failed. In milliseconds. */
  readonly ms: number
  look(): Promise<void>
  failed(error: unknown): void
}

/** Looks at something whenever a topic is woken, and now and then without. Disposing of it waits for the look under way. */
export function whenever({ bus, topic, ms, look, failed }: Whenever): AsyncDisposable {
  const over = new AbortController()
  const watching = watch()
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      await watching
    },
  }

  async function watch(): Promise<void> {
    using wakes = bus.listen(topic)
    while (!over.signal.aborted) {
      try {
        await wakes.next(over.signal, ms)
        await look()
      } catch (error) {
        if (over.signal.aborted) return
        failed(error)
        await setTimeout(ms, undefined, { ref: false, signal: over.signal }).catch(() => {}) // it is over
      }
    }
  }
}
