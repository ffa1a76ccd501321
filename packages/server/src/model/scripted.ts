import { setTimeout as after } from 'node:timers/promises'
import { type CallId, StreambedError } from '@streambed/protocol'
import type { Model, ModelEvent, ModelInfo, ModelRequest, TokenUsage } from './model.ts'

/**
 * A model that answers from a script, inside this process: for tests of what stands on a model.
 * The n-th call gets the n-th answer; a call after the last one fails with `model-failed`.
 */
export function scriptedModel(answers: readonly ScriptedAnswer[], options: ScriptedOptions = {}): ScriptedModel {
  const requests: ModelRequest[] = []
  const left = answers[Symbol.iterator]()

  return {
    requests,
    async *stream(request, signal) {
      requests.push(request)
      const answer = left.next().value ?? [new StreambedError('model-failed', 'The script has no more answers.')]
      let ended = false
      for await (const step of typeof answer === 'function' ? answer(request, signal) : answer) {
        signal.throwIfAborted()
        if (step instanceof Error) throw step
        if (isBatch(step)) {
          ended ||= step.some(({ type }) => type === 'end')
          yield step
        } else await orAborted('ms' in step ? after(step.ms, undefined, { signal }) : step.until, signal)
        signal.throwIfAborted()
      }
      if (!ended) throw new StreambedError('model-cut-short')
    },
    holds: () => options.holds ?? false,
    async countTokens() {
      return options.countedTokens
    },
    async list() {
      return options.models ?? []
    },
    async [Symbol.asyncDispose]() {},
  }
}

export interface ScriptedModel extends Model {
  /** Every request so far, in order. */
  readonly requests: readonly ModelRequest[]
}

export interface ScriptedOptions {
  /** What `countTokens` answers; undefined: cannot count. */
  readonly countedTokens?: number
  readonly models?: readonly ModelInfo[]
  /** Whether answers can be held to schemas. Default false. */
  readonly holds?: boolean
}

/**
 * The steps of one answer, or a function that makes them from the request. An answer without `end` ends in `model-cut-
 * short`.
 */
export type ScriptedAnswer =
  | readonly ScriptedStep[]
  | ((request: ModelRequest, signal: AbortSignal) => Iterable<ScriptedStep> | AsyncIterable<ScriptedStep>)

/** A batch to yield, something to wait for (an abort ends the wait), or an error to throw. */
export type ScriptedStep =
  | readonly ModelEvent[]
  | Error
  | { readonly until: Promise<unknown> }
  | { readonly ms: number }

/** An answer of words alone, a batch for each. */
export function says(...pieces: readonly string[]): readonly ScriptedStep[] {
  return [
    ...pieces.map((text): ModelEvent[] => [{ type: 'text', index: 0, text }]),
    [
      { type: 'block-end', index: 0 },
      { type: 'end', stopReason: 'end_turn' },
    ],
    [{ type: 'usage', ...someUsage }],
  ]
}

/**
 * An answer that asks for tools, each with its input; the calls are named `call-1`, `call-2` … unless they say
 * otherwise.
 */
export function callsTools(
  ...calls: readonly { readonly name: string; readonly input: unknown; readonly call?: string }[]
): readonly ScriptedStep[] {
  return [
    ...calls.map(({ name, input, call }, index): ModelEvent[] => [
      { type: 'tool-start', index, call: (call ?? `call-${index + 1}`) as CallId, name }, // the script is the model here
      { type: 'tool-input', index, text: JSON.stringify(input) },
      { type: 'block-end', index },
    ]),
    [{ type: 'end', stopReason: 'tool_use' }],
    [{ type: 'usage', ...someUsage }],
  ]
}

const someUsage: TokenUsage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 }

/** Array.isArray does not narrow readonly arrays. */
function isBatch(step: ScriptedStep): step is readonly ModelEvent[] {
  return Array.isArray(step)
}

function orAborted(wait: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    wait.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
