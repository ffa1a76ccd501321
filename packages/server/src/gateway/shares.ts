import { ConversationId, FileId } from '@streambed/protocol'
import * as z from 'zod'
import { createShare, readShared, readSharedFile, revokeShare, sharesOf } from '../shares/shares.ts'
import type { App, Door } from './door.ts'
import { sendFile } from './files.ts'

const ShareInfo = z.object({
  id: z.string(),
  createdAt: z.iso.datetime(),
  seq: z.int().describe('The conversation is shown as it was at this place in its log.'),
})
const Link = ShareInfo.extend({
  token: z.string().describe('Told this once.'),
  url: z.string().describe('The page that shows it.'),
})
const ById = z.object({ id: ConversationId })
const tags = ['sharing']

/** Links by which others read a conversation (P90 to P92). */
export function shares(app: App, { engine, policy }: Door): void {
  app.post(
    '/v1/conversations/:id/share',
    {
      schema: {
        summary: 'Makes a link by which whoever has it reads the conversation as it is now.',
        tags,
        params: ById,
        response: { 201: Link },
      },
    },
    async ({ owner, params, protocol, host }, reply) => {
      const link = await createShare(engine, owner, params.id)
      const origin = policy.publicOrigin ?? `${protocol}://${host}`
      const url = `${origin}/shared#${link.token}` // after the #, so that it is in no server's log
      return reply.code(201).send({ ...link, url })
    },
  )

  app.get(
    '/v1/conversations/:id/share',
    {
      schema: {
        summary: 'The links to a conversation.',
        tags,
        params: ById,
        response: { 200: z.object({ items: z.array(ShareInfo) }) },
      },
    },
    async ({ owner, params }) => ({ items: [...(await sharesOf(engine.store, owner, params.id))] }),
  )

  app.delete(
    '/v1/conversations/:id/share/:share',
    { schema: { summary: 'Takes a link back.', tags, params: ById.extend({ share: z.string().max(64) }) } },
    async ({ owner, params }, reply) => {
      await revokeShare(engine.store, owner, params.id, params.share)
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/shared',
    {
      config: { action: 'open' },
      schema: { summary: 'What a link shows, to whoever sends its token as a bearer token.', tags },
    },
    async ({ headers }) => readShared(engine, tokenIn(headers)),
  )

  app.get(
    '/v1/shared/files/:file',
    {
      config: { action: 'open' },
      schema: { summary: 'A file of what a link shows.', tags, params: z.object({ file: FileId }) },
    },
    async ({ headers, params }, reply) => sendFile(reply, await readSharedFile(engine, tokenIn(headers), params.file)),
  )
}

/** The token that a request brings, or a text that is none. */
function tokenIn({ authorization = '' }: { readonly authorization?: string | undefined }): string {
  return /^Bearer (\S{1,128})$/i.exec(authorization)?.[1] ?? ''
}
