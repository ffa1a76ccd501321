import type { ConversationId } from '@streambed/protocol'
import type { StoredMessage } from '../outbox/storage.ts'
import { randomHex } from '../request-id.ts'
import type { AckFrame } from '../transport/transport.ts'
import { ConversationReader, type ReaderParts } from './reader.ts'

/** How many conversations that nobody follows are kept at hand, so that coming back to one is instant. */
const KEPT = 16

/** The conversations at hand: each once, while anybody follows it and for some time after. */
export class Readers implements Disposable {
  readonly #parts: ReaderParts
  /** By id, or by draft while there is none; those that were followed last come last. */
  readonly #readers = new Map<string, ConversationReader>()

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  of(id: ConversationId): ConversationReader {
    return this.#readers.get(id) ?? this.#add(id, { id, draft: null, agent: undefined })
  }

  /** A new conversation, or the one that was begun before a reload. */
  start(agent: string | undefined): ConversationReader {
    const restored = this.#parts.outbox.restoredDraft()
    const draft = restored?.draft
    if (draft != null) {
      const reader = this.#readers.get(draft)
      if (!reader) return this.#add(draft, { id: null, draft, agent: restored?.agent })
      if (!reader.isFollowed) return reader
    }
    const name = `draft_${randomHex(8)}`
    return this.#add(name, { id: null, draft: name, agent })
  }

  /** Answers whether somebody will read the message's event. */
  acknowledged(message: StoredMessage, ack: AckFrame): boolean {
    const { draft, requestId } = message
    const conversation = ack.conversation ?? message.conversation
    const begun = draft !== null ? this.#readers.get(draft) : undefined
    if (begun && draft !== null && conversation !== null) {
      this.#readers.delete(draft)
      this.#readers.set(conversation, begun)
    }
    const reader = conversation !== null ? this.#readers.get(conversation) : undefined
    return reader?.acknowledged(requestId, ack) ?? false
  }

  changed(target: string): void {
    this.#readers.get(target)?.changed()
  }

  [Symbol.dispose](): void {
    for (const reader of this.#readers.values()) reader[Symbol.dispose]()
    this.#readers.clear()
  }

  #add(key: string, from: { id: ConversationId | null; draft: string | null; agent: string | undefined }) {
    const reader = new ConversationReader({ ...this.#parts, ...from, onFollowed: () => this.#touch(reader) })
    this.#readers.set(key, reader)
    this.#trim()
    return reader
  }

  #touch(reader: ConversationReader): void {
    const known = this.#readers.get(reader.target)
    if (known?.isFollowed && known !== reader) return
    this.#readers.delete(reader.target)
    this.#readers.set(reader.target, reader)
    this.#trim()
  }

  #trim(): void {
    const idle = [...this.#readers].filter(([, reader]) => !reader.isFollowed)
    for (const [key] of idle.slice(0, -KEPT)) this.#readers.delete(key)
  }
}
