import { featuresOf } from '../catalog.ts'
import type { Model, ModelEvent, ModelRequest } from '../model.ts'
import { parseModelId } from '../model-id.ts'
import { streamAnswer } from './answer.ts'
import { failureOf } from './errors.ts'
import { listModels } from './list.ts'
import { converseInput, type Guardrail } from './request.ts'
import { RETRY, type RetryPolicy } from './retry.ts'
import { type Connection, type ConnectionOptions, connect } from './sdk.ts'
import { watchdog } from './watchdog.ts'

export interface BedrockOptions extends ConnectionOptions {
  /** Where the control plane (lists of models) is. Default: the region's own, or AWS_ENDPOINT_URL_BEDROCK. */
  readonly controlEndpoint?: string | undefined
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

/**
 * Amazon Bedrock as a `Model`, by ConverseStream over HTTP/1.1. Opens and looks for nothing until it is first called.
 * Where streaming is denied to the account or unknown to the model, the answer is asked for whole, and that is
 * remembered for ten minutes.
 */
export function bedrockModel(options: BedrockOptions = {}): Model {
  const { firstByteMs = 120_000, idleMs = 90_000, random = Math.random, guardrail } = options
  const timer = watchdog(Math.min(1_000, Math.max(5, Math.floor(Math.min(firstByteMs, idleMs) / 10))))
  const timing = { retry: { ...RETRY, ...options.retry }, firstByteMs, idleMs, random, watchdog: timer }
  const denied = new Map<string, number>()
  const uncountable = new Map<string, number>()
  const list = listModels(options)
  let connecting: Promise<Connection> | undefined

  return {
    stream(asked, signal): AsyncIterable<readonly ModelEvent[]> {
      const { model } = asked
      let request: ModelRequest | undefined = asked
      let input: ReturnType<typeof converseInput> | undefined
      let opened: Connection | undefined
      return streamAnswer(
        {
          model,
          guardrail: guardrail !== undefined,
          async openStream(signal) {
            opened ??= await connection()
            input ??= converseInput(request!, featuresOf(model), guardrail)
            return opened.openStream(input, signal)
          },
          async converse(signal) {
            opened ??= await connection()
            input ??= converseInput(request!, featuresOf(model), guardrail)
            return opened.converse(withoutStreaming(input), signal)
          },
          isStale: (thrown) => opened?.isStale(thrown) ?? false,
          get streamingDenied() {
            return isRemembered(denied, model)
          },
          noteStreamingDenied: () => remember(denied, model),
          release() {
            request = input = undefined
          },
          noteIgnored: (count) => options.onIgnored?.(model, count),
        },
        timing,
        signal,
      )
    },
    async countTokens(request, signal) {
      const { model } = request
      if (isRemembered(uncountable, model)) return undefined
      const counting = AbortSignal.any([signal, AbortSignal.timeout(COUNT_TIMEOUT_MS)])
      const opened = await connection()
      // Some models are counted by their own id only, some by their profile's only.
      for (const modelId of new Set([parseModelId(model).base ?? model, model])) {
        try {
          return await opened.countTokens(countInput(request, modelId), counting)
        } catch (thrown) {
          signal.throwIfAborted()
          const { error, retry } = failureOf(thrown, { model, action: 'bedrock:CountTokens' })
          if (error.code === 'context-too-long') throw error
          if (retry !== 'never') return undefined
        }
      }
      remember(uncountable, model)
      return undefined // the caller estimates
    },
    list,
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]()
      ;(await connecting?.catch(() => undefined))?.close()
    },
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

function countInput(request: ModelRequest, modelId: string) {
  const { messages, system, toolConfig } = converseInput({ ...request, cache: false }, featuresOf(request.model))
  return { modelId, input: { converse: { messages, ...(system && { system }), ...(toolConfig && { toolConfig }) } } }
}
