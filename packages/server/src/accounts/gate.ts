import { StreambedError } from '@streambed/protocol'

/** Does at most `atOnce` deeds at a time and lets `waiting` more wait; others are refused with `too-many`. */
export function gate(atOnce: number, waiting: number): <Result>(deed: () => Promise<Result>) => Promise<Result> {
  const queue: (() => void)[] = []
  let busy = 0

  return async (deed) => {
    if (busy >= atOnce) {
      if (queue.length >= waiting) throw new StreambedError('too-many', undefined, { retryAfterMs: 2_000 })
      await new Promise<void>((resolve) => queue.push(resolve)) // whoever leaves hands the place on
    } else busy++
    try {
      return await deed()
    } finally {
      const next = queue.shift()
      if (next) next()
      else busy--
    }
  }
}
