import { StreambedError } from '@streambed/protocol'
import type { ModelEvent } from '../model.ts'
import { errorOfFrame } from './errors.ts'
import { type FrameHead, type FrameReader, frameReader } from './frames.ts'
import { type AnswerReader, answerReader } from './response.ts'

/** Bytes of a ConverseStream body in, model events out. No clock, no network; one decoder per answer. */
export interface Decoder {
  /**
   * Adds what the chunk brought to `into`. Throws what Bedrock reported in the stream, `model-cut-short` for damaged
   * bytes and `model-failed` for frames that make no sense; `into` then holds what came before.
   */
  decode(chunk: Uint8Array, into: ModelEvent[]): void
  /** The body is over. Throws `model-cut-short` unless the answer was whole. */
  finish(into: ModelEvent[]): void
  /** Whether `messageStop` was seen. */
  readonly hasStopped: boolean
  /** How many events, deltas and frames nobody knew what to do with. */
  readonly ignored: number
}

export interface DecoderOptions {
  /** For the sentences of errors. */
  readonly model: string
  readonly guardrail?: boolean
}

export function decoder(options: DecoderOptions): Decoder {
  return new StreamDecoder(options)
}

class StreamDecoder implements Decoder {
  readonly #model: string
  readonly #answer: AnswerReader
  readonly #frames: FrameReader
  #into: ModelEvent[] = []
  #strange = 0

  constructor({ model, guardrail = false }: DecoderOptions) {
    this.#model = model
    this.#answer = answerReader({ guardrail })
    this.#frames = frameReader((head, bytes, start, end) => this.#take(head, bytes.toString('utf8', start, end)))
  }

  decode(chunk: Uint8Array, into: ModelEvent[]): void {
    this.#into = into
    this.#frames.read(chunk)
  }

  finish(into: ModelEvent[]): void {
    if (!this.#answer.finish(into)) throw new StreambedError('model-cut-short')
  }

  get hasStopped(): boolean {
    return this.#answer.hasStopped
  }

  get ignored(): number {
    return this.#answer.ignored + this.#strange
  }

  #take(head: FrameHead, payload: string): void {
    if (head.kind === 'event') this.#answer.event(head.name, parse(head, payload), this.#into)
    else if (head.kind === 'exception' || head.kind === 'error') throw errorOfFrame(head, payload, this.#model)
    else this.#strange++
  }
}

function parse(head: FrameHead, payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch (cause) {
    throw new StreambedError('model-failed', `Bedrock sent a ${head.name} that is not JSON.`, { cause })
  }
}
