import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from './client.js'

/** Waits for a promise, but no longer than `ms`; says then what was waited for. */
export async function within<Value>(ms: number, what: string, promise: Promise<Value>): Promise<Value> {
  const done = new AbortController()
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`waited ${ms} ms in vain for ${what}`)
  })
  late.catch(() => {}) // called off
  try {
    return await Promise.race([promise, late])
  } finally {
    done.abort()
  }
}

/** Resolves with a readable's value once it is as wanted. */
export function become<Value>(readable: Readable<Value>, wanted: (value: Value) => boolean): Promise<Value> {
  const { promise, resolve } = Promise.withResolvers<Value>()
  const look = (): void => {
    if (wanted(readable.get())) resolve(readable.get())
  }
  const leave = readable.subscribe(look)
  look()
  return promise.finally(leave)
}
