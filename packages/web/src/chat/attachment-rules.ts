/** What Bedrock's models take with one message. */
export const MAX_FILES = 5
const MAX_IMAGE_BYTES = 3_750_000
const MAX_DOCUMENT_BYTES = 4_500_000

const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
const DOCUMENTS = new Set(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'])

/** What the browser's file picker offers. */
export const ACCEPTED = [...IMAGES, ...[...DOCUMENTS].map((ending) => `.${ending}`)].join(',')

export type Refusal = { readonly reason: 'kind' | 'empty' } | { readonly reason: 'too-large'; readonly limit: number }

/** Why a file cannot go with a message; null when it can. Saves an upload that the server would refuse. */
export function refusalOf(file: {
  readonly name: string
  readonly type: string
  readonly size: number
}): Refusal | null {
  const limit = isImage(file) ? MAX_IMAGE_BYTES : DOCUMENTS.has(endingOf(file.name)) ? MAX_DOCUMENT_BYTES : null
  if (limit === null && !file.type.startsWith('text/')) return { reason: 'kind' }
  if (file.size === 0) return { reason: 'empty' }
  const largest = limit ?? MAX_DOCUMENT_BYTES
  return file.size > largest ? { reason: 'too-large', limit: largest } : null
}

/** Whether a file can be shown as a picture. */
export function isImage(file: { readonly type: string }): boolean {
  return IMAGES.has(file.type)
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase()
}
