import { performance } from 'node:perf_hooks'
import { setTimeout as after } from 'node:timers/promises'
import { answerQuestions } from '../answering.ts'
import { type Order, TOKEN_MS } from '../stand-in/answer.ts'
import { clock, elapsedMs, TokenReader } from '../token.ts'
import { type Client, type Dialect, newClient } from './clients.ts'
import { Delays } from './delays.ts'
import { HttpConnection } from './http.ts'
import { WebSocketConnection } from './websocket.ts'

interface Target {
  readonly url: string
  readonly dialect: Dialect
}

/** What became of a number of answers. */
export interface Outcome {
  readonly tokens: number
  /** Tokens that were missing, doubled or out of order, and answers that broke off. */
  readonly faults: number
  readonly ms: number
  /** The first thing that went wrong. */
  readonly error?: string
}

/** What streams that go on were like for a while. Delays in milliseconds, from the stand-in's write to here. */
export interface Watched extends Outcome {
  readonly p50: number
  readonly p99: number
  /** The share of its time for which the load itself was busy. */
  readonly busy: number
}

/** How long streams may take to begin. */
const LONGEST_START_MS = 3_000

const delays = new Delays()
const streams = new Set<Stream>()
let idle: { close(): void }[] = []
let faults = 0
let firstError: string | undefined

answerQuestions({
  ready: () => '',

  /** Everybody asks `asks` times and reads all of every answer. */
  async answers({ clients, asks, order, ...target }: Target & { clients: number; asks: number; order: Order }) {
    begin()
    const startedAt = performance.now()
    const counts = await Promise.all(
      Array.from({ length: clients }, async () => {
        const client = newClient(target.dialect, target.url)
        let tokens = 0
        for (let i = 0; i < asks; i++) {
          const count = await askOnce(client, order)
          tokens += count
        }
        client.close()
        return tokens
      }),
    )
    return outcome(sum(counts), performance.now() - startedAt)
  },

  /** More streams for `watch`, begun evenly over a while. Waits for the first token of each, but not for ever. */
  async open({ clients, order, overMs, ...target }: Target & { clients: number; order: Order; overMs: number }) {
    if (streams.size === 0) begin()
    const startedAt = performance.now()
    for (let i = 0; i < clients; i++) {
      const early = startedAt + (overMs * i) / clients - performance.now()
      if (early >= 1) await after(early)
      streams.add(new Stream(target, order))
    }
    const deadline = performance.now() + LONGEST_START_MS
    while (performance.now() < deadline && !all((stream) => stream.reader.count > 0)) await after(10)
  },

  async watch({ ms }: { ms: number }): Promise<Watched> {
    delays.clear()
    const loop = performance.eventLoopUtilization()
    const startedAt = performance.now()
    await after(ms)
    const busy = performance.eventLoopUtilization(loop).utilization
    const watched = outcome(delays.total, performance.now() - startedAt)
    return { ...watched, p50: delays.quantile(0.5), p99: delays.quantile(0.99), busy }
  },

  /** Waits until all streams have come to their end. */
  async finish() {
    const startedAt = performance.now()
    const open = [...streams]
    await Promise.all(open.map(({ over }) => over))
    return outcome(sum(open.map(({ reader }) => reader.count)), performance.now() - startedAt)
  },

  close() {
    for (const stream of streams) stream.close()
    for (const socket of idle) socket.close()
    streams.clear()
    idle = []
  },

  /** How long one client waits for the first token, in milliseconds, time after time. */
  async firstTokens({ times, ...target }: Target & { times: number }): Promise<readonly number[]> {
    const client = newClient(target.dialect, target.url)
    const waits: number[] = []
    for (let i = 0; i < times; i++) {
      await client.prepare()
      const askedAt = performance.now()
      let wait: number | undefined
      const reader = new TokenReader(1, () => (wait ??= performance.now() - askedAt), 0)
      await client.ask({ pace: 'first', tokens: 3 }, reader)
      waits.push(wait!) // every answer has a first token
    }
    client.close()
    return waits
  },

  /** Opens connections on which nothing happens. */
  async idle({ url, sockets, kind }: { url: string; sockets: number; kind: 'http' | 'websocket' }) {
    for (let i = 0; i < sockets; i++) {
      const socket =
        kind === 'http'
          ? new HttpConnection(url)
          : new WebSocketConnection(
              url,
              '/ws',
              () => {},
              () => {},
            )
      idle.push(socket)
      if (socket instanceof WebSocketConnection) await socket.opened
    }
    await after(300)
  },
})

/** A client with an answer that goes on. */
class Stream {
  readonly reader: TokenReader
  readonly over: Promise<void>
  readonly #client: Client
  #isClosed = false

  constructor({ dialect, url }: Target, order: Order) {
    this.reader = newReader(order)
    this.#client = newClient(dialect, url)
    this.over = this.#read(order)
  }

  close(): void {
    this.#isClosed = true
    this.#client.close()
  }

  async #read(order: Order): Promise<void> {
    try {
      await this.#client.prepare()
      await this.#client.ask(order, this.reader)
      check(this.reader, order)
    } catch (error) {
      if (!this.#isClosed) fault(1, error)
    }
  }
}

async function askOnce(client: Client, order: Order): Promise<number> {
  const reader = newReader(order)
  try {
    await client.prepare()
    await client.ask(order, reader)
    check(reader, order)
  } catch (error) {
    fault(1, error)
  }
  faults += reader.faults
  return reader.count
}

function newReader(order: Order): TokenReader {
  if (order.pace !== 'paced') return new TokenReader(1, () => {}, 0)
  return new TokenReader(TOKEN_MS, (sentAt) => delays.add(elapsedMs(sentAt, clock())))
}

function check({ count, faults }: TokenReader, { tokens }: Order): void {
  const wrong = new Error(`an answer of ${tokens} tokens came as ${count}, ${faults} of them in the wrong place`)
  if (count !== tokens || faults > 0) fault(Math.abs(tokens - count), wrong)
}

function fault(count: number, error: unknown): void {
  faults += count
  firstError ??= error instanceof Error ? error.message : String(error)
}

function begin(): void {
  faults = 0
  firstError = undefined
}

function outcome(tokens: number, ms: number): Outcome {
  let wrong = faults
  for (const { reader } of streams) wrong += reader.faults
  return { tokens, faults: wrong, ms, ...(firstError && { error: firstError }) }
}

function all(isSo: (stream: Stream) => boolean): boolean {
  for (const stream of streams) if (!isSo(stream)) return false
  return true
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
