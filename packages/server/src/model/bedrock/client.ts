import { StreambedError } from '@streambed/protocol'
import { type Features, featuresOf } from '../catalog.ts'
import type { HeldOutput, Model, ModelEvent, ModelRequest } from '../model.ts'
import { parseModelId } from '../model-id.ts'
import { streamAnswer } from './answer.ts'
import { applyGuardrail, type GuardrailVerdict } from './apply-guardrail.ts'
import { beat } from './beat.ts'
import { type Failure, failureOf } from './errors.ts'
import { type ListOptions, listModels } from './list.ts'
import { converseInput, type Guardrail } from './request.ts'
import { RETRY, type RetryPolicy } from './retry.ts'
import { type Connection, connect } from './sdk.ts'
import { isEnforceable } from './structure.ts'
import { watchdog } from './watchdog.ts'

export interface BedrockOptions extends ListOptions {
  readonly guardrail?: Guardrail | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  /** Longest silence before an answer's first byte, in milliseconds. Default 120,000: models may think that long. */
  readonly firstByteMs?: number | undefined
  /** Longest silence within an answer, in milliseconds. Default 90,000: gaps of a minute are seen in healthy ones. */
  readonly idleMs?: number | undefined
  /** From 0 up to, not including, 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Told how many events of an answer nobody knew: a sign that Bedrock has learnt something new. */
  readonly onIgnored?: ((model: string, count: number) => void) | undefined
}

/** What Bedrock does beside answering. */
export interface BedrockModel extends Model {
  /** Counts as `countTokens` does. Where nothing was counted, it throws why, as a StreambedError. */
  tryCount(request: ModelRequest, signal: AbortSignal): Promise<number>
  /** Holds a text against the guardrail of the options. Throws a StreambedError when that cannot be done. */
  applyGuardrail(text: string, source: 'INPUT' | 'OUTPUT'): Promise<GuardrailVerdict>
}

/**
 * Amazon Bedrock as a `Model`, by ConverseStream over HTTP/1.1. Opens and looks for nothing until it is first called.
 * Where streaming is denied to the account or unknown to the model, the answer is asked for whole; where the model cannot be held to
 * its tools' schemas or to the answer's, it is asked freely. Both are remembered for ten minutes.
 */
export function bedrockModel(options: BedrockOptions = {}): BedrockModel {
  const { firstByteMs = 120_000, idleMs = 90_000, random = Math.random, guardrail } = options
  const timer = watchdog(Math.min(1_000, Math.max(5, Math.floor(Math.min(firstByteMs, idleMs) / 10))))
  const timing = { retry: { ...RETRY, ...options.retry }, firstByteMs, idleMs, random, watchdog: timer, beat: beat() }
  const denied = new Map<string, number>()
  const unheld = { tools: new Map<string, number>(), output: new Map<string, number>() }
  const uncountable = new Map<string, number>()
  const list = listModels(options)
  let connecting: Promise<Connection> | undefined

  return {
    stream(asked, signal): AsyncIterable<readonly ModelEvent[]> {
      const { model } = asked
      const output = asked.output && { name: asked.output.name } // all that is needed of it once the request is let go
      let request: ModelRequest | undefined = asked
      let input: ReturnType<typeof converseInput> | undefined
      let opened: Connection | undefined
      const features = { ...heldBy(model, output) }
      /** What the model was not held to any more after Bedrock had refused the request. */
      const freed: (keyof typeof unheld)[] = []
      return streamAnswer(
        {
          model,
          guardrail: guardrail !== undefined,
          async openStream(signal) {
            opened ??= await connection()
            input ??= converseInput(request!, features, guardrail)
            return opened.openStream(input, signal)
          },
          async converse(signal) {
            opened ??= await connection()
            input ??= converseInput(request!, features, guardrail)
            return opened.converse(withoutStreaming(input), signal)
          },
          isStale: (thrown) => opened?.isStale(thrown) ?? false,
          get streamingDenied() {
            return isRemembered(denied, model)
          },
          noteStreamingDenied: () => remember(denied, model),
          loosen() {
            if (!input || !request) return false
            const isStrict = input.toolConfig?.tools?.some(({ toolSpec }) => toolSpec?.strict) ?? false
            if (!isStrict && !input.outputConfig?.textFormat) return false
            freed.push(isStrict ? 'tools' : 'output')
            features[isStrict ? 'strictTools' : 'jsonOutput'] = false
            input = undefined
            return true
          },
          release() {
            for (const what of freed) remember(unheld[what], keyOf(model, what === 'output' ? output : undefined))
            request = input = undefined
          },
          noteIgnored: (count) => options.onIgnored?.(model, count),
        },
        timing,
        signal,
      )
    },
    holds: (model, output) => heldBy(model, output).jsonOutput && isEnforceable(output),
    async countTokens(request, signal) {
      const { model } = request
      if (isRemembered(uncountable, model)) return undefined
      const counted = await count(request, signal)
      if (typeof counted === 'number') return counted
      if (counted.error.code === 'context-too-long') throw counted.error
      if (counted.retry === 'never') remember(uncountable, model)
      return undefined // the caller estimates
    },
    async tryCount(request, signal) {
      const counted = await count(request, signal)
      if (typeof counted === 'number') return counted
      throw counted.error
    },
    list,
    async applyGuardrail(text, source) {
      if (!guardrail) return { outcome: 'passed', text, found: [] }
      return applyGuardrail(await connection(), guardrail, text, source)
    },
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]()
      ;(await connecting?.catch(() => undefined))?.close()
    },
  }

  /** What a model can do, as far as Bedrock has not refused it lately. */
  function heldBy(model: string, output: Pick<HeldOutput, 'name'> | undefined): Features {
    const features = featuresOf(model)
    return {
      ...features,
      strictTools: features.strictTools && !isRemembered(unheld.tools, model),
      jsonOutput: features.jsonOutput && !isRemembered(unheld.output, keyOf(model, output)),
    }
  }

  /** How many tokens there are, or why nobody says. */
  async function count(request: ModelRequest, signal: AbortSignal): Promise<number | Failure> {
    const { model } = request
    const counting = AbortSignal.any([signal, AbortSignal.timeout(COUNT_TIMEOUT_MS)])
    const opened = await connection()
    let failure = failureOf(new StreambedError('model-unsupported', 'It counts no tokens.'), { model })
    // Some models are counted by their own id only, some by their profile's only.
    for (const modelId of new Set([parseModelId(model).base ?? model, model])) {
      try {
        const tokens = await opened.countTokens(countInput(request, modelId), counting)
        if (tokens !== undefined) return tokens
      } catch (thrown) {
        signal.throwIfAborted()
        failure = failureOf(thrown, { model, action: 'bedrock:CountTokens' })
        if (failure.error.code === 'context-too-long' || failure.retry !== 'never') break
      }
    }
    return failure
  }

  function connection(): Promise<Connection> {
    connecting ??= connect(options)
    return connecting
  }
}

const COUNT_TIMEOUT_MS = 5_000
const MEMORY_MS = 600_000
/** Model ids come from requests, so what is remembered of them has a bound. */
const MEMORY_ENTRIES = 1_000

function remember(memory: Map<string, number>, model: string): void {
  if (memory.size >= MEMORY_ENTRIES) memory.clear()
  memory.set(model, performance.now() + MEMORY_MS)
}

function isRemembered(memory: Map<string, number>, model: string): boolean {
  return (memory.get(model) ?? 0) > performance.now()
}

/** Converse knows everything that ConverseStream does, but the guardrail's way of streaming. */
function withoutStreaming(input: ReturnType<typeof converseInput>): ReturnType<typeof converseInput> {
  if (!input.guardrailConfig) return input
  const { streamProcessingMode: _, ...guardrailConfig } = input.guardrailConfig
  return { ...input, guardrailConfig }
}

/** A schema that one agent's output has may be refused where another's is not. */
function keyOf(model: string, output: Pick<HeldOutput, 'name'> | undefined): string {
  return output ? `${model} ${output.name}` : model
}

function countInput(request: ModelRequest, modelId: string) {
  const { messages, system, toolConfig } = converseInput(
    { ...request, cache: false },
    { ...featuresOf(request.model), strictTools: false },
  )
  return { modelId, input: { converse: { messages, ...(system && { system }), ...(toolConfig && { toolConfig }) } } }
}
