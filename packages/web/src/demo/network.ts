import type { Readable } from '@streambed/client'

/** A network that can be cut on purpose, so that people see what the app does without one. */
export interface DemoNetwork {
  readonly fetch: typeof globalThis.fetch
  readonly WebSocket: typeof globalThis.WebSocket
  /** What is wrong with it now, and until when (in milliseconds since 1970). */
  readonly trouble: Readable<Trouble | null>
  /** Nothing gets through for so long; what was open breaks. */
  cut(milliseconds: number): void
  /** As if the machine slept: nothing breaks and nothing arrives, until it wakes and finds out. */
  sleep(milliseconds: number): void
}

export interface Trouble {
  readonly kind: 'cut' | 'sleep'
  readonly until: number
}

/** The page's own network, with a pair of scissors. */
function demoNetwork(): DemoNetwork {
  const sockets = new Set<WebSocket>()
  const requests = new Set<AbortController>()
  const listeners = new Set<() => void>()
  let trouble: Trouble | null = null

  const set = (next: Trouble | null) => {
    trouble = next
    for (const listener of [...listeners]) listener()
  }
  const breakAll = () => {
    for (const socket of sockets) socket.close()
    for (const request of requests) request.abort(new TypeError('the network was cut'))
  }
  const begin = (kind: Trouble['kind'], milliseconds: number) => {
    if (trouble) return
    set({ kind, until: Date.now() + milliseconds })
    if (kind === 'cut') breakAll()
    setTimeout(() => {
      breakAll() // who has slept finds dead connections
      set(null)
      dispatchEvent(new Event('online')) // which is how a browser says that it is worth a try
    }, milliseconds)
  }

  class DemoWebSocket extends globalThis.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      sockets.add(this)
      this.addEventListener('close', () => sockets.delete(this))
      this.addEventListener('message', (event) => trouble && event.stopImmediatePropagation())
      if (trouble) this.close()
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (!trouble) super.send(data)
    }
  }

  return {
    WebSocket: DemoWebSocket,
    async fetch(input, options) {
      if (trouble) throw new TypeError('the network was cut')
      const own = new AbortController()
      requests.add(own)
      const signals = [own.signal, ...(options?.signal ? [options.signal] : [])]
      try {
        const response = await globalThis.fetch(input, { ...options, signal: AbortSignal.any(signals) })
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
        if (!isStream) requests.delete(own) // a stream goes on after its head
        return response
      } catch (error) {
        requests.delete(own)
        throw error
      }
    },
    trouble: {
      get: () => trouble,
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    cut: (milliseconds) => begin('cut', milliseconds),
    sleep: (milliseconds) => begin('sleep', milliseconds),
  }
}

/** The one that this page's client uses. */
export const network: DemoNetwork = demoNetwork()
