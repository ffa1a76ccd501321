import { type Ack, ClientFrame, type ConversationId, StreambedError, whatIsWrong } from '@streambed/protocol'
import { erasedTopic, listTopic } from '../bus/bus.ts'
import { approve } from '../runs/approve.ts'
import { checkPosition, follow } from '../runs/follow.ts'
import { answerForm } from '../runs/forms.ts'
import { retry, send } from '../runs/start.ts'
import { stop } from '../runs/stop.ts'
import { type Connection, fieldOf, type Talk } from './connection.ts'
import type { Door } from './door.ts'
import { LIMITS } from './limits.ts'
import { pour } from './outbox.ts'

/** The requests that change nothing. */
const READING: ReadonlySet<string | undefined> = new Set(['follow', 'unfollow', 'watch', 'ping'])
/** How long changes of the list are gathered before they are told, in milliseconds. */
const GATHER_MS = 100
const HOUR_MS = 3_600_000

/** The native dialect on a socket (P30 to P36). */
export function nativeSocket(connection: Connection, { engine }: Door): Talk {
  const { owner } = connection
  const follows = new Map<ConversationId, AbortController>()
  let watching = false

  return {
    async receive(frame) {
      const request = readFrame(frame)
      switch (request.type) {
        case 'follow':
          return startFollowing(request)
        case 'unfollow':
          follows.get(request.conversation)?.abort()
          follows.delete(request.conversation)
          return acknowledge({ requestId: request.requestId, conversation: request.conversation })
        case 'send':
          return acknowledge({ requestId: request.requestId, ...(await send(engine, owner, request)) })
        case 'stop':
          return acknowledge({ requestId: request.requestId, ...(await stop(engine, owner, request.run)) })
        case 'retry':
          return acknowledge({ requestId: request.requestId, ...(await retry(engine, owner, request.run, request)) })
        case 'form': {
          const { requestId, conversation, form } = request
          return acknowledge({ requestId, ...(await answerForm(engine, owner, conversation, form, request)) })
        }
        case 'approve': {
          const { requestId, run, approval } = request
          return acknowledge({ requestId, ...(await approve(engine, owner, run, approval, request)) })
        }
        case 'watch':
          acknowledge({ requestId: request.requestId })
          if (!watching) {
            void watch()
            void watchForErasure()
          }
          watching = true
          return
        case 'ping':
          return connection.write(JSON.stringify({ type: 'pong', requestId: request.requestId }))
      }
    },
    reads: (frame) => READING.has(fieldOf(frame, 'type')),
    refuse: (error, frame) => tell({ type: 'error', requestId: fieldOf(frame, 'requestId'), error }),
    farewell: (reconnectAfterMs) => tell({ type: 'goaway', reconnectAfterMs }),
  }

  async function startFollowing({ requestId, conversation, after }: Extract<ClientFrame, { type: 'follow' }>) {
    if (follows.size >= LIMITS.follows && !follows.has(conversation)) {
      throw new StreambedError(
        'too-many',
        `A connection follows at most ${LIMITS.follows} conversations. Unfollow one first.`,
      )
    }
    const mine = new AbortController()
    follows.get(conversation)?.abort()
    follows.set(conversation, mine) // before anything is waited for: an `unfollow` may come right behind
    try {
      const position = typeof after === 'number' ? { seq: after } : after
      const place = await checkPosition(engine, owner, conversation, position)
      acknowledge({ requestId, conversation, position: { epoch: engine.store.epoch, seq: place.end } })
      if (!mine.signal.aborted) void tellAll(conversation, place.after, mine)
    } catch (error) {
      leave(conversation, mine)
      throw error
    }
  }

  /** Every event of a conversation as a frame of its own, no faster than they are read. */
  async function tellAll(conversation: ConversationId, after: number, mine: AbortController): Promise<void> {
    const signal = AbortSignal.any([mine.signal, connection.signal])
    const opening = `{"conversation":"${conversation}",`
    try {
      await pour(follow(engine, owner, conversation, after, signal), connection, signal, (entries) =>
        entries.map(({ json }) => opening + json.slice(1)),
      )
    } catch (error) {
      if (!signal.aborted) give(conversation, StreambedError.of(error))
    } finally {
      leave(conversation, mine)
    }
  }

  /** Makes room for another, unless the conversation has a newer reader. */
  function leave(conversation: ConversationId, mine: AbortController): void {
    if (follows.get(conversation) === mine) follows.delete(conversation)
  }

  function give(conversation: ConversationId, failure: StreambedError): void {
    if (failure.cause) engine.log.error({ err: failure.cause, conversation }, 'a reader was given up')
    if (failure.code === 'too-slow') connection.close(failure)
    else tell({ type: 'error', conversation, error: failure.body })
  }

  async function watch(): Promise<void> {
    using wakes = engine.bus.listen(listTopic(owner))
    try {
      while (true) {
        await wakes.next(connection.signal, 60_000)
        await connection.ready(connection.signal)
        tell({ type: 'changed' })
        await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
      }
    } catch (error) {
      if (!connection.signal.aborted) connection.close(StreambedError.of(error))
    }
  }

  async function watchForErasure(): Promise<void> {
    using wakes = engine.bus.listen(erasedTopic(owner))
    try {
      while (true) {
        const from = performance.now()
        await wakes.next(connection.signal, HOUR_MS)
        if (performance.now() - from >= HOUR_MS) continue // the wait ran out
        await connection.ready(connection.signal)
        tell({ type: 'erased' })
      }
    } catch (error) {
      if (!connection.signal.aborted) connection.close(StreambedError.of(error))
    }
  }

  function acknowledge(ack: Omit<Ack, 'type'>): void {
    tell({ type: 'ack', ...ack })
  }

  function tell(frame: object): void {
    connection.write(JSON.stringify(frame))
  }
}

function readFrame(frame: unknown): ClientFrame {
  const parsed = ClientFrame.safeParse(frame)
  if (parsed.success) return parsed.data
  const type = fieldOf(frame, 'type')
  const known = ClientFrame.options.map((option) => option.shape.type.value as string)
  if (type !== undefined && !known.includes(type)) {
    throw new StreambedError('unknown-type', `It knows ${known.join(', ')}.`)
  }
  throw new StreambedError('bad-request', whatIsWrong(parsed.error))
}
