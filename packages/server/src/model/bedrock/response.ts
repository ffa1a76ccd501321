import { type CallId, StreambedError } from '@streambed/protocol'
import type { ModelEvent, TokenUsage } from '../model.ts'
import { isBlocked, replacementOf } from './guardrail.ts'

/**
 * Turns the events of one ConverseStream answer into model events. Tolerant towards the wire, strict towards its
 * reader:
 * - between two `block-end`s of an index all events are of one kind; a `block-end` closes only what was opened;
 * - nothing but `usage` and `retract` follows `messageStop`, and `end` comes once;
 * - where a guardrail intervened, `end` waits for the verdict in `metadata`: `retract`, `end`, `usage`;
 * - a character whose halves came in two deltas is put together again;
 * - what nobody knows is left out and counted.
 */
export interface AnswerReader {
  /** Adds to `into` what one event means. Neighbouring pieces of a block become one. Throws for nonsense. */
  event(name: string, payload: unknown, into: ModelEvent[]): void
  /** The body is over: adds what was still held back. Returns whether the answer was whole. */
  finish(into: ModelEvent[]): boolean
  /** Whether `messageStop` was seen. */
  readonly hasStopped: boolean
  /** How many events and deltas nobody knew what to do with. */
  readonly ignored: number
}

/** With `guardrail` the shown text is remembered, so that a verdict can tell the guardrail's words from the model's. */
export function answerReader({ guardrail = false }: { readonly guardrail?: boolean } = {}): AnswerReader {
  return new Reader(guardrail)
}

class Reader implements AnswerReader {
  ignored = 0
  readonly #guardrail: boolean
  readonly #open = new Map<number, BlockKind>()
  #held: Piece | undefined
  #stopReason: string | undefined
  #ended = false
  #shown = ''
  #lastText = ''

  constructor(guardrail: boolean) {
    this.#guardrail = guardrail
  }

  get hasStopped(): boolean {
    return this.#stopReason !== undefined
  }

  event(name: string, payload: unknown, into: ModelEvent[]): void {
    if (typeof payload !== 'object' || payload === null) throw nonsense(`a ${name} that is no object`)
    if (name === 'contentBlockDelta') this.#delta(payload, into)
    else if (name === 'contentBlockStop') this.#close(indexOf(payload), into)
    else if (name === 'contentBlockStart') this.#start(payload, into)
    else if (name === 'messageStop') this.#stop(payload, into)
    else if (name === 'metadata') this.#metadata(payload, into)
    else if (name !== 'messageStart') this.ignored++
  }

  finish(into: ModelEvent[]): boolean {
    if (this.hasStopped && !this.#ended) this.#verdict(undefined, into)
    return this.#ended
  }

  #delta(payload: Delta, into: ModelEvent[]): void {
    if (this.#stopReason !== undefined) return void this.ignored++
    const index = indexOf(payload)
    const { delta } = payload
    if (typeof delta?.text === 'string') {
      // The commonest by far.
      if (this.#guardrail) this.#shown += this.#lastText = delta.text
      else this.#lastText = 'some'
      this.#piece({ type: 'text', index, text: delta.text }, 'text', into)
    } else if (delta?.toolUse) {
      if (this.#open.get(index) !== 'tool') throw nonsense('input of a tool that it had not named')
      const { input } = delta.toolUse
      if (typeof input === 'string') this.#piece({ type: 'tool-input', index, text: input }, 'tool', into)
      else this.ignored++
    } else if (delta?.reasoningContent) this.#reasoning(delta.reasoningContent, index, into)
    else if (delta?.citation) this.#citation(delta.citation, index, into)
    else this.ignored++
  }

  #reasoning({ text, signature, redactedContent }: ReasoningDelta, index: number, into: ModelEvent[]): void {
    if (typeof text === 'string') this.#piece({ type: 'reasoning', index, text }, 'reasoning', into)
    else if (typeof signature === 'string') this.#seal({ type: 'reasoning-seal', index, signature }, into)
    else if (typeof redactedContent === 'string')
      this.#seal({ type: 'reasoning-seal', index, redacted: redactedContent }, into)
    else this.ignored++
  }

  #seal(event: ModelEvent & { type: 'reasoning-seal' }, into: ModelEvent[]): void {
    this.#opened(event.index, 'reasoning', into)
    this.#letGo(into)
    into.push(event)
  }

  #citation({ title, source, sourceContent }: CitationDelta, index: number, into: ModelEvent[]): void {
    if (!this.#open.has(index)) this.#opened(index, 'text', into)
    this.#letGo(into)
    const text = Array.isArray(sourceContent) ? sourceContent.map((part) => wordsOf(part?.text)).join('') : ''
    const named = { type: 'citation', index, title: wordsOf(title), source: wordsOf(source) } as const
    into.push(text === '' ? named : { ...named, text })
  }

  #start(payload: Start, into: ModelEvent[]): void {
    if (this.#stopReason !== undefined) return void this.ignored++
    const tool = payload.start?.toolUse
    if (!tool) {
      // A start of text says nothing. One of a kind that is not ours comes with deltas that are not ours.
      if (payload.start && Object.keys(payload.start).length > 0) this.ignored++
      return
    }
    const { toolUseId, name } = tool
    if (typeof toolUseId !== 'string' || typeof name !== 'string') throw nonsense('a tool call without id or name')
    const index = indexOf(payload)
    if (this.#open.has(index)) this.#close(index, into)
    this.#open.set(index, 'tool')
    this.#letGo(into)
    into.push({ type: 'tool-start', index, call: toolUseId as CallId, name }) // Bedrock's word is the id
  }

  #stop(payload: { stopReason?: unknown }, into: ModelEvent[]): void {
    if (this.#stopReason !== undefined) return void this.ignored++
    if (typeof payload.stopReason !== 'string') throw nonsense('an end without a reason')
    for (const index of [...this.#open.keys()]) this.#close(index, into)
    this.#stopReason = payload.stopReason
    if (payload.stopReason === 'guardrail_intervened') return
    this.#ended = true
    into.push({ type: 'end', stopReason: payload.stopReason })
  }

  #metadata(payload: Metadata, into: ModelEvent[]): void {
    if (this.#stopReason !== undefined && !this.#ended) this.#verdict(payload.trace?.guardrail, into)
    if (payload.usage) into.push({ type: 'usage', ...usageOf(payload.usage) })
  }

  /** A guardrail intervened. What it blocked must not stay, and without a trace nobody knows that it did not block. */
  #verdict(trace: unknown, into: ModelEvent[]): void {
    this.#ended = true
    if (this.#lastText !== '' && isBlocked(trace)) {
      const replacement = replacementOf(trace, this.#shown, this.#lastText)
      if (replacement !== undefined) into.push({ type: 'retract', replacement })
    }
    into.push({ type: 'end', stopReason: this.#stopReason! })
  }

  #piece(event: Piece, kind: BlockKind, into: ModelEvent[]): void {
    if (event.text === '') return // nor does it open a block: who closes one must have seen it
    if (this.#open.get(event.index) !== kind) this.#opened(event.index, kind, into)
    if (this.#held) {
      if (this.#held.index === event.index && this.#held.type === event.type) {
        event = { ...event, text: this.#held.text + event.text }
        this.#held = undefined
      } else this.#letGo(into)
    }
    const { text } = event
    // Half a character at the end waits for its other half.
    if ((text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800) {
      this.#held = { ...event, text: text.slice(-1) }
      if (text.length > 1) this.#append({ ...event, text: text.slice(0, -1) }, into)
    } else this.#append(event, into)
  }

  #append(event: Piece, into: ModelEvent[]): void {
    const last = into.at(-1)
    if (last && last.type === event.type && last.index === event.index) {
      into[into.length - 1] = { type: event.type, index: event.index, text: last.text + event.text }
    } else into.push(event)
  }

  #letGo(into: ModelEvent[]): void {
    if (this.#held) this.#append(this.#held, into)
    this.#held = undefined
  }

  #opened(index: number, kind: BlockKind, into: ModelEvent[]): void {
    const before = this.#open.get(index)
    if (before === kind) return
    if (before) this.#close(index, into)
    this.#open.set(index, kind)
  }

  #close(index: number, into: ModelEvent[]): void {
    this.#letGo(into)
    if (this.#open.delete(index)) into.push({ type: 'block-end', index })
  }
}

type BlockKind = 'text' | 'reasoning' | 'tool'
type Piece = Extract<ModelEvent, { type: 'text' | 'reasoning' | 'tool-input' }>

// What is read of Bedrock's events. Nothing has been checked yet, so every leaf is unknown.
interface Delta {
  readonly contentBlockIndex?: unknown
  readonly delta?: {
    readonly text?: unknown
    readonly toolUse?: { readonly input?: unknown } | null
    readonly reasoningContent?: ReasoningDelta | null
    readonly citation?: CitationDelta | null
  } | null
}
interface ReasoningDelta {
  readonly text?: unknown
  readonly signature?: unknown
  readonly redactedContent?: unknown
}
interface CitationDelta {
  readonly title?: unknown
  readonly source?: unknown
  readonly sourceContent?: unknown
}
interface Start {
  readonly contentBlockIndex?: unknown
  readonly start?: { readonly toolUse?: { readonly toolUseId?: unknown; readonly name?: unknown } | null } | null
}
interface Metadata {
  readonly usage?: Readonly<Record<string, unknown>> | null
  readonly trace?: { readonly guardrail?: unknown } | null
}

/** Bedrock counts cached tokens apart from the input's. What it does not say is 0. */
function usageOf(usage: Readonly<Record<string, unknown>>): TokenUsage {
  return {
    inputTokens: countOf(usage['inputTokens']),
    outputTokens: countOf(usage['outputTokens']),
    cacheReadTokens: countOf(usage['cacheReadInputTokens']),
    cacheWriteTokens: countOf(usage['cacheWriteInputTokens']),
  }
}

function indexOf({ contentBlockIndex = 0 }: { readonly contentBlockIndex?: unknown }): number {
  if (Number.isSafeInteger(contentBlockIndex) && (contentBlockIndex as number) >= 0) return contentBlockIndex as number
  throw nonsense('a block without a number')
}

function countOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function nonsense(what: string): StreambedError {
  return new StreambedError('model-failed', `Bedrock sent ${what}.`)
}
