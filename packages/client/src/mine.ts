import type { Clock } from './clock.ts'
import type { Connection } from './connection/connection.ts'
import { failure, failureOf } from './failure.ts'
import type { Http } from './http.ts'

/** All that the server keeps for the user. Promises reject with a `Failure`. */
export interface Mine {
  /** Reads all of it as one JSON document. It is whole, or the promise rejects, with the signal's reason where that has ended it. */
  export(options?: ExportOptions): Promise<Blob>
  /** Removes all of it, for good. */
  erase(): Promise<void>
  /** Calls when all of it was removed, by this client or another one of the user's. Returns what ends that. */
  onErased(listener: () => void): () => void
}

export interface ExportOptions {
  /** Told how many bytes have come; how many will is not known before the end. */
  readonly onBytes?: (bytes: number) => void
  readonly signal?: AbortSignal
}

interface MineParts {
  readonly connection: Connection
  readonly http: Http
  readonly clock: Clock
}

/** How long nothing may come of an export that is under way. */
const SILENCE_MS = 30_000
/** Many conversations are removed one by one. */
const ERASE_MS = 600_000

export function mine({ connection, http, clock }: MineParts): Mine {
  return {
    async export({ onBytes, signal } = {}) {
      const late = new AbortController()
      const ended = AbortSignal.any([late.signal, ...(signal ? [signal] : [])])
      const pieces: Uint8Array<ArrayBuffer>[] = []
      let bytes = 0
      let cancel = () => {}
      try {
        const { body } = await http.stream('/v1/me/export', { signal: ended, timeoutMs: SILENCE_MS })
        const reader = body!.getReader() // an answer to GET has one
        while (true) {
          cancel = clock.after(SILENCE_MS, () => late.abort(failure('no-answer')))
          const { done, value } = await reader.read()
          cancel()
          if (done) return new Blob(pieces, { type: 'application/json' })
          pieces.push(value)
          bytes += value.length
          onBytes?.(bytes)
        }
      } catch (thrown) {
        ended.throwIfAborted()
        throw failureOf(thrown)
      } finally {
        cancel()
      }
    },
    erase: () => http.json('/v1/me', { method: 'DELETE', timeoutMs: ERASE_MS }),
    onErased: (listener) => connection.listen({ received: ({ type }) => type === 'erased' && listener() }),
  }
}
