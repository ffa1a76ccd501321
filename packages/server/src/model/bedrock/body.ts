import type { IncomingMessage } from 'node:http'
import type { ModelEvent } from '../model.ts'
import type { Batches } from './batches.ts'
import type { Beat } from './beat.ts'
import { type Decoder, type DecoderOptions, decoder } from './decoder.ts'
import type { Watch } from './watchdog.ts'

/** What may still come once the answer is whole is its usage; nobody waits longer than this for it. */
const AFTER_END_MS = 2_000
/** Bytes that may wait for the beat, and for a slow reader before the socket is told to wait too. */
const HIGH_WATER_BYTES = 256 * 1024

interface BodyOptions {
  readonly source: DecoderOptions & { noteIgnored(count: number): void }
  /** Where the answer goes. */
  readonly events: Batches<ModelEvent>
  /** When its pieces go there. */
  readonly beat: Beat
  readonly watch: Watch
  /** Longest silence between two pieces, in milliseconds. */
  readonly idleMs: number
  /** Called whenever the reader gets something. */
  onShown(): void
}

/** The body of one streamed answer. */
export class Body {
  readonly #body: IncomingMessage
  readonly #options: BodyOptions
  readonly #decoder: Decoder
  readonly #end = Promise.withResolvers<void>()
  #unreadBytes = 0
  /** The beat has been asked to call. */
  #isDue = false
  #beatAt = Number.NEGATIVE_INFINITY
  #isOver = false

  constructor(body: IncomingMessage, options: BodyOptions) {
    this.#body = body
    this.#options = options
    this.#decoder = decoder(options.source)
  }

  /** Resolves when the answer is whole. Throws what Bedrock reported, or what broke the connection. */
  read(): Promise<void> {
    const body = this.#body
    body.on('data', (chunk: Buffer) => this.#take(chunk))
    body.on('end', () => this.#close())
    body.on('error', (error) => this.#close(error))
    body.on('close', () => this.#close())
    // It may have broken before anybody listened.
    if (body.destroyed) this.#close(body.errored ?? undefined)
    return this.#end.promise
  }

  /** The reader has taken all that there was. */
  goOn(): void {
    this.#unreadBytes = 0
    if (!this.#body.isPaused()) return
    this.#options.watch.feed()
    this.#body.resume()
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return
    const { events, watch, idleMs } = this.#options
    watch.feed(idleMs)
    this.#unreadBytes += chunk.length
    try {
      this.#decoder.decode(chunk, events.pending)
    } catch (thrown) {
      this.#show()
      this.#close(thrown)
      return
    }
    this.#show()
    if (this.#decoder.hasStopped) watch.feed(Math.min(AFTER_END_MS, idleMs))
    if (this.#unreadBytes > HIGH_WATER_BYTES && !this.#body.isPaused()) {
      watch.rest()
      this.#body.pause()
    }
  }

  /** A reader that has not come yet may still find a `waiting` there, which does not count. */
  #show(): void {
    const { events, beat, onShown } = this.#options
    const last = events.pending.at(-1)
    if (!last || last.type === 'waiting') return
    onShown()
    if (this.#unreadBytes > HIGH_WATER_BYTES || !events.pending.every(isPiece)) events.deliver()
    else if (!this.#isDue) {
      this.#isDue = true
      beat.add(this.#onBeat, this.#beatAt)
    }
  }

  readonly #onBeat = (): void => {
    this.#isDue = false
    this.#beatAt = performance.now()
    this.#options.events.deliver()
  }

  /** However the body ended: after `messageStop` the answer is whole. */
  #close(thrown?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    const { events, source } = this.#options
    try {
      if (thrown !== undefined && !this.#decoder.hasStopped) throw thrown
      this.#decoder.finish(events.pending)
      this.#show()
      this.#end.resolve()
    } catch (error) {
      this.#end.reject(error)
    }
    if (this.#decoder.ignored > 0) source.noteIgnored(this.#decoder.ignored)
    if (!this.#body.complete) this.#body.destroy()
  }
}

/** More of what is being written. Whatever else there is goes on at once, with the pieces before it. */
function isPiece({ type }: ModelEvent): boolean {
  return type === 'text' || type === 'reasoning' || type === 'tool-input'
}
