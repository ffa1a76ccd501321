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
  const open = new Map<number, BlockKind>()
  let held: Piece | undefined
  let stopReason: string | undefined
  let ended = false
  let ignored = 0
  let shown = ''
  let lastText = ''

  return {
    event(name, payload, into) {
      if (typeof payload !== 'object' || payload === null) throw nonsense(`a ${name} that is no object`)
      if (name === 'contentBlockDelta') delta(payload, into)
      else if (name === 'contentBlockStop') close(indexOf(payload), into)
      else if (name === 'contentBlockStart') start(payload, into)
      else if (name === 'messageStop') stop(payload, into)
      else if (name === 'metadata') metadata(payload, into)
      else if (name !== 'messageStart') ignored++
    },
    finish(into) {
      if (stopReason !== undefined && !ended) verdict(undefined, into)
      return ended
    },
    get hasStopped() {
      return stopReason !== undefined
    },
    get ignored() {
      return ignored
    },
  }

  function delta(payload: Delta, into: ModelEvent[]): void {
    if (stopReason !== undefined) return void ignored++
    const index = indexOf(payload)
    const { delta } = payload
    if (typeof delta?.text === 'string') {
      // The commonest by far.
      if (guardrail) shown += lastText = delta.text
      else lastText = 'some'
      piece({ type: 'text', index, text: delta.text }, 'text', into)
    } else if (delta?.toolUse) {
      if (open.get(index) !== 'tool') throw nonsense('input of a tool that it had not named')
      const { input } = delta.toolUse
      if (typeof input === 'string') piece({ type: 'tool-input', index, text: input }, 'tool', into)
      else ignored++
    } else if (delta?.reasoningContent) reasoning(delta.reasoningContent, index, into)
    else if (delta?.citation) citation(delta.citation, index, into)
    else ignored++
  }

  function reasoning({ text, signature, redactedContent }: ReasoningDelta, index: number, into: ModelEvent[]): void {
    if (typeof text === 'string') piece({ type: 'reasoning', index, text }, 'reasoning', into)
    else if (typeof signature === 'string') seal({ type: 'reasoning-seal', index, signature }, into)
    else if (typeof redactedContent === 'string')
      seal({ type: 'reasoning-seal', index, redacted: redactedContent }, into)
    else ignored++
  }

  function seal(event: ModelEvent & { type: 'reasoning-seal' }, into: ModelEvent[]): void {
    opened(event.index, 'reasoning', into)
    letGo(into)
    into.push(event)
  }

  function citation({ title, source, sourceContent }: CitationDelta, index: number, into: ModelEvent[]): void {
    if (!open.has(index)) opened(index, 'text', into)
    letGo(into)
    const text = Array.isArray(sourceContent) ? sourceContent.map((part) => wordsOf(part?.text)).join('') : ''
    const named = { type: 'citation', index, title: wordsOf(title), source: wordsOf(source) } as const
    into.push(text === '' ? named : { ...named, text })
  }

  function start(payload: Start, into: ModelEvent[]): void {
    if (stopReason !== undefined) return void ignored++
    const tool = payload.start?.toolUse
    if (!tool) {
      // A start of text says nothing. One of a kind that is not ours comes with deltas that are not ours.
      if (payload.start && Object.keys(payload.start).length > 0) ignored++
      return
    }
    const { toolUseId, name } = tool
    if (typeof toolUseId !== 'string' || typeof name !== 'string') throw nonsense('a tool call without id or name')
    const index = indexOf(payload)
    if (open.has(index)) close(index, into)
    open.set(index, 'tool')
    letGo(into)
    into.push({ type: 'tool-start', index, call: toolUseId as CallId, name }) // Bedrock's word is the id
  }

  function stop(payload: { stopReason?: unknown }, into: ModelEvent[]): void {
    if (stopReason !== undefined) return void ignored++
    if (typeof payload.stopReason !== 'string') throw nonsense('an end without a reason')
    for (const index of [...open.keys()]) close(index, into)
    stopReason = payload.stopReason
    if (stopReason === 'guardrail_intervened') return
    ended = true
    into.push({ type: 'end', stopReason })
  }

  function metadata(payload: Metadata, into: ModelEvent[]): void {
    if (stopReason !== undefined && !ended) verdict(payload.trace?.guardrail, into)
    if (payload.usage) into.push({ type: 'usage', ...usageOf(payload.usage) })
  }

  /** A guardrail intervened. What it blocked must not stay, and without a trace nobody knows that it did not block. */
  function verdict(trace: unknown, into: ModelEvent[]): void {
    ended = true
    if (lastText !== '' && isBlocked(trace)) {
      const replacement = replacementOf(trace, shown, lastText)
      if (replacement !== undefined) into.push({ type: 'retract', replacement })
    }
    into.push({ type: 'end', stopReason: stopReason! })
  }

  function piece(event: Piece, kind: BlockKind, into: ModelEvent[]): void {
    if (event.text === '') return // nor does it open a block: who closes one must have seen it
    if (open.get(event.index) !== kind) opened(event.index, kind, into)
    if (held) {
      if (held.index === event.index && held.type === event.type) {
        event = { ...event, text: held.text + event.text }
        held = undefined
      } else letGo(into)
    }
    const { text } = event
    // Half a character at the end waits for its other half.
    if ((text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800) {
      held = { ...event, text: text.slice(-1) }
      if (text.length > 1) append({ ...event, text: text.slice(0, -1) }, into)
    } else append(event, into)
  }

  function append(event: Piece, into: ModelEvent[]): void {
    const last = into.at(-1)
    if (last && last.type === event.type && last.index === event.index) {
      into[into.length - 1] = { type: event.type, index: event.index, text: last.text + event.text }
    } else into.push(event)
  }

  function letGo(into: ModelEvent[]): void {
    if (held) append(held, into)
    held = undefined
  }

  function opened(index: number, kind: BlockKind, into: ModelEvent[]): void {
    const before = open.get(index)
    if (before === kind) return
    if (before) close(index, into)
    open.set(index, kind)
  }

  function close(index: number, into: ModelEvent[]): void {
    letGo(into)
    if (open.delete(index)) into.push({ type: 'block-end', index })
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
export function usageOf(usage: Readonly<Record<string, unknown>>): TokenUsage {
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
