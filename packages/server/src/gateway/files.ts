import { FileId, newFileId, type Owner, StreambedError } from '@streambed/protocol'
import type { FastifyReply } from 'fastify'
import * as z from 'zod'
import type { Engine } from '../runs/engine.ts'
import type { StoredFile } from '../store/store.ts'
import type { App, Door } from './door.ts'
import { LIMITS } from './limits.ts'

/** What Bedrock reads, and the first bytes by which a file shows that it is what it says. */
const IMAGES: Readonly<Record<string, readonly number[]>> = {
  'image/png': [0x89, 0x50, 0x4e, 0x47],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/gif': [0x47, 0x49, 0x46, 0x38],
  'image/webp': [0x52, 0x49, 0x46, 0x46],
}
const DOCUMENTS = new Set([
  'application/pdf',
  'text/csv',
  'text/html',
  'text/plain',
  'text/markdown',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
])
/** Bedrock's own limit for one image, in bytes. */
export const MAX_IMAGE = 3_750_000
const MAX_NAME = 200

/** Files for the model: uploaded once, then named in messages. */
export function files(app: App, { engine }: Door): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMITS.file }, (_, body, done) => done(null, body))

    scope.post(
      '/v1/files',
      {
        bodyLimit: LIMITS.file,
        config: { upload: true },
        schema: {
          summary: 'Uploads a file: its bytes, with content-type and x-file-name.',
          tags: ['files'],
          response: { 201: z.object({ id: FileId, mediaType: z.string(), name: z.string(), size: z.int() }) },
        },
      },
      async (request, reply) => {
        const mediaType = String(request.headers['content-type'] ?? '')
          .split(';')[0]!
          .trim()
          .toLowerCase()
        const bytes = request.body as Buffer | null // what the parser above gives
        if (!bytes || bytes.length === 0) throw new StreambedError('bad-file', 'It is empty.')
        const name = nameOf(request.headers['x-file-name'], mediaType)
        const id = await keepFile(engine, request.owner, { mediaType, name, bytes })
        return reply.code(201).send({ id, mediaType, name, size: bytes.length })
      },
    )
  })

  app.get(
    '/v1/files/:id',
    { schema: { summary: "A file's bytes.", tags: ['files'], params: z.object({ id: FileId }) } },
    async ({ owner, params }, reply) => {
      const file = await engine.store.file(owner, params.id)
      if (!file) throw new StreambedError('not-found')
      return sendFile(reply.header('cache-control', 'private, max-age=31536000, immutable'), file)
    },
  )
}

/** Answers with a file's bytes, in a way in which nothing in them runs. */
export function sendFile(reply: FastifyReply, { mediaType, name, bytes }: StoredFile): FastifyReply {
  const show = mediaType in IMAGES ? 'inline' : 'attachment'
  return reply
    .type(mediaType)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', `${show}; filename*=UTF-8''${encodeURIComponent(name)}`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

/**
 * Keeps a file for the messages that will name it.
 *
 * @throws StreambedError `bad-file` for what no model reads, or what is not what it says; `storage-full` when there is no room for it.
 */
export async function keepFile(
  { store, settings: { storagePerUser: room } }: Engine,
  owner: Owner,
  file: Omit<StoredFile, 'id'>,
): Promise<FileId> {
  checkFile(file)
  const id = newFileId()
  await store.saveFile(owner, { id, ...file }, { ...(room !== undefined && { room }) })
  return id
}

function checkFile({ mediaType, bytes }: Omit<StoredFile, 'id'>): void {
  const magic = IMAGES[mediaType]
  if (!magic && !DOCUMENTS.has(mediaType)) {
    throw new StreambedError(
      'bad-file',
      `Its type is ${mediaType || 'not said'}; use PNG, JPEG, GIF, WebP, PDF, text or Office files.`,
    )
  }
  if (!magic) return
  if (!magic.every((byte, i) => bytes[i] === byte)) throw new StreambedError('bad-file', `It is no ${mediaType}.`)
  if (bytes.length > MAX_IMAGE) throw new StreambedError('bad-file', 'An image may have 3.75 MB.')
}

/** The name as the browser sent it, percent-encoded because headers hold no other letters. */
function nameOf(header: string | string[] | undefined, mediaType: string): string {
  const fallback = `file.${mediaType.split('/')[1]}`
  if (typeof header !== 'string' || header === '') return fallback
  try {
    const name = decodeURIComponent(header)
      .replace(/[\p{Cc}/\\]/gu, ' ')
      .trim()
    return name.slice(0, MAX_NAME) || fallback
  } catch {
    return fallback // not percent-encoded
  }
}
