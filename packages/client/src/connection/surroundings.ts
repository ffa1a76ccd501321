/** What the page around the client can tell it. In Node there is none, and nothing is told. */
export interface Surroundings {
  /** False only where the browser is sure. */
  isOnline(): boolean
  /** Calls `woken` when a look at the connection is due, and `offline` when the browser says that there is no network. */
  listen(calls: { woken(): void; offline(): void }): () => void
}

export const page: Surroundings = {
  isOnline: () => globalThis.navigator?.onLine !== false,
  listen({ woken, offline }) {
    const { window, document } = globalThis
    if (!window || !document) return () => {}
    const listening = new AbortController()
    const { signal } = listening
    const shown = () => {
      if (!document.hidden) woken()
    }
    // Timers of a hidden, frozen or sleeping page run late or not at all: these are the moments to look anew.
    document.addEventListener('visibilitychange', shown, { signal })
    window.addEventListener('pageshow', (event) => event.persisted && woken(), { signal })
    window.addEventListener('online', woken, { signal })
    window.addEventListener('offline', offline, { signal })
    return () => listening.abort()
  },
}
