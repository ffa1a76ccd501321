import type { Exchange } from './exchange.ts'
import type { Fault } from './faults.ts'

/** One request and what became of it. The fields from `outcome` on change while the answer is under way. */
export interface JournalEntry {
  /** 1 for the first request, and so on. */
  readonly number: number
  /** ISO 8601. */
  readonly at: string
  /** `ConverseStream`, `ListFoundationModels`, …, or `unknown`. */
  readonly operation: string
  readonly model: string
  readonly method: string
  readonly path: string
  readonly transport: 'http/1.1' | 'h2'
  /** Without anything secret. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed request. A body over 256 KiB is not kept; there is `{omittedBytes}` then. */
  readonly body: unknown
  readonly faults: readonly Fault[]
  /**
   * `open` while under way. `answered`: to the end. `refused`: an HTTP error. `broken`: cut or failed on purpose.
   * `client-closed`: the client went away first. `emulator-closed`: `close()` came first.
   */
  readonly outcome: 'open' | 'answered' | 'refused' | 'broken' | 'client-closed' | 'emulator-closed'
  readonly status?: number
  /** The name of the error that was answered, in HTTP or in the stream. */
  readonly error?: string
  /** Stream events and body bytes handed to the connection. */
  readonly events: number
  readonly bytes: number
  /** Milliseconds from the request to its outcome. */
  readonly durationMs?: number
}

export type EntryPredicate = (entry: JournalEntry) => boolean

/** The last 1,000 requests, at most 32 MiB of bodies. */
export interface Journal {
  readonly entries: readonly JournalEntry[]
  /**
   * The first request that fits and that no earlier `next` has returned; waits for it if need be. Rejects when
   * `timeoutMs` (default 5,000) have passed.
   */
  next(predicate?: EntryPredicate, timeoutMs?: number): Promise<JournalEntry>
  /** Waits until a request that fits is over, whatever its outcome. */
  ended(predicate?: EntryPredicate, timeoutMs?: number): Promise<JournalEntry>
  /** Waits until the client has closed a request that fits before its answer was finished. */
  closed(predicate?: EntryPredicate, timeoutMs?: number): Promise<JournalEntry>
  clear(): void
}

/** A line under way, for the emulator itself. */
export interface Line {
  readonly entry: JournalEntry
  change(change: Partial<Pick<JournalEntry, 'operation' | 'model' | 'body' | 'faults' | 'status' | 'error'>>): void
  sent(events: number, bytes: number): void
  end(outcome: JournalEntry['outcome']): void
}

const LIMIT = 1_000
const BODY_LIMIT = 256 * 1024
const BODIES_LIMIT = 32 * 1024 * 1024
const SECRET = /^(authorization|x-amz-security-token|cookie|proxy-authorization)$/

type Writable = { -readonly [Name in keyof JournalEntry]: JournalEntry[Name] }

export function journal(): Journal & { open(exchange: Exchange): Line; keepBody(line: Line, text: string): void } {
  let kept: { entry: Writable; bodySize: number; taken: boolean }[] = []
  let bodies = 0
  let count = 0
  const waiting = new Set<() => void>()
  const tell = (): void => {
    for (const look of waiting) look()
  }

  return {
    get entries() {
      return kept.map(({ entry }) => entry)
    },
    next: (predicate = all, timeoutMs) =>
      wait(
        () => {
          const found = kept.find(({ entry, taken }) => !taken && entry.operation !== 'unknown' && predicate(entry))
          if (found) found.taken = true
          return found?.entry
        },
        'request',
        timeoutMs,
      ),
    ended: (predicate = all, timeoutMs) =>
      wait(() => find((entry) => entry.outcome !== 'open' && predicate(entry)), 'end of a request', timeoutMs),
    closed: (predicate = all, timeoutMs) =>
      wait(
        () => find((entry) => entry.outcome === 'client-closed' && predicate(entry)),
        'close by a client',
        timeoutMs,
      ),
    clear() {
      kept = []
      bodies = 0
    },
    open,
    keepBody(line, text) {
      const item = kept.find(({ entry }) => entry === line.entry)
      if (!item) return
      item.bodySize = Math.min(text.length, BODY_LIMIT)
      bodies += item.bodySize
      while (bodies > BODIES_LIMIT && kept.length > 1) bodies -= kept.shift()!.bodySize
      line.change({ body: text.length > BODY_LIMIT ? { omittedBytes: text.length } : parse(text) })
    },
  }

  function find(predicate: EntryPredicate): JournalEntry | undefined {
    return kept.find(({ entry }) => predicate(entry))?.entry
  }

  function open({ method, path, transport, headers }: Exchange): Line {
    const began = performance.now()
    const entry: Writable = {
      number: ++count,
      at: new Date().toISOString(),
      operation: 'unknown',
      model: '',
      method,
      path,
      transport,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET.test(name))),
      body: undefined,
      faults: [],
      outcome: 'open',
      events: 0,
      bytes: 0,
    }
    kept.push({ entry, bodySize: 0, taken: false })
    if (kept.length > LIMIT) bodies -= kept.shift()!.bodySize
    return {
      entry,
      change(change) {
        Object.assign(entry, change)
        tell()
      },
      sent(events, bytes) {
        entry.events += events
        entry.bytes += bytes
      },
      end(outcome) {
        if (entry.outcome !== 'open') return
        entry.outcome = outcome
        entry.durationMs = Math.round((performance.now() - began) * 10) / 10
        tell()
      },
    }
  }

  function wait(look: () => JournalEntry | undefined, what: string, timeoutMs = 5_000): Promise<JournalEntry> {
    const found = look()
    if (found) return Promise.resolve(found)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(again)
        reject(new Error(`The emulator has seen no such ${what} within ${timeoutMs} ms.`))
      }, timeoutMs)
      const again = (): void => {
        const entry = look()
        if (!entry) return
        clearTimeout(timer)
        waiting.delete(again)
        resolve(entry)
      }
      waiting.add(again)
    })
  }
}

const all: EntryPredicate = () => true

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
