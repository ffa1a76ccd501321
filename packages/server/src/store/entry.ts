import type { LoggedEvent } from '@streambed/protocol'
import type { Entry, NewEvent } from './store.ts'

/** The entry of an event that is being appended: stringified once, here, and never parsed again. */
export function newEntry(seq: number, at: string, event: NewEvent): Entry {
  const shown = event.sealed === undefined ? event : withoutSeal(event)
  // JSON.stringify escapes NUL and lone surrogates, so any text survives any store.
  return new LogEntry(seq, `{"seq":${seq},"at":"${at}",${JSON.stringify(shown).slice(1)}`, { seq, at, shown })
}

/** The entry of a text that a store has kept. Text that is no JSON object any more keeps its place as `unreadable`. */
export function storedEntry(seq: number, json: string): Entry {
  return new LogEntry(seq, json, undefined)
}

/**
 * Stands where a stored event cannot be read: the numbers stay dense, and clients skip what they do not know.
 * The place's own time is lost with it.
 */
export function unreadableEntry(seq: number): Entry {
  return new LogEntry(seq, `{"seq":${seq},"at":"1970-01-01T00:00:00.000Z","type":"unreadable"}`, undefined)
}

interface Source {
  readonly seq: number
  readonly at: string
  readonly shown: NewEvent
}

class LogEntry implements Entry {
  readonly seq: number
  readonly json: string
  #source: Source | undefined
  #event: LoggedEvent | undefined

  constructor(seq: number, json: string, source: Source | undefined) {
    this.seq = seq
    this.json = json
    this.#source = source
  }

  get event(): LoggedEvent {
    if (this.#event) return this.#event
    const source = this.#source
    this.#source = undefined
    this.#event = source ? { seq: source.seq, at: source.at, ...source.shown } : (JSON.parse(this.json) as LoggedEvent)
    return this.#event
  }
}

function withoutSeal({ sealed: _, ...event }: NewEvent): NewEvent {
  return event as NewEvent // a spread forgets which member of the union it came from
}
