import { type FileId, type InputPart, type Owner, type Part, type Send, StreambedError } from '@streambed/protocol'
import type { Engine } from './engine.ts'

/** What Bedrock takes as an image; everything else that may be uploaded is a document. */
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
/** In one message. */
export const MAX_IMAGES = 20
export const MAX_DOCUMENTS = 5

/** A message's parts as the log keeps them. Throws what the writer should know: empty, too long, files that are not there. */
export async function resolveParts(engine: Engine, owner: Owner, request: Send): Promise<readonly Part[]> {
  const input: readonly InputPart[] = [
    ...(request.text === undefined ? [] : [{ type: 'text' as const, text: request.text }]),
    ...(request.parts ?? []),
  ]
  const parts = await Promise.all(input.map((part) => resolve(engine, owner, part)))
  const said = parts.filter((part) => part.type !== 'text' || part.text.trim() !== '')
  if (said.length === 0) throw new StreambedError('blank-prompt')

  const length = said.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0)
  const limit = engine.settings.promptLimit
  if (length > limit) throw new StreambedError('prompt-too-long', `It has ${length} characters; ${limit} are allowed.`)
  atMost(said, 'image', MAX_IMAGES)
  atMost(said, 'document', MAX_DOCUMENTS)
  return said
}

async function resolve(engine: Engine, owner: Owner, part: InputPart): Promise<Part> {
  if (part.type === 'text') return { type: 'text', text: part.text.toWellFormed() }
  const file = await engine.store.file(owner, part.file as FileId) // any string may be asked for; only ids are found
  if (!file) throw new StreambedError('bad-file', 'It is not here; upload it again.')
  const type = IMAGES.has(file.mediaType) ? 'image' : 'document'
  return { type, file: file.id, mediaType: file.mediaType, name: file.name }
}

function atMost(parts: readonly Part[], type: 'image' | 'document', limit: number): void {
  const count = parts.filter((part) => part.type === type).length
  if (count > limit)
    throw new StreambedError('bad-file', `A message may hold ${limit} ${type}s; this one has ${count}.`)
}
