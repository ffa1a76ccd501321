import type { LoggedEvent } from '@streambed/protocol'
import type { Entry, NewEvent } from './store.ts'

/** The entry of an event that is being appended: stringified once, here, and never parsed again. */
export function newEntry(seq: number, at: string, event: NewEvent): Entry {
  const shown: LoggedEvent = { seq, at, ...(event.sealed === undefined ? event : withoutSeal(event)) }
  // Readers find the type right behind these two. Any text survives any store: NUL and lone surrogates are escaped.
  return { seq, json: JSON.stringify(shown), event: shown }
}

/** The entry of a text that a store has kept. Text that is no JSON object any more keeps its place as `unreadable`. */
export function storedEntry(seq: number, json: string): Entry {
  return new StoredEntry(seq, json)
}

/**
 * Stands where a stored event cannot be read: the numbers stay dense, and clients skip what they do not know.
 * The place's own time is lost with it.
 */
export function unreadableEntry(seq: number): Entry {
  return new StoredEntry(seq, `{"seq":${seq},"at":"1970-01-01T00:00:00.000Z","type":"unreadable"}`)
}

class StoredEntry implements Entry {
  readonly seq: number
  readonly json: string
  #event: LoggedEvent | undefined

  constructor(seq: number, json: string) {
    this.seq = seq
    this.json = json
  }

  get event(): LoggedEvent {
    this.#event ??= JSON.parse(this.json) as LoggedEvent
    return this.#event
  }
}

function withoutSeal({ sealed: _, ...event }: NewEvent): NewEvent {
  return event as NewEvent // a spread forgets which member of the union it came from
}
