import type { ServerResponse } from 'node:http'
import { StreambedError } from '@streambed/protocol'
import type { WebSocket } from 'ws'
import { LIMITS } from './limits.ts'

/** One connection's way out. It holds some 64 KiB; a writer that waits for `ready` before each page never makes it hold more. */
export interface Outbox {
  write(text: string): void
  /** Resolves when there is room, at once where there is. Rejects with `too-slow` when the reader has read nothing for 30 s. */
  ready(signal: AbortSignal): Promise<void>
}

/** An event stream's way out. */
export function responseOutbox(response: ServerResponse): Outbox {
  return {
    write: (text) => void response.write(text),
    async ready(signal) {
      if (!response.writableNeedDrain) return // its own mark is at most as high as ours
      await drained(signal, (resolve) => {
        response.once('drain', resolve)
        return () => response.off('drain', resolve)
      })
    },
  }
}

/** A WebSocket's way out. */
export function socketOutbox(socket: WebSocket): Outbox {
  let waiting: (() => void)[] = []
  const sent = (): void => {
    if (waiting.length === 0 || socket.bufferedAmount > LIMITS.waiting / 2) return
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  return {
    write: (text) => socket.send(text, sent),
    async ready(signal) {
      while (socket.bufferedAmount > LIMITS.waiting) {
        await drained(signal, (resolve) => {
          waiting.push(resolve)
          return () => void (waiting = waiting.filter((other) => other !== resolve))
        })
      }
    },
  }
}

/** Waits for a reader, but not for ever. */
async function drained(signal: AbortSignal, wait: (resolve: () => void) => () => void): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const forget = wait(resolve)
  const timer = setTimeout(() => reject(new StreambedError('too-slow')), LIMITS.stalled)
  const aborted = (): void => reject(signal.reason)
  signal.addEventListener('abort', aborted)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', aborted)
    forget()
  }
}
