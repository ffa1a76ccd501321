import {
  ChangeConversation,
  ConversationId,
  ConversationSummary,
  CreateConversation,
  MessageId,
  Position,
  RunId,
  Send,
} from '@streambed/protocol'
import * as z from 'zod'
import { changeConversation, createConversation, eraseConversation, summaryOf } from '../runs/conversations.ts'
import { openConversation } from '../runs/open.ts'
import { retry, send } from '../runs/start.ts'
import { stop } from '../runs/stop.ts'
import type { App, Door } from './door.ts'
import { attachment, fileName } from './file-name.ts'
import { asMarkdown } from './markdown.ts'

const Accepted = z.object({ conversation: ConversationId, message: MessageId, run: RunId, position: Position })
const ById = z.object({ id: ConversationId })
const OfRun = z.object({ id: RunId })
const Flag = z.enum(['true', 'false']).transform((word) => word === 'true')
const ListQuery = z.object({
  query: z.string().max(1_000).optional().describe('Words to find in titles, messages and answers.'),
  cursor: z.string().max(1_000).optional().describe('The `cursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  archived: Flag.optional(),
})
const tags = ['conversations']

/** Conversations: what they are called, what is in them, what people say in them. */
export function conversations(app: App, { engine }: Door): void {
  app.post(
    '/v1/conversations',
    {
      schema: {
        summary: 'Begins a conversation.',
        tags,
        body: CreateConversation.nullish(),
        response: { 201: ConversationSummary },
      },
    },
    async ({ owner, body }, reply) => reply.code(201).send(await createConversation(engine, owner, body ?? {})),
  )

  app.get(
    '/v1/conversations',
    {
      schema: {
        summary: 'Lists conversations: pinned first, then newest first; with a query the best match first.',
        tags,
        querystring: ListQuery,
        response: { 200: z.object({ items: z.array(ConversationSummary), cursor: z.string().nullable() }) },
      },
    },
    async ({ owner, query }) => {
      const { items, cursor } = await engine.store.list(owner, definedOnly(query))
      return { items: [...items], cursor }
    },
  )

  app.get(
    '/v1/conversations/:id',
    { schema: { summary: 'A whole conversation: the fold of its log.', tags, params: ById } },
    async ({ owner, params }) => openConversation(engine.store, owner, params.id),
  )

  app.patch(
    '/v1/conversations/:id',
    {
      schema: {
        summary: 'Renames, pins or archives.',
        tags,
        params: ById,
        body: ChangeConversation,
        response: { 200: ConversationSummary },
      },
    },
    async ({ owner, params, body }) => changeConversation(engine, owner, params.id, body),
  )

  app.delete(
    '/v1/conversations/:id',
    { schema: { summary: 'Removes a conversation for good.', tags, params: ById } },
    async ({ owner, params }, reply) => {
      await eraseConversation(engine, owner, params.id)
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/conversations/:id/export',
    {
      schema: {
        summary: 'A conversation as a file.',
        tags,
        params: ById,
        querystring: z.object({ format: z.enum(['json', 'markdown']).default('json') }),
      },
    },
    async ({ owner, params, query }, reply) => {
      const conversation = await openConversation(engine.store, owner, params.id)
      const { title } = await summaryOf(engine, owner, params.id)
      const isJson = query.format === 'json'
      const titleOf = (agent: string) => engine.agents.get(agent)?.title ?? agent
      reply.header('content-disposition', attachment(`${fileName(title, params.id)}.${isJson ? 'json' : 'md'}`))
      reply.type(isJson ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8')
      return reply.send(isJson ? JSON.stringify(conversation, null, 2) : asMarkdown(conversation, title, titleOf))
    },
  )

  app.post(
    '/v1/conversations/:id/messages',
    {
      schema: {
        summary: 'Says something; a run will answer it.',
        description: 'The same `requestId` again gets the same answer and has no effect.',
        tags,
        params: ById,
        body: Send,
        response: { 202: Accepted },
      },
    },
    async ({ owner, params, body }, reply) =>
      reply.code(202).send(await send(engine, owner, { ...body, conversation: params.id })),
  )

  app.post(
    '/v1/messages',
    { schema: { summary: 'Says something in a new conversation.', tags, body: Send, response: { 202: Accepted } } },
    async ({ owner, body }, reply) => reply.code(202).send(await send(engine, owner, body)),
  )

  app.post(
    '/v1/runs/:id/stop',
    {
      schema: {
        summary: 'Stops a run. Harmless when repeated or late.',
        tags: ['runs'],
        params: OfRun,
        response: { 202: Accepted.omit({ message: true }) },
      },
    },
    async ({ owner, params }, reply) => reply.code(202).send(await stop(engine, owner, params.id)),
  )

  app.post(
    '/v1/runs/:id/retry',
    {
      schema: {
        summary: 'Asks for another answer to the same message.',
        tags: ['runs'],
        params: OfRun,
        body: z.object({ model: Send.shape.model }).nullish(),
        response: { 202: Accepted },
      },
    },
    async ({ owner, params, body }, reply) =>
      reply.code(202).send(await retry(engine, owner, params.id, { model: body?.model })),
  )
}

function definedOnly({ query, cursor, limit, archived }: z.output<typeof ListQuery>) {
  return {
    limit,
    ...(query ? { query } : {}),
    ...(cursor ? { cursor } : {}),
    ...(archived === undefined ? {} : { archived }),
  }
}
