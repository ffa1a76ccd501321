import {
  ERRORS,
  type ErrorBody,
  type ErrorCode,
  type LimitDetail,
  type LoggedEvent,
  type RunId,
} from '@streambed/protocol'
import * as z from 'zod'
import { answerSoFar } from './answer-so-far.ts'
import type { Encoder } from './dialect.ts'
import { type RunEnd, troubleOf } from './run-end.ts'

const ChatUsage = z.object({
  prompt_tokens: z.int().describe('The whole prompt, cached or not.'),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({ cached_tokens: z.int() }),
})
type ChatUsage = z.infer<typeof ChatUsage>

const FinishReason = z.enum(['stop', 'length', 'content_filter'])
type FinishReason = z.infer<typeof FinishReason>

/** A whole answer. */
export const ChatCompletion = z.object({
  id: z.string().describe('The run.'),
  object: z.literal('chat.completion'),
  created: z.int().describe('In seconds since 1970.'),
  model: z.string().describe('As it was asked for.'),
  choices: z.array(
    z.object({
      index: z.literal(0),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: FinishReason,
    }),
  ),
  usage: ChatUsage,
})
export type ChatCompletion = z.infer<typeof ChatCompletion>

interface ChatOptions {
  readonly run: RunId
  /** The model as it was asked for. */
  readonly model: string
  /** Whether the last chunk says what it cost. */
  readonly includeUsage: boolean
}

/**
 * A run as chunks of OpenAI's chat completions: its words as deltas, whose joined contents are the stored text. What
 * the agent's tools do is not told: a client would take their calls for its own to carry out. Words that a guardrail
 * takes back cannot be unsaid: what stands in their place comes as a refusal.
 */
export function chatChunks({ run, model, includeUsage }: ChatOptions): Encoder {
  const answer = chatAnswer()
  let created: number | undefined
  let hasBegun = false

  return (event) => {
    created ??= secondsOf(event)
    const content = answer.take(event)
    if (content !== '') return [frame(choice({ content }))]
    if (event.type === 'text-retracted' && event.replacement !== '')
      return [frame(choice({ refusal: event.replacement }))]
    return event.type === 'run-end' ? end(event) : []
  }

  function end(event: LoggedEvent & RunEnd): string[] {
    const trouble = troubleOf(event)
    if (trouble) return [chatFailure(trouble)]
    const frames = [frame(choice({}, answer.finishReason(event)))]
    if (includeUsage) frames.push(frame({ choices: [], usage: answer.usage() }))
    return [...frames, 'data: [DONE]\n\n']
  }

  function choice(delta: object, finish_reason: FinishReason | null = null): object {
    const role = hasBegun ? {} : { role: 'assistant' }
    hasBegun = true
    return { choices: [{ index: 0, delta: { ...role, ...delta }, logprobs: null, finish_reason }] }
  }

  function frame(more: object): string {
    const usage = includeUsage ? { usage: null } : {}
    const head = { id: run, object: 'chat.completion.chunk', created, model }
    return `data: ${JSON.stringify({ ...head, ...usage, ...more })}\n\n`
  }
}

/**
 * A run as one answer: fed its events in order, gives the answer with the last. Throws nothing: see `troubleOf` for
 * what went wrong.
 */
export function chatWhole(model: string): (event: LoggedEvent) => ChatCompletion | undefined {
  const answer = chatAnswer()
  return (event) => {
    answer.take(event)
    if (event.type !== 'run-end') return undefined
    const message = { role: 'assistant' as const, content: answer.text(), refusal: null }
    return {
      id: event.run,
      object: 'chat.completion',
      created: secondsOf(event),
      model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finishReason(event) }],
      usage: answer.usage(),
    }
  }
}

/** A failure as this dialect says it in a body. */
export function chatError({ code, message }: ErrorBody): object {
  return { error: { message, type: typeOf(code), param: null, code } }
}

/** A failure after the first word, which is the last that the stream says. */
export function chatFailure(error: ErrorBody): string {
  return `data: ${JSON.stringify(chatError(error))}\n\n`
}

/** What both forms of an answer remember of a run. */
function chatAnswer() {
  const answer = answerSoFar()
  let cached_tokens = 0
  let isRetracted = false
  return {
    text: answer.text,
    take(event: LoggedEvent): string {
      if (event.type === 'usage') cached_tokens += event.cacheReadTokens
      if (event.type === 'text-retracted') isRetracted = true
      return answer.take(event)
    },
    finishReason({ detail }: RunEnd): FinishReason {
      if (isRetracted) return 'content_filter'
      return detail ? LIMITED[detail] : 'stop'
    },
    usage(): ChatUsage {
      const { inputTokens, outputTokens, totalTokens } = answer.usage()
      return {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        total_tokens: totalTokens,
        prompt_tokens_details: { cached_tokens },
      }
    },
  }
}

/** This dialect knows two ways in which an answer may be less than whole. */
const LIMITED: Readonly<Record<LimitDetail, FinishReason>> = {
  'output-tokens': 'length',
  context: 'length',
  guardrail: 'content_filter',
  'content-filter': 'content_filter',
  steps: 'length',
  cost: 'length',
  budget: 'length',
}

function secondsOf({ at }: LoggedEvent): number {
  return Math.floor(Date.parse(at) / 1000)
}

/** OpenAI's kinds of errors. */
function typeOf(code: string): string {
  if (code === 'budget-spent') return 'insufficient_quota'
  const { status } = ERRORS[code as ErrorCode] ?? ERRORS.internal // a newer server's may be unknown
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}
