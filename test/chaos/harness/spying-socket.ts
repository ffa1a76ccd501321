import type { ConversationId, LoggedEvent } from '@streambed/protocol'

/** WebSockets that remember which events came through them. */
export interface SpyingSocket {
  readonly WebSocket: typeof globalThis.WebSocket
  /** By conversation and number, each as it was seen first. */
  readonly seen: ReadonlyMap<ConversationId, ReadonlyMap<number, LoggedEvent>>
}

/** An event that came twice must have been the same both times: throws in the reader's face where it was not. */
export function spyingSocket(): SpyingSocket {
  const seen = new Map<ConversationId, Map<number, LoggedEvent>>()

  return {
    seen,
    WebSocket: class extends globalThis.WebSocket {
      constructor(url: string | URL) {
        super(url)
        this.addEventListener('message', ({ data }) => note(JSON.parse(String(data))))
      }
    },
  }

  function note({ conversation, ...event }: LoggedEvent & { readonly conversation?: ConversationId }): void {
    if (conversation === undefined || event.seq === undefined) return
    const log = seen.get(conversation) ?? new Map<number, LoggedEvent>()
    seen.set(conversation, log)
    if (!log.has(event.seq)) log.set(event.seq, event)
  }
}
