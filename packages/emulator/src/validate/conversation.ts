import type { Model } from '../models.ts'
import { requestTokens } from '../tokens.ts'
import type { ContentBlock, ConverseRequest, Message } from '../wire.ts'
import { blockWrong } from './block.ts'
import { cachePointsWrong } from './cache-points.ts'
import { inferenceWrong } from './inference.ts'
import { structureWrong } from './structure.ts'
import { thinkingWrong } from './thinking.ts'
import { toolsWrong } from './tools.ts'

/** What the rules need to know of a model. Without one, those of a current Claude hold. */
export type ModelLimits = Pick<Model, 'provider' | 'contextTokens' | 'maxOutputTokens'> &
  Partial<Pick<Model, 'images' | 'tools' | 'thinking' | 'sampling' | 'prefill' | 'jsonOutput' | 'strictTools'>>

export const CLAUDE: ModelLimits = {
  provider: 'Anthropic',
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  images: true,
  jsonOutput: true,
  strictTools: true,
}

/**
 * Whether Bedrock would take this conversation: undefined if so, else what its ValidationException would say. Pure and
 * fast (some 10 µs for a short history), so that property tests can ask it a hundred thousand times. It judges meaning;
 * the form of the JSON is the schema check's.
 */
export function checkConversation(request: ConverseRequest, model: ModelLimits = CLAUDE): string | undefined {
  const messages = request.messages ?? []
  return (
    systemWrong(request) ??
    inferenceWrong(request.inferenceConfig, model) ??
    toolsWrong(request, model) ??
    structureWrong(request, model) ??
    rolesWrong(messages, model) ??
    messagesWrong(messages, model) ??
    pairsWrong(messages, model) ??
    cachePointsWrong(request) ??
    thinkingWrong(request, model) ??
    lengthWrong(request, model)
  )
}

function systemWrong(request: ConverseRequest): string | undefined {
  for (const [i, block] of (request.system ?? []).entries()) {
    if (block.text !== undefined && block.text.trim() === '') {
      return `The text field in the SystemContentBlock object at system.${i} is blank. Add text to the text field, and try again.`
    }
  }
  return undefined
}

/** Messages of the role `system` may stand between the others and do not count in the alternation. */
function rolesWrong(messages: readonly Message[], model: ModelLimits): string | undefined {
  const spoken = messages.filter(({ role }) => role !== 'system')
  if (spoken[0]?.role !== 'user') {
    return 'A conversation must start with a user message. Try again with a conversation that starts with a user message.'
  }
  for (let i = 1; i < spoken.length; i++) {
    if (spoken[i]!.role === spoken[i - 1]!.role) {
      return 'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.'
    }
  }
  const last = spoken.at(-1)!
  if (last.role === 'user') return undefined
  if (model.prefill === false) {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.'
  }
  if (last.content?.some(({ toolUse }) => toolUse)) return missingResults(messages.length, toolUseIds(last))
  if (/\s$/.test(last.content?.at(-1)?.text ?? '')) {
    return modelError('messages: final assistant content cannot end with trailing whitespace')
  }
  return undefined
}

function messagesWrong(messages: readonly Message[], model: ModelLimits): string | undefined {
  let images = 0
  let documents = 0
  const names = new Set<string>()
  for (let i = 0; i < messages.length; i++) {
    const content = messages[i]!.content ?? []
    if (content.length === 0) {
      return `The content field in the Message object at messages.${i} is empty. Add a ContentBlock object to the content field and try again.`
    }
    if (content.every(({ cachePoint }) => cachePoint)) {
      return `The content field in the Message object at messages.${i} has only cachePoint blocks. Add a ContentBlock object to the content field and try again.`
    }
    for (let j = 0; j < content.length; j++) {
      const block = content[j]!
      const wrong = blockWrong(block, messages[i]!.role ?? '', `messages.${i}.content.${j}`, model)
      if (wrong) return wrong
      if (block.image) images++
      if (block.document) {
        documents++
        if (names.has(block.document.name ?? '')) {
          return `The document file name at messages.${i}.content.${j} is a duplicate. Document names must be unique within a request.`
        }
        names.add(block.document.name ?? '')
      }
    }
    if (content.some(({ document }) => document) && !content.some(({ text }) => text !== undefined)) {
      return `The content field in the Message object at messages.${i} has a document but no text. Add a text block to the content field and try again.`
    }
  }
  if (images > 20) return `The request has ${images} images. The maximum number of images is 20.`
  if (documents > 5) return `The request has ${documents} documents. The maximum number of documents is 5.`
  return undefined
}

/** Each toolUse is answered by one toolResult in the very next message, each toolResult answers one. */
function pairsWrong(messages: readonly Message[], model: ModelLimits): string | undefined {
  const used = new Set<string>()
  let asked: readonly string[] = []
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]!
    const results = (message.content ?? []).filter(({ toolResult }) => toolResult)
    const answered = results.map(({ toolResult }) => toolResult!.toolUseId ?? '')
    const missing = asked.filter((id) => !answered.includes(id))
    if (missing.length > 0) return missingResults(i, missing)
    if (answered.length > asked.length) {
      return `The number of toolResult blocks at messages.${i}.content exceeds the number of toolUse blocks of previous turn.`
    }
    if (answered.length > 0 && model.provider === 'Anthropic' && !beginsWithResults(message, answered.length)) {
      return modelError(
        `messages.${i}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${asked.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      )
    }
    asked = message.role === 'assistant' ? toolUseIds(message) : []
    for (const id of asked) {
      if (used.has(id)) return modelError(`messages.${i}: \`tool_use\` ids must be unique`)
      used.add(id)
    }
  }
  return asked.length > 0 ? missingResults(messages.length, asked) : undefined
}

function beginsWithResults(message: Message, count: number): boolean {
  return (
    (message.content ?? []).filter(({ cachePoint }) => !cachePoint).findLastIndex(({ toolResult }) => toolResult) ===
    count - 1
  )
}

function toolUseIds(message: Message): string[] {
  return (message.content ?? []).flatMap(({ toolUse }: ContentBlock) => (toolUse ? [toolUse.toolUseId ?? ''] : []))
}

function missingResults(index: number, ids: readonly string[]): string {
  return `Expected toolResult blocks at messages.${index}.content for the following Ids: ${ids.join(', ')}`
}

function lengthWrong(request: ConverseRequest, model: ModelLimits): string | undefined {
  const tokens = requestTokens(request)
  if (tokens <= model.contextTokens) return undefined
  if (model.provider !== 'Anthropic') return 'Input is too long for requested model.'
  return modelError(`prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`)
}

/** How Bedrock passes on what the model's own API has refused. */
export function modelError(message: string): string {
  return `The model returned the following errors: ${message}`
}
