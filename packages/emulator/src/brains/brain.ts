import type { Fault } from '../faults.ts'
import type { Model } from '../models.ts'
import type { Pace } from '../pace.ts'
import type { ConverseRequest } from '../wire.ts'

/**
 * What answers. A brain sees a request that Bedrock would have accepted and says what the model writes; the emulator
 * makes Bedrock's frames, usage and errors of it. Implementations live beside this file.
 */
export interface Brain {
  readonly name: string
  /** Called once per request. An error thrown here or from the pieces is answered as Bedrock answers a failing model. */
  answer(question: Question): Answer | Promise<Answer>
}

export interface Question {
  readonly model: Model
  /** InvokeModel bodies arrive translated, so a brain knows one form only. */
  readonly request: ConverseRequest
  /** Ends when the client goes away or the emulator closes. */
  readonly signal: AbortSignal
  /** 1 for the emulator's first request, and so on. */
  readonly number: number
}

export interface Answer {
  readonly pieces: Iterable<Piece> | AsyncIterable<Piece>
  /** Overrides the emulator's pace for this answer. */
  readonly pace?: Pace
  /** Goes wrong in these ways, in addition to what the request or the queue asks for. */
  readonly faults?: readonly Fault[]
}

/**
 * One thing the model writes. Blocks open by themselves: a `text` after a tool starts a new text block. Two blocks of one
 * kind in a row are told apart by a `block-end`. Without a `stop` the answer ends with `end_turn`, or `tool_use` if it
 * called a tool.
 */
export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'reasoning-signature'; readonly signature: string }
  | { readonly type: 'reasoning-redacted'; readonly base64: string }
  | { readonly type: 'citation'; readonly citation: object }
  | { readonly type: 'tool'; readonly id?: string; readonly name: string }
  | { readonly type: 'tool-input'; readonly json: string }
  | { readonly type: 'block-end' }
  | { readonly type: 'stop'; readonly reason: StopReason; readonly sequence?: string }
  | { readonly type: 'usage'; readonly usage: Partial<Usage> }
  | { readonly type: 'trace'; readonly trace: object }
  /** A ConverseStream event as it stands; the emulator then adds nothing of its own to the answer. */
  | { readonly type: 'event'; readonly event: string; readonly payload: object }
  /** Bytes as they stand. */
  | { readonly type: 'frame'; readonly bytes: Buffer }

export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheWriteInputTokens: number
}

/** Bedrock's own; a script may send others to see how a client takes them. */
export type StopReason =
  | 'end_turn'
  | 'tool_use'
  | 'max_tokens'
  | 'stop_sequence'
  | 'guardrail_intervened'
  | 'content_filtered'
  | 'malformed_model_output'
  | 'malformed_tool_use'
  | 'model_context_window_exceeded'
  | (string & {})
