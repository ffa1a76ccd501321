import type {
  ContentBlock,
  ConverseCommandInput,
  ConverseStreamCommandInput,
  DocumentFormat,
  GuardrailStreamConfiguration,
  ImageFormat,
  Message,
  OutputConfig,
  SystemContentBlock,
  Tool,
} from '@aws-sdk/client-bedrock-runtime'
import { StreambedError } from '@streambed/protocol'
import type { Features } from '../catalog.ts'
import type { ModelContent, ModelMessage, ModelRequest, ModelTool } from '../model.ts'
import { structureOf, toolOf } from './structure.ts'

/** A guardrail that Bedrock holds every answer against. */
export interface Guardrail {
  readonly identifier: string
  readonly version: string
  /** `sync` (default) looks before it shows; `async` shows at once and may take back, and cannot mask. */
  readonly streamMode?: 'sync' | 'async'
}

/** Our request in Converse's words, for a model that can do what `features` says. What it cannot do is left out. */
export function converseInput(
  request: ModelRequest,
  features: Features,
  guardrail?: Guardrail,
): ConverseStreamCommandInput & ConverseCommandInput {
  const caches = request.cache === true && features.promptCache !== null
  const thinking = thinkingOf(request, features)
  const { outputConfig, strict } = structureOf(request, features)
  const words = request.output && !outputConfig ? request.output.freeSystem : request.system
  const system: SystemContentBlock[] = words === '' ? [] : [{ text: words }]
  const toolList: Tool[] = toolsOf(request).map((tool) => toolOf(tool, strict.get(tool)))
  // The prefix is tools, system, messages: a point closes everything before it, so that of the system is the tools' as well. Few
  // that stand in for Bedrock know a point among the tools.
  if (caches && system.length > 0) system.push(CACHE_POINT)
  else if (caches && features.promptCache === 'all' && toolList.length > 0) toolList.push(CACHE_POINT)
  const messages = messagesOf(request.messages, caches)

  return {
    modelId: request.model,
    messages,
    ...(system.length > 0 && { system }),
    ...(toolList.length > 0 && { toolConfig: { tools: toolList } }),
    inferenceConfig: {
      maxTokens: request.maxTokens,
      ...samplingOf(request, features, thinking !== undefined),
      ...(request.stopSequences && request.stopSequences.length > 0 && { stopSequences: [...request.stopSequences] }),
    },
    ...inOneConfig(thinking, outputConfig),
    ...(guardrail && { guardrailConfig: guardrailOf(guardrail) }),
    ...(request.metadata && { requestMetadata: metadataOf(request.metadata) }),
  }
}

const CACHE_POINT = { cachePoint: { type: 'default' } } as const

/** The two last user messages get a point each: one finds what the call before wrote, one writes for the call after. */
function messagesOf(messages: readonly ModelMessage[], caches: boolean): Message[] {
  const name = uniqueNames()
  const converted = messages.map(({ role, content }): Message => {
    const blocks = content.map((part) => blockOf(part, name))
    const lacksText = blocks.some((block) => block.document) && !blocks.some((block) => block.text !== undefined)
    if (lacksText) blocks.push({ text: 'See the attached document.' }) // Bedrock wants words beside a document, and results first
    return { role, content: blocks }
  })
  if (caches) {
    const users = converted.filter(({ role }) => role === 'user').slice(-2)
    for (const message of users) message.content!.push(CACHE_POINT)
  }
  return converted
}

function blockOf(part: ModelContent, documentName: (name: string) => string): ContentBlock {
  switch (part.type) {
    case 'text':
      return { text: part.text }
    case 'image':
      return { image: { format: formatOf(part.mediaType, IMAGES), source: { bytes: part.bytes } } }
    case 'document':
      return {
        document: {
          format: formatOf(part.mediaType, DOCUMENTS),
          name: documentName(part.name),
          source: { bytes: part.bytes },
        },
      }
    case 'reasoning':
      if (part.redacted !== undefined) {
        return { reasoningContent: { redactedContent: Buffer.from(part.redacted, 'base64') } }
      }
      return {
        reasoningContent: {
          reasoningText: { text: part.text, ...(part.signature !== undefined && { signature: part.signature }) },
        },
      }
    case 'tool-use':
      return {
        toolUse: { toolUseId: part.call, name: part.name, input: (part.input ?? {}) as Json }, // it was parsed from JSON
      }
    case 'tool-result':
      return {
        toolResult: { toolUseId: part.call, content: [{ text: part.text }], status: part.ok ? 'success' : 'error' },
      }
  }
}

type Json = NonNullable<ContentBlock.ToolUseMember['toolUse']['input']>

/** A history with tool calls is refused without tools: calls of tools that are gone get a stand-in. */
function toolsOf({ tools, messages }: ModelRequest): readonly ModelTool[] {
  if (tools.length > 0) return tools
  const names = new Set<string>()
  for (const { content } of messages) {
    for (const part of content) if (part.type === 'tool-use') names.add(part.name)
  }
  return Array.from(names, (name) => ({
    name,
    description: 'Not available any more. Do not call it.',
    inputSchema: { type: 'object' },
  }))
}

/** Claude refuses temperature and top-p while it thinks, newer ones always, and older ones both at once. */
function samplingOf({ temperature, topP }: ModelRequest, features: Features, thinks: boolean): object {
  if (!features.sampling || (thinks && features.thinking !== 'nova')) return {}
  if (temperature !== undefined) {
    return { temperature, ...(topP !== undefined && !features.isClaude && { topP }) }
  }
  return topP === undefined ? {} : { topP }
}

const LEAST_THINKING = 1_024

function thinkingOf(
  { reasoningTokens, maxTokens }: ModelRequest,
  features: Features,
): Record<string, Json> | undefined {
  if (!reasoningTokens || features.thinking === null) return undefined
  const effort = reasoningTokens <= 2_048 ? 'low' : reasoningTokens <= 8_192 ? 'medium' : 'high'
  switch (features.thinking) {
    case 'budget': {
      const budget = Math.min(Math.max(reasoningTokens, LEAST_THINKING), maxTokens - 1)
      return budget < LEAST_THINKING ? undefined : { thinking: { type: 'enabled', budget_tokens: budget } }
    }
    case 'adaptive': {
      const display = features.thinkingDisplay ? { display: 'summarized' } : {}
      return { thinking: { type: 'adaptive', ...display }, output_config: { effort } }
    }
    case 'nova':
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }
  }
}

/** Bedrock makes one `output_config` of both, so that the effort must go with the schema where there is one. */
function inOneConfig(
  thinking: Record<string, Json> | undefined,
  outputConfig: OutputConfig | undefined,
): Pick<ConverseCommandInput, 'additionalModelRequestFields' | 'outputConfig'> {
  if (!outputConfig || !thinking?.['output_config'])
    return { ...(thinking && { additionalModelRequestFields: thinking }), ...(outputConfig && { outputConfig }) }
  const { output_config, ...others } = thinking
  return {
    additionalModelRequestFields: others,
    outputConfig: { ...outputConfig, ...(output_config as { effort: string }) }, // as `thinkingOf` makes it
  }
}

/** The trace is always asked for: only it tells a block from a mask, and the guardrail's words from the model's. */
function guardrailOf({ identifier, version, streamMode }: Guardrail): GuardrailStreamConfiguration {
  return {
    guardrailIdentifier: identifier,
    guardrailVersion: version,
    trace: 'enabled',
    ...(streamMode && { streamProcessingMode: streamMode }),
  }
}

/** At most 16 entries of 256 characters, of a small alphabet. */
function metadataOf(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(metadata).slice(0, 16)
  return Object.fromEntries(entries.map(([name, value]) => [plain(name), plain(value)]))
}

function plain(text: string): string {
  return text.replace(/[^a-zA-Z0-9\s:_@$#=/+,.-]/g, '_').slice(0, 256)
}

/**
 * Document names may hold letters, digits, single spaces, hyphens, parentheses and brackets, and each only once. The
 * same messages get the same names, or the prompt cache would miss.
 */
function uniqueNames(): (name: string) => string {
  const taken = new Set<string>()
  return (name) => {
    const clean = name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/\.[a-z0-9]{1,5}$/i, '')
      .replace(/[^a-zA-Z0-9\-()[\]]+/g, ' ')
      .trim()
      .slice(0, 180)
      .trim()
    const base = clean === '' ? 'document' : clean
    let unique = base
    for (let copy = 2; taken.has(unique); copy++) unique = `${base} (${copy})`
    taken.add(unique)
    return unique
  }
}

const IMAGES: Readonly<Record<string, ImageFormat>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
}

const DOCUMENTS: Readonly<Record<string, DocumentFormat>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
}

function formatOf<Format>(mediaType: string, formats: Readonly<Record<string, Format>>): Format {
  const format = formats[mediaType.split(';', 1)[0]!.trim().toLowerCase()]
  if (format) return format
  throw new StreambedError('bad-file', `It is ${mediaType}; Bedrock reads ${Object.keys(formats).join(', ')}.`)
}
