import type { CallId, StreambedError } from '@streambed/protocol'

/** What thinks: one call in, one streamed answer out. Implementations live beside this file. */
export interface Model extends AsyncDisposable {
  /**
   * Streams the answer to one request, in batches of what arrived together; neighbouring pieces of one block may come as one.
   * Ends normally only after an `end` event. Throws a StreambedError for everything else: refused, unreachable, stalled, and
   * `model-cut-short` for an answer that broke off. Retries by itself while nothing but `waiting` has been yielded.
   * Aborting the signal ends the call on the wire too and throws the signal's reason.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>
  /**
   * Whether a model's answer can be held to a JSON Schema: it is known for it, the schema is of a kind that is enforced, and Bedrock
   * has not refused it lately.
   */
  holds(model: string, output: Pick<HeldOutput, 'name' | 'schema'>): boolean
  /** Counts a request's tokens; undefined where the model cannot count. */
  countTokens(request: ModelRequest, signal: AbortSignal): Promise<number | undefined>
  /** The models this account can use now, cached for some minutes; the built-in table where the account cannot be asked. */
  list(signal: AbortSignal): Promise<readonly ModelInfo[]>
}

export interface ModelRequest {
  /** A model id, an inference profile's id or an ARN. */
  readonly model: string
  readonly system: string
  /** Valid for Bedrock: `normalise` has seen to it. */
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  readonly maxTokens: number
  readonly temperature?: number
  readonly topP?: number
  readonly stopSequences?: readonly string[]
  /** Lets the model think first, within this many tokens. */
  readonly reasoningTokens?: number
  /** Marks the stable beginning for the prompt cache, where the model has one. */
  readonly cache?: boolean
  /** Holds the answer's text to a schema, where the model can be held to one. */
  readonly output?: HeldOutput
  /** Strings for the account's invocation logs, such as the run's id. Never content. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** What an answer's text shall be, and what to say where nothing holds the model to it. */
export interface HeldOutput {
  readonly name: string
  /** JSON Schema (draft 2020-12) of an object. */
  readonly schema: Readonly<Record<string, unknown>>
  /** The system text in place of the request's own where the answer is free. */
  readonly freeSystem: string
}

export interface ModelMessage {
  readonly role: 'user' | 'assistant'
  readonly content: readonly ModelContent[]
}

export type ModelContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaType: string; readonly bytes: Uint8Array }
  | { readonly type: 'document'; readonly mediaType: string; readonly name: string; readonly bytes: Uint8Array }
  | ({ readonly type: 'reasoning' } & Reasoning)
  | { readonly type: 'tool-use'; readonly call: CallId; readonly name: string; readonly input: unknown }
  | { readonly type: 'tool-result'; readonly call: CallId; readonly ok: boolean; readonly text: string }

/** What a model thought, as it must be given back: unchanged, with its signature, or as the sealed bytes it came as. */
export interface Reasoning {
  readonly text: string
  readonly signature?: string
  /** Base64. */
  readonly redacted?: string
}

export interface ModelTool {
  readonly name: string
  readonly description: string
  /** JSON Schema (draft 2020-12) of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>
  /** Holds the model to the schema, where it can be held to one. */
  readonly strict?: boolean
}

/** `index` numbers the blocks of one answer as the model does: from 0, not always without gaps. */
export type ModelEvent =
  /** Bedrock was busy; the call is tried again after `delayMs`. Comes only before everything else. */
  | { readonly type: 'waiting'; readonly attempt: number; readonly delayMs: number; readonly error: StreambedError }
  | { readonly type: 'text'; readonly index: number; readonly text: string }
  | { readonly type: 'reasoning'; readonly index: number; readonly text: string }
  | {
      readonly type: 'reasoning-seal'
      readonly index: number
      readonly signature?: string
      readonly redacted?: string
    }
  | { readonly type: 'tool-start'; readonly index: number; readonly call: CallId; readonly name: string }
  | { readonly type: 'tool-input'; readonly index: number; readonly text: string }
  | {
      readonly type: 'citation'
      readonly index: number
      readonly title: string
      readonly source: string
      readonly text?: string
    }
  | { readonly type: 'block-end'; readonly index: number }
  /** The answer is whole. */
  | { readonly type: 'end'; readonly stopReason: StopReason }
  /** A guardrail took back what was said after it was said; `replacement` stands in for all the answer's text. */
  | { readonly type: 'retract'; readonly replacement: string }
  /** May be missing; may come before or after `end`. */
  | ({ readonly type: 'usage' } & TokenUsage)

/** Bedrock's reasons for ending; a word it may invent tomorrow comes as it is. */
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

/** `inputTokens` holds no cached tokens: a prompt's size is input + cacheRead + cacheWrite. */
export interface TokenUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
}

export interface ModelInfo {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly streaming: boolean
  /** Tokens; null where unknown. */
  readonly contextTokens: number | null
  readonly maxOutputTokens: number | null
  readonly lifecycle: 'active' | 'legacy'
  /** When a legacy model stops answering (ISO date), where known. */
  readonly endOfLife: string | null
  /** Whole micro-dollars per million tokens, by the price book; null where unknown. */
  readonly price: Price | null
  readonly images: boolean
  readonly documents: boolean
  readonly tools: boolean
  readonly reasoning: boolean
  readonly promptCache: boolean
}

/** Micro-dollars per million tokens. */
export interface Rates {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** What a model costs. */
export interface Price extends Rates {
  /** Of the price book (ISO date). */
  readonly date: string
  /** What calls cost whose prompt, cached tokens included, is longer. */
  readonly long?: Rates & { readonly overTokens: number }
}
