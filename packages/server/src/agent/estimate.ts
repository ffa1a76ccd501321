import type { ModelContent, ModelMessage, ModelTool } from '../model/model.ts'
import { estimateTokens } from '../model/tokens.ts'

/** About how many tokens messages are. */
export function messageTokens(messages: readonly ModelMessage[]): number {
  let tokens = 0
  for (const { content } of messages) for (const block of content) tokens += contentTokens(block)
  return tokens
}

/** About how many tokens a request's prompt is. */
export function promptTokens(prompt: {
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
}): number {
  const tools = prompt.tools.map(({ name, description, inputSchema }) => [name, description, inputSchema])
  return estimateTokens(prompt.system) + messageTokens(prompt.messages) + estimateTokens(JSON.stringify(tools))
}

/** Of an image scaled to what models look at. */
const IMAGE_TOKENS = 1_600

function contentTokens(content: ModelContent): number {
  switch (content.type) {
    case 'text':
    case 'tool-result':
    case 'reasoning':
      return estimateTokens(content.text)
    case 'tool-use':
      return estimateTokens(content.name) + estimateTokens(JSON.stringify(content.input) ?? '')
    case 'image':
      return IMAGE_TOKENS
    case 'document':
      // Text counts like text; of a PDF or an office file most bytes are not words.
      return Math.ceil(content.bytes.byteLength / (content.mediaType.startsWith('text/') ? 4 : 40))
  }
}
