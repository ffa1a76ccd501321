import { BedrockError } from '../errors.ts'
import type {
  ContentBlock,
  ConverseRequest,
  Message,
  SystemBlock,
  ToolChoice,
  ToolEntry,
  ToolResultContent,
} from '../wire.ts'

/**
 * Reads an Anthropic Messages body, as InvokeModel takes it, into the Converse form that everything else here knows.
 * Throws a ValidationException that names the first thing wrong with it.
 */
export function fromAnthropic(body: unknown): ConverseRequest {
  const fields = object(body, 'body')
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name))
  if (unknown) throw malformed(`#: extraneous key [${unknown}] is not permitted`)
  if (typeof fields['anthropic_version'] !== 'string') throw malformed('#: required key [anthropic_version] not found')
  if (typeof fields['max_tokens'] !== 'number') throw malformed('#: required key [max_tokens] not found')
  const { system, tools, tool_choice, temperature, top_p, stop_sequences, thinking } = fields
  return {
    messages: joinTurns(list(fields['messages'], 'messages').map(message)),
    ...(system === undefined ? {} : { system: systemBlocks(system) }),
    inferenceConfig: {
      maxTokens: fields['max_tokens'],
      ...(temperature === undefined ? {} : { temperature: number(temperature, 'temperature') }),
      ...(top_p === undefined ? {} : { topP: number(top_p, 'top_p') }),
      ...(stop_sequences === undefined ? {} : { stopSequences: list(stop_sequences, 'stop_sequences').map(string) }),
    },
    ...(tools === undefined
      ? {}
      : { toolConfig: { tools: list(tools, 'tools').flatMap(toolEntries), ...choice(tool_choice) } }),
    ...(thinking === undefined ? {} : { additionalModelRequestFields: { thinking } }),
  }
}

const FIELDS =
  'anthropic_version anthropic_beta max_tokens messages system tools tool_choice temperature top_p top_k stop_sequences thinking metadata output_config context_management'.split(
    ' ',
  )

/** Anthropic's API lets one side speak twice and takes it as one turn. */
function joinTurns(messages: readonly Message[]): Message[] {
  const joined: Message[] = []
  for (const next of messages) {
    const last = joined.at(-1)
    if (last?.role === next.role)
      joined[joined.length - 1] = { ...last, content: [...last!.content!, ...next.content!] }
    else joined.push(next)
  }
  return joined
}

function message(value: unknown, index: number): Message {
  const { role, content } = object(value, `messages.${index}`)
  if (role !== 'user' && role !== 'assistant')
    throw malformed(`messages.${index}.role: Input should be 'user' or 'assistant'`)
  return { role, content: blocks(content, `messages.${index}.content`) }
}

function blocks(content: unknown, path: string): ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }]
  return list(content, path).flatMap((value, i) =>
    withCachePoint(value, block(object(value, `${path}.${i}`), `${path}.${i}`)),
  )
}

function block(value: Fields, path: string): ContentBlock {
  switch (value['type']) {
    case 'text':
      return { text: string(value['text']) }
    case 'image':
      return { image: image(value, path) }
    case 'document': {
      const { media_type, data } = object(value['source'], `${path}.source`)
      const format = { 'application/pdf': 'pdf', 'text/plain': 'txt' }[String(media_type)]
      return { document: { name: string(value['title'] ?? 'document'), format, source: { bytes: string(data) } } }
    }
    case 'tool_use':
      return { toolUse: { toolUseId: string(value['id']), name: string(value['name']), input: value['input'] } }
    case 'tool_result': {
      const status = value['is_error'] === true ? 'error' : 'success'
      return {
        toolResult: { toolUseId: string(value['tool_use_id']), status, content: resultContent(value['content'], path) },
      }
    }
    case 'thinking': {
      const signature = value['signature'] === undefined ? undefined : string(value['signature'])
      return { reasoningContent: { reasoningText: { text: string(value['thinking']), signature } } }
    }
    case 'redacted_thinking':
      return { reasoningContent: { redactedContent: string(value['data']) } }
    default:
      throw malformed(
        `${path}.type: Input tag '${String(value['type'])}' found using 'type' does not match any of the expected tags`,
      )
  }
}

function image(value: Fields, path: string): NonNullable<ContentBlock['image']> {
  const { media_type, data } = object(value['source'], `${path}.source`)
  return { format: string(media_type).replace('image/', ''), source: { bytes: string(data) } }
}

function resultContent(content: unknown, path: string): ToolResultContent[] {
  if (content === undefined) return []
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
  return list(content, `${path}.content`).map((value, i) => {
    const part = object(value, `${path}.content.${i}`)
    return part['type'] === 'image' ? { image: image(part, path) } : { text: string(part['text']) }
  })
}

function systemBlocks(system: unknown): SystemBlock[] {
  if (typeof system === 'string') return [{ text: system }]
  return list(system, 'system').flatMap((value, i) =>
    withCachePoint(value, { text: string(object(value, `system.${i}`)['text']) }),
  )
}

function toolEntries(value: unknown, index: number): ToolEntry[] {
  const { name, description, input_schema } = object(value, `tools.${index}`)
  const described = description === undefined ? {} : { description: string(description) }
  return withCachePoint(value, { toolSpec: { name: string(name), ...described, inputSchema: { json: input_schema } } })
}

function choice(value: unknown): { toolChoice?: ToolChoice } {
  if (value === undefined) return {}
  const { type, name } = object(value, 'tool_choice')
  if (type === 'any') return { toolChoice: { any: {} } }
  return type === 'tool' ? { toolChoice: { tool: { name: string(name) } } } : {}
}

/** `cache_control` on a block is what a cachePoint after it is in Converse. */
function withCachePoint<Block extends object>(value: unknown, converted: Block): (Block | { cachePoint: object })[] {
  const cached = typeof value === 'object' && value !== null && 'cache_control' in value && value.cache_control
  return cached ? [converted, { cachePoint: { type: 'default', ...ttlOf(cached) } }] : [converted]
}

function ttlOf(control: unknown): { ttl?: string } {
  const ttl = (control as { ttl?: unknown }).ttl
  return typeof ttl === 'string' ? { ttl } : {}
}

type Fields = Record<string, unknown>

function object(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw malformed(`${path}: Input should be an object`)
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value
  throw malformed(`${path}: Input should be a valid list`)
}

function string(value: unknown): string {
  if (typeof value === 'string') return value
  throw malformed(`Input should be a valid string, not ${JSON.stringify(value)}`)
}

function number(value: unknown, path: string): number {
  if (typeof value === 'number') return value
  throw malformed(`${path}: Input should be a valid number`)
}

function malformed(what: string): BedrockError {
  const message = `Malformed input request: ${what}, please reformat your input and try again.`
  return new BedrockError('ValidationException', message)
}
