import type { Readable } from '../src/readable.ts'

/** The value of a readable once it is as wanted. Rejects, and shows what it was, when that takes longer than `ms`. */
export function until<T>(readable: Readable<T>, wanted: (value: T) => boolean, ms = 4_000): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const look = () => wanted(readable.get()) && resolve(readable.get())
  const timer = setTimeout(() => reject(new Error(`waited in vain at ${JSON.stringify(readable.get())}`)), ms)
  const unsubscribe = readable.subscribe(look)
  look()
  return promise.finally(() => {
    clearTimeout(timer)
    unsubscribe()
  })
}
