import type { ModelContent } from '../model/model.ts'

type OfType<Type extends ModelContent['type']> = Extract<ModelContent, { type: Type }>

/** The blocks that a user's message may have, each as Bedrock takes it. Counts `left` down, the last attachments first. */
export function cleanUserContent(content: readonly ModelContent[], left: AttachmentsLeft): ModelContent[] {
  const cleaned: ModelContent[] = []
  for (const block of content.toReversed()) {
    const clean = cleanUserBlock(block, left)
    if (clean) cleaned.push(clean)
  }
  return cleaned.reverse()
}

/** How many more a request may have. */
export interface AttachmentsLeft {
  images: number
  documents: number
}

/** The blocks that an answer may have, each as Bedrock takes it. */
export function cleanAssistantContent(content: readonly ModelContent[]): ModelContent[] {
  return content.map(cleanAssistantBlock).filter((block) => block !== undefined)
}

function cleanUserBlock(block: ModelContent, left: AttachmentsLeft): ModelContent | undefined {
  switch (block.type) {
    case 'text':
      return cleanText({ ...block, text: withoutHidden(block.text) })
    case 'tool-result':
      return { ...block, text: notBlank(withoutHidden(block.text).toWellFormed()) }
    case 'image': {
      const image = cleanImage(block)
      return image.type === 'text' || left.images-- > 0 ? image : note('An older image was left out.')
    }
    case 'document': {
      const document = cleanDocument(block)
      if (document.type === 'text' || left.documents-- > 0) return document
      return note(`The older document ${JSON.stringify(block.name.toWellFormed())} was left out.`)
    }
    case 'reasoning':
    case 'tool-use':
      return undefined
  }
}

function cleanAssistantBlock(block: ModelContent): ModelContent | undefined {
  switch (block.type) {
    case 'text':
      return cleanText(block)
    case 'reasoning':
      // Reasoning counts only unchanged and with its seal, so there is nothing to repair.
      return (block.signature || block.redacted) && block.text.isWellFormed() ? block : undefined
    case 'tool-use':
      return { ...block, name: toolName(block.name), input: cleanInput(block.input) }
    case 'image':
    case 'document':
    case 'tool-result':
      return undefined
  }
}

function cleanText(block: OfType<'text'>): ModelContent | undefined {
  if (block.text.trim() === '') return undefined
  return block.text.isWellFormed() ? block : { ...block, text: block.text.toWellFormed() }
}

const MAX_IMAGE_BYTES = 3.75 * 1024 * 1024
const MAX_DOCUMENT_BYTES = 4.5 * 1024 * 1024

/** Bedrock looks at the bytes, and refuses an image that is not what it is called. */
function cleanImage(image: OfType<'image'>): ModelContent {
  const mediaType = imageType(image.bytes)
  if (!mediaType) return note('An image could not be read.')
  if (image.bytes.byteLength > MAX_IMAGE_BYTES) return note('An image was too large to be shown.')
  return mediaType === image.mediaType ? image : { ...image, mediaType }
}

function imageType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (start.startsWith('\x89PNG')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (start.startsWith('GIF8')) return 'image/gif'
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'image/webp' : undefined
}

function cleanDocument(document: OfType<'document'>): ModelContent {
  const size = document.bytes.byteLength
  const named = JSON.stringify(document.name.toWellFormed())
  if (size === 0) return note(`The document ${named} is empty.`)
  if (size > MAX_DOCUMENT_BYTES) return note(`The document ${named} is too large to be shown.`)
  return document
}

function note(text: string): ModelContent {
  return { type: 'text', text: `[${text}]` }
}

function notBlank(text: string): string {
  return text.trim() === '' ? '(no output)' : text
}

/** Without what models read and nobody sees: words as Unicode tags, bytes as variation selectors. Some flags are made of tags; these stay. */
function withoutHidden(text: string): string {
  return text.replace(HIDDEN, '$1')
}

const HIDDEN = /(\u{1F3F4}[\u{E0030}-\u{E007A}]{2,6}\u{E007F})|[\u{E0000}-\u{E0FFF}]/gu

function toolName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unknown'
}

/** An input must be an object, and valid UTF-8 once it is written down. */
function cleanInput(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return {}
  // JSON.stringify escapes what is not well-formed, and little else with these letters.
  return /\\ud[89a-f]/.test(JSON.stringify(input)) ? wellFormed(input) : input
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]))
}
