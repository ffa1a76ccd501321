import type { ConversationId, ErrorBody, InputPart, MessageId, RequestId } from '@streambed/protocol'
import { randomHex } from '../request-id.ts'

/**
 * Keeps the messages that the server does not have yet, over reloads. Several tabs may share one. Any method may throw, as a
 * browser's storage does when it is full or forbidden: the message is then sent all the same, but does not survive a reload.
 */
export interface OutboxStorage {
  /** Names this tab. It stays the same over reloads, and is shared by no other. */
  readonly tab: string
  /** Every message, in any order. What cannot be read is left out. */
  all(): readonly StoredMessage[]
  /** Adds a message, or replaces the one of the same request id. */
  put(message: StoredMessage): void
  remove(requestId: RequestId): void
  /** Calls when another tab has removed a message. */
  onRemoved?(listener: (requestId: RequestId) => void): () => void
}

/** A message on its way to the server. */
export interface StoredMessage {
  readonly requestId: RequestId
  /** Later messages have greater ones. Counted, since clocks go wrong. */
  readonly order: number
  /** Null while the conversation is to be made: then `draft` says which one it is. */
  readonly conversation: ConversationId | null
  readonly draft: string | null
  readonly tab: string
  readonly text: string
  readonly parts: readonly InputPart[]
  readonly agent?: string
  readonly model?: string
  readonly replaces?: MessageId
  readonly parent?: MessageId
  readonly timezone?: string
  /** By this machine's clock (ISO 8601), for people. */
  readonly at: string
  /** Why the server refused it; null while there is hope. */
  readonly error: ErrorBody | null
}

/** For where there is nothing better: lasts as long as the object. */
export function memoryStorage(): OutboxStorage {
  const messages = new Map<RequestId, StoredMessage>()
  return {
    tab: randomHex(8),
    all: () => [...messages.values()],
    put: (message) => void messages.set(message.requestId, message),
    remove: (requestId) => void messages.delete(requestId),
  }
}

/** In the browser's local storage, one item for each message, so that tabs do not overwrite each other's. */
export function browserStorage(namespace: string): OutboxStorage {
  const prefix = `streambed:outbox:${namespace}:`
  return {
    tab: tabName(),
    all() {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix))
      return keys.flatMap((key) => readMessage(localStorage.getItem(key)))
    },
    put: (message) => localStorage.setItem(prefix + message.requestId, JSON.stringify(message)),
    remove: (requestId) => localStorage.removeItem(prefix + requestId),
    onRemoved(listener) {
      const changed = ({ key, newValue }: StorageEvent) => {
        if (key?.startsWith(prefix) && newValue === null) listener(key.slice(prefix.length) as RequestId)
      }
      window.addEventListener('storage', changed)
      return () => window.removeEventListener('storage', changed)
    },
  }
}

/** The browser's storage if the page may use it. */
export function defaultStorage(namespace: string): OutboxStorage {
  try {
    return globalThis.window?.localStorage ? browserStorage(namespace) : memoryStorage()
  } catch {
    return memoryStorage() // forbidden: even a look at it throws
  }
}

function readMessage(text: string | null): readonly StoredMessage[] {
  try {
    const message = JSON.parse(text ?? 'null') as StoredMessage | null // written by `put`
    return typeof message?.requestId === 'string' && Array.isArray(message.parts) ? [message] : []
  } catch {
    return [] // not ours
  }
}

function tabName(): string {
  const key = 'streambed:tab'
  const known = sessionStorage.getItem(key)
  if (known) return known
  const name = randomHex(8)
  sessionStorage.setItem(key, name)
  return name
}
