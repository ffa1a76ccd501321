import { type Order, promptFor } from '../stand-in/answer.ts'
import type { TokenReader } from '../token.ts'
import { HttpConnection, type OnBody } from './http.ts'
import { WebSocketConnection } from './websocket.ts'

/** One user, who asks one thing after the other. */
export interface Client {
  /** What is done before a question is typed. */
  prepare(): Promise<void>
  /** Asks, and resolves when the answer is over. */
  ask(order: Order, reader: TokenReader): Promise<void>
  close(): void
}

/** How a client talks: the relays' `POST /api/chat`, Streambed's event stream or WebSocket, or the stand-in itself. */
export type Dialect = 'chat' | 'events' | 'websocket' | 'direct'

export function newClient(dialect: Dialect, url: string): Client {
  switch (dialect) {
    case 'chat':
      return postingClient(url, '/api/chat', (prompt) => ({ prompt }))
    case 'direct':
      return postingClient(url, '/model/x/converse-stream', (text) => ({
        messages: [{ role: 'user', content: [{ text }] }],
      }))
    case 'events':
      return eventsClient(url)
    case 'websocket':
      return socketClient(url)
  }
}

function postingClient(url: string, path: string, body: (prompt: string) => object): Client {
  const connection = new HttpConnection(url)
  return {
    async prepare() {},
    ask: (order, reader) =>
      connection.request(
        `POST ${path}`,
        'content-type: application/json\r\n',
        JSON.stringify(body(promptFor(order))),
        (text, from, to) => reader.read(text, from, to),
      ),
    close: () => connection.close(),
  }
}

/** Sends on one connection, reads the conversation's events on another. */
function eventsClient(url: string): Client {
  const sending = new HttpConnection(url)
  let reading: HttpConnection | undefined
  let conversation = ''
  let onBody: OnBody = () => {}
  let reject: (error: Error) => void = () => {}

  return {
    async prepare() {
      reading?.close()
      conversation = await newConversation(sending)
      const connection = (reading = new HttpConnection(url))
      const { promise, resolve, reject: fail } = Promise.withResolvers<void>()
      reject = fail
      const path = `GET /v1/conversations/${conversation}/events?after=1`
      const take: OnBody = (text, from, to) => onBody(text, from, to)
      connection.request(path, 'accept: text/event-stream\r\n', '', take, resolve).then(
        () => reject(new Error('the event stream ended')),
        (error) => reject(error),
      )
      await promise
    },
    async ask(order, reader) {
      const over = Promise.withResolvers<void>()
      reject = over.reject
      const isOver = ending(order, reader)
      onBody = (text, from, to) => {
        reader.read(text, from, to)
        if (isOver(text, from, to)) over.resolve()
      }
      const message = { requestId: crypto.randomUUID(), text: promptFor(order) }
      await sending.json(`POST /v1/conversations/${conversation}/messages`, message)
      await over.promise
    },
    close() {
      sending.close()
      reading?.close()
    },
  }
}

function socketClient(url: string): Client {
  const creating = new HttpConnection(url)
  let conversation = ''
  let onFrame: (text: string) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const socket = new WebSocketConnection(
    url,
    '/ws',
    (text) => onFrame(text),
    (error) => reject(error),
  )

  return {
    async prepare() {
      await socket.opened
      if (conversation) socket.send({ type: 'unfollow', requestId: crypto.randomUUID(), conversation })
      conversation = await newConversation(creating)
      const { promise, resolve, reject: fail } = Promise.withResolvers<void>()
      const requestId = crypto.randomUUID()
      reject = fail
      onFrame = (text) => text.includes(requestId) && resolve()
      socket.send({ type: 'follow', requestId, conversation, after: 1 })
      await promise
    },
    async ask(order, reader) {
      const over = Promise.withResolvers<void>()
      reject = over.reject
      const isOver = ending(order, reader)
      onFrame = (text) => {
        reader.read(text, 0, text.length)
        if (isOver(text, 0, text.length)) over.resolve()
      }
      socket.send({ type: 'send', requestId: crypto.randomUUID(), conversation, text: promptFor(order) })
      await over.promise
    },
    close() {
      creating.close()
      socket.close()
    },
  }
}

async function newConversation(connection: HttpConnection): Promise<string> {
  const { id } = (await connection.json('POST /v1/conversations', {})) as { id: string } // P10
  return id
}

/** Tells when a run's end has come, wherever its bytes were cut. Looked for only once all tokens are there. */
function ending({ tokens }: Order, reader: TokenReader): OnBodyTest {
  let tail = ''
  return (text, from, to) => {
    if (reader.count < tokens) return false
    tail += text.slice(from, to)
    return tail.includes('"run-end"')
  }
}

type OnBodyTest = (text: string, from: number, to: number) => boolean
