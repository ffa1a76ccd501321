import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type ConversationId,
  type ErrorBody,
  emptyConversation,
  foldAll,
  type LoggedEvent,
  type MessageId,
  type NewEvent,
  type Position,
  type RunId,
} from '@streambed/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Request, SendRequest } from '../src/transport/transport.ts'
import { placed } from './sample-log.ts'

/** What the network does to one event on its way: `skip` loses it, `cut` breaks the connection after it. */
export type Delivery = 'pass' | 'twice' | 'skip' | 'cut'

/**
 * What happens to a send: `cut-before` and `cut-after` break the connection before or after the log has it; `silent` takes it
 * and does not say so.
 */
export type Reception = 'accept' | 'cut-before' | 'cut-after' | 'silent' | ErrorBody

/** A server that speaks PROTOCOL.md from memory, and does to its clients what a test tells it to. */
export class FakeServer implements AsyncDisposable {
  epoch = 'epoch-1'
  readonly logs = new Map<string, LoggedEvent[]>()
  /** How many times each door was used: `ws`, `follow`, `sse`, `poll`, `GET /v1/conversations/:id` … */
  readonly calls = new Map<string, number>()
  /** Every send as it came, doubles included. */
  readonly sends: SendRequest[] = []
  /** Every answer to what an agent has asked, as it came. */
  readonly answers: object[] = []
  deliver: (event: LoggedEvent) => Delivery = () => 'pass'
  receive: (send: SendRequest) => Reception = () => 'accept'
  /** An HTTP status with which upgrades are refused. */
  refuseUpgrade: number | null = null
  /** With which every request is refused. */
  refusal: ErrorBody | null = null
  /** Streams are opened, and nothing comes through them. */
  holdsStreams = false
  /** Sockets stay open, and nothing comes through them. */
  isSilent = false
  pageSize = 20
  readonly #requests = new Map<string, object>()
  readonly #readers = new Set<Reader>()
  readonly #polls = new Set<Poll>()
  readonly #watchers = new Set<WebSocket>()
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #server = createServer((request, response) => this.#answer(request, response))
  #made = 0

  static async start(): Promise<FakeServer> {
    const server = new FakeServer()
    server.#server.on('upgrade', (request, socket, head) => {
      server.#count('ws')
      if (server.refuseUpgrade) return socket.end(`HTTP/1.1 ${server.refuseUpgrade} No\r\nconnection: close\r\n\r\n`)
      server.#sockets.handleUpgrade(request, socket, head, (open) => server.#converse(open))
    })
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Puts events at the end of a log, and sends them to whoever follows it. */
  append(id: string, ...events: NewEvent[]): void {
    const log = this.logs.get(id) ?? []
    this.logs.set(id, log)
    for (const event of events) log.push(placed(event, log.length))
    for (const reader of [...this.#readers]) if (reader.id === id) this.#pump(reader)
    for (const poll of [...this.#polls]) {
      if (poll.id === id && this.#polls.delete(poll)) poll.answer()
    }
  }

  /** Tells whoever watches that the list has changed. */
  changed(conversation: string): void {
    for (const socket of this.#watchers) tell(socket, { type: 'changed', conversation })
  }

  /** Says goodbye to every socket, then closes it. */
  drain(reconnectAfterMs: number): void {
    for (const socket of this.#sockets.clients) {
      tell(socket, { type: 'goaway', reconnectAfterMs })
      socket.close(1001)
    }
  }

  /** Breaks every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
  }

  count(door: string): number {
    return this.calls.get(door) ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#readers.clear()
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #converse(socket: WebSocket): void {
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#watchers.delete(socket)
      for (const reader of this.#readers) if (reader.of === socket) this.#readers.delete(reader)
    })
    socket.on('message', (data) => {
      if (this.isSilent) return
      const answer = this.#hear(socket, JSON.parse(String(data)) as Request)
      if (answer) tell(socket, answer)
    })
  }

  /** The frame that answers a frame, if there is one. */
  #hear(socket: WebSocket, frame: Request): object | undefined {
    if (this.refusal) return { type: 'error', error: this.refusal }
    switch (frame.type) {
      case 'ping':
        return { type: 'pong' }
      case 'watch':
        this.#watchers.add(socket)
        return { type: 'ack' }
      case 'unfollow':
        this.#unfollow(socket, frame.conversation)
        return undefined
      case 'follow':
        return this.#follow(socket, frame)
      case 'approve':
      case 'form': {
        const { type: _, requestId, ...answer } = frame
        return { type: 'ack', requestId, ...this.#hearAnswer(answer) }
      }
      case 'send':
      case 'stop':
      case 'retry': {
        const { requestId } = frame
        const answer = frame.type === 'send' ? this.#send(frame) : this.#command(frame.type, frame.run)
        if (answer === 'silence') return undefined
        if (answer === 'cut') return void socket.terminate()
        return { type: 'error' in answer ? 'error' : 'ack', requestId, ...answer }
      }
    }
  }

  #follow(socket: WebSocket, { requestId, conversation, after }: Extract<Request, { type: 'follow' }>) {
    this.#count('follow')
    const error = this.#misplaced(conversation, after)
    if (error) return { type: 'error', requestId, conversation, error }
    this.#unfollow(socket, conversation)
    const reader: Reader = {
      id: conversation,
      of: socket,
      at: after.seq,
      give: (event) => tell(socket, { conversation, ...event }),
      cut: () => socket.terminate(),
    }
    this.#readers.add(reader)
    queueMicrotask(() => this.#pump(reader)) // after the ack
    return { type: 'ack', requestId, conversation, position: this.#end(conversation) }
  }

  #unfollow(of: object, id: string): void {
    for (const reader of this.#readers) if (reader.of === of && reader.id === id) this.#readers.delete(reader)
  }

  #pump(reader: Reader): void {
    for (const event of this.logs.get(reader.id)?.slice(reader.at) ?? []) {
      if (!this.#readers.has(reader)) return
      reader.at = event.seq
      const delivery = this.deliver(event)
      if (delivery !== 'skip') reader.give(event)
      if (delivery === 'twice') reader.give(event)
      if (delivery !== 'cut') continue
      this.#readers.delete(reader)
      reader.cut()
    }
  }

  #send(send: SendRequest): Answer {
    this.sends.push(send)
    const reception = this.receive(send)
    if (typeof reception === 'object') return { error: reception }
    if (reception === 'cut-before') return 'cut'
    const known = this.#requests.get(send.requestId)
    const answer = known ?? this.#accept(send)
    this.#requests.set(send.requestId, answer) // P14
    if (reception === 'silent') return 'silence'
    return reception === 'cut-after' ? 'cut' : answer
  }

  #accept({ requestId, conversation, agent = 'assistant', text, parts }: SendRequest): object {
    const n = ++this.#made
    const id = conversation ?? (`conversation-${n}` as ConversationId)
    const [message, run] = [`message-${n}` as MessageId, `run-${n}` as RunId]
    if (!this.logs.has(id)) {
      this.append(id, { type: 'conversation-start', agent, title: null, owner: { org: 'local', user: 'local' } })
    }
    const said = text ?? parts?.map((part) => (part.type === 'text' ? part.text : part.file)).join() ?? ''
    const shared = { message, run, parent: null, requestId, agent }
    const position = { epoch: this.epoch, seq: this.logs.get(id)!.length + 1 }
    this.append(id, { type: 'message', ...shared, parts: [{ type: 'text', text: said }] })
    return { conversation: id, message, run, position }
  }

  #command(command: 'stop' | 'retry', run: RunId): Answer {
    this.#count(command)
    const id = [...this.logs].find(([, log]) => log.some((event) => 'run' in event && event.run === run))?.[0]
    if (id === undefined) return { error: NOT_FOUND }
    if (command === 'stop') this.append(id, { type: 'stop-request', run })
    return { conversation: id, run, position: this.#end(id) }
  }

  #hearAnswer(answer: object): object {
    this.answers.push(answer)
    return {}
  }

  #end(id: string): Position {
    return { epoch: this.epoch, seq: this.logs.get(id)?.length ?? 0 }
  }

  #misplaced(id: string, after: Position): ErrorBody | undefined {
    if (!this.logs.has(id)) return NOT_FOUND
    return after.epoch === this.epoch && after.seq <= this.#end(id).seq ? undefined : POSITION_LOST // P5
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    const { pathname, searchParams } = new URL(request.url!, this.url)
    const [, , collection, id, part, asked] = pathname.split('/')
    const body = await text(request)
    const route = `${request.method} /v1/${collection}${id ? '/:id' : ''}${part ? `/${part}` : ''}`
    this.#count(route)
    const reply = (answer: Answer) => {
      if (answer === 'silence') return
      if (answer === 'cut') response.destroy()
      else if ('error' in answer) json(response, statusOf(answer.error as ErrorBody), answer)
      else json(response, 200, answer)
    }
    if (this.refusal) return reply({ error: this.refusal })
    switch (route) {
      case 'GET /v1/ready':
      case 'GET /v1/health':
        return reply({ status: 'ok', version: '0.1.0', model: 'demo' })
      case 'GET /v1/conversations':
        return reply({ items: this.#summaries(), cursor: null })
      case 'GET /v1/conversations/:id':
        if (!this.logs.has(id!)) return reply({ error: NOT_FOUND })
        return reply(foldAll(emptyConversation(id as ConversationId, this.epoch), this.logs.get(id!)!))
      case 'PATCH /v1/conversations/:id':
        if (!this.logs.has(id!)) return reply({ error: NOT_FOUND })
        this.append(id!, { type: 'conversation-change', ...JSON.parse(body) })
        return reply(this.#summaries().find((item) => item.id === id)!)
      case 'DELETE /v1/conversations/:id':
        this.logs.delete(id!)
        response.writeHead(204).end()
        return
      case 'POST /v1/messages':
        return reply(this.#send({ type: 'send', ...JSON.parse(body) }))
      case 'POST /v1/conversations/:id/messages':
        return reply(this.#send({ type: 'send', ...JSON.parse(body), conversation: id }))
      case 'POST /v1/runs/:id/stop':
        return reply(this.#command('stop', id as RunId))
      case 'POST /v1/runs/:id/retry':
        return reply(this.#command('retry', id as RunId))
      case 'POST /v1/runs/:id/approvals':
        return reply(this.#hearAnswer({ run: id, approval: asked, ...JSON.parse(body) }))
      case 'POST /v1/conversations/:id/forms': {
        const { requestId: _, ...answer } = JSON.parse(body)
        return reply(this.#hearAnswer({ conversation: id, form: asked, ...answer }))
      }
      case 'GET /v1/conversations/:id/events': {
        const after = { epoch: searchParams.get('epoch')!, seq: Number(searchParams.get('after')) }
        const error = this.#misplaced(id!, after)
        if (error) return reply({ error })
        const isStream = request.headers.accept === 'text/event-stream'
        if (isStream) this.#stream(id!, after.seq, response)
        else {
          this.#count('poll')
          this.#page(id!, after.seq, searchParams.has('wait'), response)
        }
        return
      }
      default:
        return reply({ error: NOT_FOUND })
    }
  }

  #stream(id: string, at: number, response: ServerResponse): void {
    this.#count('sse')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    if (this.holdsStreams) return
    const give = (event: LoggedEvent) =>
      response.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    const reader: Reader = { id, of: response, at, give, cut: () => response.destroy() }
    response.on('close', () => this.#readers.delete(reader))
    this.#readers.add(reader)
    this.#pump(reader)
  }

  /** One page; an empty one waits for the first event if it may. */
  #page(id: string, at: number, waits: boolean, response: ServerResponse): void {
    const log = this.logs.get(id) ?? []
    if (waits && log.length <= at) {
      const poll: Poll = { id, answer: () => this.#page(id, at, false, response) }
      this.#polls.add(poll)
      response.on('close', () => this.#polls.delete(poll))
      return
    }
    const events: LoggedEvent[] = []
    for (const event of log.slice(at, at + this.pageSize)) {
      const delivery = this.deliver(event)
      if (delivery !== 'skip') events.push(event)
      if (delivery === 'twice') events.push(event)
      if (delivery === 'cut') return void response.destroy()
    }
    const seq = Math.min(at + this.pageSize, log.length)
    json(response, 200, { events, position: { epoch: this.epoch, seq }, more: seq < log.length })
  }

  #summaries() {
    return [...this.logs].map(([id, log]) => {
      const { agent, title, pinned, archived, alias, createdAt, updatedAt } = foldAll(
        emptyConversation(id as ConversationId, this.epoch),
        log,
      )
      return { id, agent, title, pinned, archived, alias, createdAt, updatedAt, seq: log.length, activeRun: null }
    })
  }

  #count(door: string): void {
    this.calls.set(door, this.count(door) + 1)
  }
}

interface Reader {
  readonly id: string
  /** The socket or response it reads through. */
  readonly of: object
  at: number
  give(event: LoggedEvent): void
  cut(): void
}

/** A page that waits for its first event. */
interface Poll {
  readonly id: string
  answer(): void
}

type Answer = object | 'cut' | 'silence'

const NOT_FOUND: ErrorBody = {
  code: 'not-found',
  message: 'There is nothing here under that id or path.',
  retry: false,
}
const POSITION_LOST: ErrorBody = { code: 'position-lost', message: 'Read the conversation anew.', retry: false }

function statusOf({ code, retry }: ErrorBody): number {
  return { 'not-found': 404, 'position-lost': 410, unauthorized: 401 }[code] ?? (retry ? 503 : 400)
}

function tell(socket: WebSocket, frame: object): void {
  socket.send(JSON.stringify(frame))
}

function json(response: ServerResponse, status: number, body: unknown): void {
  if (!response.destroyed) response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function text(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of request) body += piece
  return body
}
