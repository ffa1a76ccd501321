import type { Bytes, ContentBlock, ConverseRequest, ToolResultContent } from './wire.ts'

/** How many tokens a text is worth: about four characters each. Bedrock's own counts differ by some 10 %. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

/** An estimate for the whole prompt: tools, system and messages, as CountTokens and `usage.inputTokens` report it. */
export function requestTokens(request: ConverseRequest): number {
  let tokens = 3
  for (const tool of request.toolConfig?.tools ?? []) tokens += toolTokens(tool)
  for (const block of request.system ?? []) tokens += textTokens(block.text ?? '')
  for (const message of request.messages ?? []) {
    tokens += 4
    for (const block of message.content ?? []) tokens += blockTokens(block)
  }
  return tokens
}

export function toolTokens(tool: object): number {
  return 'cachePoint' in tool ? 0 : textTokens(JSON.stringify(tool)) + 10
}

export function blockTokens(block: ContentBlock): number {
  if (block.text !== undefined) return textTokens(block.text)
  if (block.toolUse) return textTokens(JSON.stringify(block.toolUse)) + 6
  if (block.toolResult) return (block.toolResult.content ?? []).reduce((sum, part) => sum + resultTokens(part), 6)
  if (block.image) return IMAGE
  if (block.document) return documentTokens(block.document.source)
  if (block.reasoningContent) return textTokens(block.reasoningContent.reasoningText?.text ?? '')
  if (block.cachePoint) return 0
  return textTokens(JSON.stringify(block))
}

/** How many bytes a wire value stands for: base64 as it travels, or bytes from an SDK's types. */
export function byteLength(bytes: Bytes): number {
  return typeof bytes === 'string' ? Math.floor((bytes.replace(/=+$/, '').length * 3) / 4) : bytes.length
}

const IMAGE = 1_600 // about a megapixel, what Claude makes of most photographs

function resultTokens(part: ToolResultContent): number {
  if (part.text !== undefined) return textTokens(part.text)
  if (part.image) return IMAGE
  if (part.document) return documentTokens(part.document.source)
  return textTokens(JSON.stringify(part))
}

function documentTokens(source: { bytes?: Bytes | undefined; text?: string | undefined } | undefined): number {
  if (source?.text !== undefined) return textTokens(source.text)
  return source?.bytes === undefined ? 0 : Math.ceil(byteLength(source.bytes) / 16) // a page is some 50 KB, 3,000 tokens
}
