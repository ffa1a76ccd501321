import { BedrockError } from '../errors.ts'
import type { ContentBlock, ConverseRequest, Message, ToolResultContent } from '../wire.ts'
import type { Brain, Piece, Question, StopReason } from './brain.ts'

export interface OpenaiOptions {
  /** Up to and with the version: `http://127.0.0.1:11434/v1`. */
  readonly url: string
  /** The server's own name of the model, such as `llama3.2`. Every Bedrock model is answered by this one. */
  readonly model: string
  /** Sent as a bearer token, if the server wants one. */
  readonly apiKey?: string
  /** Milliseconds until the server's first word. Default 120,000. */
  readonly timeoutMs?: number
}

/**
 * Lets an OpenAI-compatible chat completions server answer: Ollama, llama.cpp, vLLM or any other. Streams text, reasoning
 * and tool calls, and reports the server's usage. Images are passed on, documents are not.
 */
export function openaiBrain({ url, model, apiKey, timeoutMs = 120_000 }: OpenaiOptions): Brain {
  const endpoint = `${url.replace(/\/$/, '')}/chat/completions`
  const headers = { 'content-type': 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) }

  return {
    name: 'openai',
    async answer({ request, signal }: Question) {
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), timeoutMs)
      const body = JSON.stringify({ model, ...asChat(request), stream: true, stream_options: { include_usage: true } })
      const all = AbortSignal.any([signal, patience.signal])
      const response = await fetch(endpoint, { method: 'POST', headers, body, signal: all })
        .catch((cause: unknown) => {
          const error = patience.signal.aborted ? 'ModelTimeoutException' : 'ServiceUnavailableException'
          throw new BedrockError(error, `The server at ${url} did not answer: ${reasonOf(cause)}`)
        })
        .finally(() => clearTimeout(timer))
      if (!response.ok || !response.body) throw await refusal(response)
      return { pieces: piecesOf(linesOf(response.body)), pace: 'instant' }
    },
  }
}

/** One chunk of a chat completions stream, as far as it matters here. */
interface Chunk {
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null
      readonly reasoning_content?: string | null
      readonly reasoning?: string | null
      readonly tool_calls?: readonly {
        readonly index?: number
        readonly id?: string
        readonly function?: { readonly name?: string; readonly arguments?: string }
      }[]
    }
    readonly finish_reason?: string | null
  }[]
  readonly usage?: {
    readonly prompt_tokens?: number
    readonly completion_tokens?: number
    readonly total_tokens?: number
    readonly prompt_tokens_details?: { readonly cached_tokens?: number }
  } | null
  readonly error?: { readonly message?: string }
}

const STOP: Readonly<Record<string, StopReason>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'content_filtered',
}
const LINE_LIMIT = 4 * 1024 * 1024

async function* piecesOf(lines: AsyncIterable<string>): AsyncGenerator<Piece> {
  let tool: number | undefined
  let finished = false
  for await (const line of lines) {
    if (!line.startsWith('data:')) continue
    const data = line.slice(5).trim()
    if (data === '[DONE]') break
    const chunk: Chunk = JSON.parse(data)
    if (chunk.error) throw new Error(chunk.error.message ?? 'The server reported an error.')
    const choice = chunk.choices?.[0]
    const reasoning = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning
    if (reasoning) yield { type: 'reasoning', text: reasoning }
    if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content }
    for (const call of choice?.delta?.tool_calls ?? []) {
      const index = call.index ?? 0
      if (call.function?.name && index !== tool) {
        tool = index
        yield { type: 'tool', name: call.function.name, ...(validId(call.id) ? { id: call.id! } : {}) }
      }
      if (call.function?.arguments) yield { type: 'tool-input', json: call.function.arguments }
    }
    if (choice?.finish_reason) {
      finished = true
      yield { type: 'stop', reason: STOP[choice.finish_reason] ?? 'end_turn' }
    }
    if (chunk.usage) yield usageOf(chunk.usage)
  }
  if (!finished) throw new Error('The server ended its stream without a finish_reason.')
}

function usageOf(usage: NonNullable<Chunk['usage']>): Piece {
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const inputTokens = (usage.prompt_tokens ?? 0) - cached // Bedrock counts cache reads apart
  return {
    type: 'usage',
    usage: {
      inputTokens,
      outputTokens: usage.completion_tokens ?? 0,
      cacheReadInputTokens: cached,
      cacheWriteInputTokens: 0,
    },
  }
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    if (rest.length > LINE_LIMIT) throw new Error('The server sent a line of more than 4 MiB.')
    yield* lines
  }
  if (rest) yield rest
}

function asChat(request: ConverseRequest): object {
  const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {}
  const system = (request.system ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n\n')
  const tools = (request.toolConfig?.tools ?? []).flatMap(({ toolSpec }) => {
    if (!toolSpec) return []
    const { name, description, inputSchema } = toolSpec
    return [{ type: 'function', function: { name, description, parameters: inputSchema?.json } }]
  })
  const choice = request.toolConfig?.toolChoice
  return {
    messages: [
      ...(system ? [{ role: 'system', content: system }] : []),
      ...(request.messages ?? []).flatMap(asMessages),
    ],
    ...(tools.length > 0 ? { tools } : {}),
    ...(choice?.any ? { tool_choice: 'required' } : {}),
    ...(choice?.tool ? { tool_choice: { type: 'function', function: { name: choice.tool.name } } } : {}),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stopSequences?.length ? { stop: stopSequences } : {}),
  }
}

/** Tool results are messages of their own there, and come before what the user adds. */
function asMessages({ role, content = [] }: Message): object[] {
  const results = content.flatMap(({ toolResult }) =>
    toolResult
      ? [
          {
            role: 'tool',
            tool_call_id: toolResult.toolUseId,
            content: (toolResult.content ?? []).map(resultText).join('\n'),
          },
        ]
      : [],
  )
  const parts = content.flatMap(asPart)
  const calls = content.flatMap(({ toolUse }) =>
    toolUse
      ? [
          {
            id: toolUse.toolUseId,
            type: 'function',
            function: { name: toolUse.name, arguments: JSON.stringify(toolUse.input ?? {}) },
          },
        ]
      : [],
  )
  if (parts.length === 0 && calls.length === 0) return results
  const onlyText = parts.every((part) => part.type === 'text')
  const said = onlyText ? parts.map((part) => part.text).join('') || null : parts
  return [...results, { role, content: said, ...(calls.length > 0 ? { tool_calls: calls } : {}) }]
}

type Part = { type: 'text'; text: string } | { type: 'image_url'; text?: never; image_url: { url: string } }

function asPart({ text, image }: ContentBlock): Part[] {
  if (text !== undefined) return [{ type: 'text', text }]
  const bytes = image?.source?.bytes
  if (typeof bytes !== 'string') return []
  return [{ type: 'image_url', image_url: { url: `data:image/${image!.format};base64,${bytes}` } }]
}

function resultText({ text, json }: ToolResultContent): string {
  return text ?? (json === undefined ? '' : JSON.stringify(json))
}

/** Bedrock takes ids of at most 64 characters back; a server with longer ones gets ours. */
function validId(id: string | undefined): boolean {
  return id !== undefined && /^[a-zA-Z0-9_-]{1,64}$/.test(id)
}

async function refusal(response: Response): Promise<BedrockError> {
  const text = (await response.text().catch(() => '')).slice(0, 500)
  const message = `The server answered ${response.status}: ${text}`
  if (response.status === 429) return new BedrockError('ThrottlingException', message)
  if (response.status === 404) return new BedrockError('ResourceNotFoundException', message)
  return new BedrockError(response.status < 500 ? 'ValidationException' : 'ModelErrorException', message)
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return inner instanceof Error ? inner.message : String(inner)
}
