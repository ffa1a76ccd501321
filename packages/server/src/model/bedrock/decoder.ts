import { StreambedError } from '@streambed/protocol'
import type { ModelEvent } from '../model.ts'
import { errorOfFrame } from './errors.ts'
import { type FrameHead, frameReader } from './frames.ts'
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
  readonly answer: Pick<AnswerReader, 'hasStopped' | 'ignored'>
}

export interface DecoderOptions {
  /** For the sentences of errors. */
  readonly model: string
  readonly guardrail?: boolean
}

export function decoder({ model, guardrail = false }: DecoderOptions): Decoder {
  const answer = answerReader({ guardrail })
  let into: ModelEvent[] = []
  let strange = 0

  const frames = frameReader((head, bytes, start, end) => {
    if (head.kind === 'event') answer.event(head.name, parse(head, bytes.toString('utf8', start, end)), into)
    else if (head.kind === 'exception' || head.kind === 'error') {
      throw errorOfFrame(head, bytes.toString('utf8', start, end), model)
    } else strange++
  })

  return {
    decode(chunk, events) {
      into = events
      frames.read(chunk)
    },
    finish(events) {
      const isWhole = answer.finish(events)
      if (!isWhole) throw new StreambedError('model-cut-short')
    },
    answer: {
      get hasStopped() {
        return answer.hasStopped
      },
      get ignored() {
        return answer.ignored + strange
      },
    },
  }
}

function parse(head: FrameHead, payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch (cause) {
    throw new StreambedError('model-failed', `Bedrock sent a ${head.name} that is not JSON.`, { cause })
  }
}
