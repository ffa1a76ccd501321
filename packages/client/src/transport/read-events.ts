import type { ConversationId, LoggedEvent, Position } from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { failure } from '../failure.ts'
import type { Http } from '../http.ts'
import { eventStream } from './event-stream.ts'
import { readEvent } from './frame.ts'

interface Reading {
  readonly http: Http
  readonly clock: Clock
  readonly conversation: ConversationId
  readonly after: Position
  readonly signal: AbortSignal
  heard(): void
  /** The server has accepted the place; `position`, where it is known, is where the log ends. */
  began(position?: Position): void
  read(event: LoggedEvent): void
}

/** A stream gets a comment every 15 s (P21). One that is silent for this long is held up or dead. */
const SILENT_MS = 35_000
/** How long a poll waits for news: shorter than the patience of the proxies one meets. */
const POLL_SECONDS = 25

/** Reads events as they come, as Server-Sent Events. Rejects when the stream ends, whoever ended it. */
export async function streamEvents({ http, clock, signal, ...reading }: Reading): Promise<void> {
  const silent = new AbortController()
  let cancel = () => {}
  const heard = () => {
    cancel()
    cancel = clock.after(SILENT_MS, () => silent.abort(failure('no-answer')))
    reading.heard()
  }
  try {
    const headers = { accept: 'text/event-stream' }
    const either = AbortSignal.any([signal, silent.signal])
    const { body } = await http.stream(path(reading.conversation, reading.after), { headers, signal: either })
    heard()
    reading.began()
    for await (const data of eventStream(body!, heard)) {
      const event = readEvent(data)
      if (event) reading.read(event)
    }
  } finally {
    cancel()
  }
  throw failure('unreachable')
}

/** Reads events in pages, each of which waits for the first event that there is. Ends only by rejecting. */
export async function pollEvents({ http, signal, ...reading }: Reading): Promise<void> {
  let after = reading.after
  for (let isFirst = true; ; isFirst = false) {
    const wait = isFirst ? 0 : POLL_SECONDS
    const page = await http.json<{ events: readonly LoggedEvent[]; position: Position; more: boolean }>(
      path(reading.conversation, after) + (wait > 0 ? `&wait=${wait}` : ''),
      { signal, timeoutMs: wait * 1000 + 10_000 },
    )
    reading.heard()
    if (isFirst) reading.began(page.position)
    for (const event of page.events) reading.read(event)
    after = page.position
  }
}

function path(conversation: ConversationId, { epoch, seq }: Position): string {
  const query = new URLSearchParams({ after: String(seq), epoch })
  return `/v1/conversations/${encodeURIComponent(conversation)}/events?${query}`
}
