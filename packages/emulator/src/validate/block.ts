import { byteLength } from '../tokens.ts'
import type { Bytes, ContentBlock, DocumentBlock, ImageBlock, ToolResultBlock, ToolUseBlock } from '../wire.ts'
import { type ModelLimits, modelError } from './conversation.ts'

/** What is wrong with one content block of a message by `role`, standing at `path`. */
export function blockWrong(block: ContentBlock, role: string, path: string, model: ModelLimits): string | undefined {
  if (block.text !== undefined) return textWrong(block.text, 'ContentBlock', path)
  if (role === 'system' && !block.cachePoint)
    return `A system message can only have text, but there is another block at ${path}.`
  if (block.toolUse)
    return role === 'assistant' ? toolUseWrong(block.toolUse, path) : onlyIn('toolUse', 'assistant', path)
  if (block.toolResult) {
    return role === 'user' ? toolResultWrong(block.toolResult, path, model) : onlyIn('toolResult', 'user', path)
  }
  if (block.reasoningContent) {
    if (role !== 'assistant') return onlyIn('reasoningContent', 'assistant', path)
    return reasoningWrong(block.reasoningContent, path, model)
  }
  if (block.image) return role === 'user' ? imageWrong(block.image, path, model) : onlyIn('image', 'user', path)
  if (block.document) return role === 'user' ? documentWrong(block.document, path) : onlyIn('document', 'user', path)
  if (block.video || block.audio) {
    const kind = block.video ? 'video' : 'audio'
    if (role !== 'user') return onlyIn(kind, 'user', path)
    if (model.provider === 'Anthropic')
      return `This model doesn't support the ${kind} field. Remove ${kind} and try again.`
  }
  return undefined
}

const IMAGE_LIMIT = 3.75 * 1024 * 1024
const DOCUMENT_LIMIT = 4.5 * 1024 * 1024
const IMAGE_FORMATS = ['png', 'jpeg', 'gif', 'webp']
const DOCUMENT_FORMATS = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']

function textWrong(text: string, what: string, path: string): string | undefined {
  if (text.trim() === '') {
    return `The text field in the ${what} object at ${path} is blank. Add text to the text field, and try again.`
  }
  return text.isWellFormed()
    ? undefined
    : modelError(`${path}: the text has a lone surrogate, which is not valid UTF-8`)
}

function toolUseWrong({ toolUseId = '', name = '', input }: ToolUseBlock, path: string): string | undefined {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(toolUseId)) return pattern(toolUseId, `${path}.toolUse.toolUseId`)
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) return pattern(name, `${path}.toolUse.name`)
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `The format of the value at ${path}.toolUse.input is invalid. Provide a json object for the field and try again.`
  }
  return isWellFormed(input)
    ? undefined
    : modelError(`${path}.toolUse.input has a lone surrogate, which is not valid UTF-8`)
}

function toolResultWrong(
  { toolUseId = '', content = [], status }: ToolResultBlock,
  path: string,
  model: ModelLimits,
): string | undefined {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(toolUseId)) return pattern(toolUseId, `${path}.toolResult.toolUseId`)
  if (status === 'error' && content.length === 0) {
    return `The content field at ${path}.toolResult cannot be empty when status value is error.`
  }
  for (let i = 0; i < content.length; i++) {
    const part = content[i]!
    const at = `${path}.toolResult.content.${i}`
    const wrong =
      part.text !== undefined
        ? textWrong(part.text, 'ToolResultContentBlock', at)
        : part.image
          ? imageWrong(part.image, at, model)
          : part.document
            ? documentWrong(part.document, at)
            : part.json !== undefined
              ? jsonWrong(part.json, at)
              : undefined
    if (wrong) return wrong
  }
  return undefined
}

function jsonWrong(json: unknown, path: string): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return `The format of the value at ${path}.json is invalid. Provide a json object for the field and try again.`
  }
  return isWellFormed(json) ? undefined : modelError(`${path}.json has a lone surrogate, which is not valid UTF-8`)
}

function reasoningWrong(
  { reasoningText, redactedContent }: NonNullable<ContentBlock['reasoningContent']>,
  path: string,
  model: ModelLimits,
): string | undefined {
  if (redactedContent !== undefined) return undefined
  if (model.provider !== 'Anthropic') return undefined
  if (!reasoningText?.signature) return modelError(`${path}.thinking.signature: Field required`)
  return undefined
}

function imageWrong({ format = '', source }: ImageBlock, path: string, model: ModelLimits): string | undefined {
  if (!model.images)
    return `This model doesn't support the image content block that you provided. Remove the image at ${path} and try again.`
  if (!IMAGE_FORMATS.includes(format)) return enumeration(format, `${path}.image.format`, IMAGE_FORMATS)
  const bytes = source?.bytes
  if (bytes === undefined) return undefined
  const size = byteLength(bytes)
  if (size === 0) return `The image at ${path} is empty. Add image bytes and try again.`
  if (size > IMAGE_LIMIT) {
    return modelError(
      `${path}.image.source.base64: image exceeds 5 MB maximum: ${encodedLength(size)} bytes > 5242880 bytes`,
    )
  }
  const found = imageFormat(bytes)
  if (found === format) return undefined
  return found === undefined
    ? modelError(`${path}.image.source.base64.data: Could not process image`)
    : modelError(
        `${path}.image.source.base64.data: The image was specified using the image/${format} media type, but the image appears to be a image/${found} image`,
      )
}

function documentWrong({ format, name = '', source }: DocumentBlock, path: string): string | undefined {
  if (format !== undefined && !DOCUMENT_FORMATS.includes(format)) {
    return enumeration(format, `${path}.document.format`, DOCUMENT_FORMATS)
  }
  if (name.length > 200) return `The document file name at ${path} is longer than 200 characters.`
  if (!/^[a-zA-Z0-9\s\-()[\]]+$/.test(name) || /\s\s/.test(name)) return DOCUMENT_NAME
  const bytes = source?.bytes
  if (bytes === undefined) return undefined
  const size = byteLength(bytes)
  if (size === 0) return `The document at ${path} is empty. Add document bytes and try again.`
  if (size > DOCUMENT_LIMIT)
    return `The document at ${path} is ${size} bytes. The maximum size of a document is 4.5 MB.`
  return undefined
}

const DOCUMENT_NAME =
  'The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and ' +
  "square brackets. The name can't contain more than one consecutive whitespace character."

/** What the first bytes say an image is. */
function imageFormat(bytes: Bytes): string | undefined {
  const start =
    typeof bytes === 'string' ? Buffer.from(bytes.slice(0, 24), 'base64') : Buffer.from(bytes.subarray(0, 16))
  const text = start.toString('latin1')
  if (text.startsWith('\x89PNG')) return 'png'
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('GIF8')) return 'gif'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp'
  return undefined
}

function encodedLength(size: number): number {
  return Math.ceil(size / 3) * 4
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner))
}

function onlyIn(block: string, role: string, path: string): string {
  return `The ${block} block at ${path} is only allowed in messages of the ${role} role. Move or remove it, and try again.`
}

function pattern(value: string, path: string): string {
  return `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]{1,64}`
}

function enumeration(value: string, path: string, allowed: readonly string[]): string {
  return `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`
}
