import { setTimeout } from 'node:timers/promises'

/**
 * Looks at something again and again, one look after the other. `rest` is how long it rests before the first, in milliseconds, and what
 * a look returns, how long before the next. A look must not reject. Disposing of it waits for the look under way, whose signal says
 * that nobody wants more of it.
 */
export function everySoOften(rest: number, look: (signal: AbortSignal) => Promise<number>): AsyncDisposable {
  const over = new AbortController()
  const { signal } = over
  const looking = go()
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      await looking
    },
  }

  async function go(): Promise<void> {
    for (let next = rest; ; next = await look(signal)) {
      await setTimeout(next, undefined, { ref: false, signal }).catch(() => {}) // it is over
      if (signal.aborted) return
    }
  }
}
