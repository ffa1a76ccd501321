import { RecordId, StreambedError, whatIsWrong } from '@streambed/protocol'
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { allRecords, type Collection } from '../agent/collection.ts'
import { recordsOf } from '../records/records.ts'
import { changeable, creatable, readChange, readCreation, readFilter } from '../records/requests.ts'
import type { App, Door } from './door.ts'

const ById = z.object({ id: z.string().max(128) })
const Head = z.object({
  id: RecordId,
  revision: z.int().describe('Counts changes, from 1.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})

/** What agents keep for their users: for every collection the same requests (P40 to P46). */
export function records(app: App, { engine }: Door): void {
  app.get(
    '/v1/collections',
    { schema: { summary: 'What kinds of records there are.', tags: ['records'] } },
    async () => ({ items: [...engine.collections.values()].map(described) }),
  )
  for (const collection of engine.collections.values()) collectionRoutes(app, { engine }, collection)
}

function collectionRoutes(app: App, { engine }: Pick<Door, 'engine'>, collection: Collection): void {
  const { name, schema } = collection
  const tags = [name]
  const path = `/v1/${name}`
  const Record = z.object({ ...schema.shape, ...Head.shape })
  const open = ({ owner }: FastifyRequest) => recordsOf(engine, owner)(collection)

  app.post(
    path,
    {
      validatorCompiler: bodiesAsTheyAre,
      schema: {
        summary: `Creates one of ${name}.`,
        description: 'What has the same key is the same record: it is answered again, and nothing is created.',
        tags,
        body: z.object({ ...fieldsOf(collection, creatable), key: z.string().max(128).optional() }),
        response: { 201: Record },
      },
    },
    async (request, reply) => {
      const { value, key } = readCreation(collection, request.body)
      return reply.code(201).send(await open(request).create(value, { key }))
    },
  )

  app.get(
    path,
    {
      schema: {
        summary: `Lists ${name}, newest first.`,
        tags,
        querystring: z.object({
          cursor: z.string().max(1_000).optional().describe('The `cursor` of the page before.'),
          limit: z.coerce.number().int().min(1).max(100).default(30),
          order: z.string().max(65).optional().describe('An indexed field, `-` before it for the greatest first.'),
          ...Object.fromEntries(collection.indexes.map((field) => [field, z.string().max(1_000).optional()])),
        }),
        response: { 200: z.object({ items: z.array(Record), cursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { cursor, limit, order, ...query } = request.query
      const { items, cursor: next } = await open(request).list({
        where: readFilter(collection, query),
        cursor: cursor || undefined,
        limit,
        order: order || undefined,
      })
      return { items: [...items], cursor: next }
    },
  )

  for (const [view, { summary, response, of }] of Object.entries(collection.views)) {
    app.get(`${path}/${view}`, { schema: { summary, tags, response: { 200: response } } }, async (request) =>
      of(await allRecords(open(request))),
    )
  }

  app.get(
    `${path}/:id`,
    { schema: { summary: `One of ${name}.`, tags, params: ById, response: { 200: Record } } },
    async (request) => {
      const record = await open(request).get(request.params.id)
      if (!record) throw new StreambedError('not-found')
      return record
    },
  )

  app.patch(
    `${path}/:id`,
    {
      validatorCompiler: bodiesAsTheyAre,
      schema: {
        summary: 'Changes some fields; with a revision only if it is still at that one.',
        tags,
        params: ById,
        body: z.object({ ...fieldsOf(collection, changeable), revision: z.int().positive() }).partial(),
        response: { 200: Record },
      },
    },
    async (request) => {
      const { change, revision } = readChange(collection, request.body)
      return open(request).patch(request.params.id, change, { revision })
    },
  )

  for (const [action, { summary, input, apply }] of Object.entries(collection.actions)) {
    app.post(
      `${path}/:id/${action}`,
      { schema: { summary, tags, params: ById, body: input.nullish(), response: { 200: Record } } },
      async (request) => {
        const body = input.safeParse(request.body ?? {})
        if (!body.success) throw new StreambedError('bad-request', whatIsWrong(body.error))
        const { now } = engine
        return open(request).patch(request.params.id, (value) => apply(value, body.data as never, { now: now() })) // just checked
      },
    )
  }

  app.delete(
    `${path}/:id`,
    { schema: { summary: 'Removes one for good.', tags, params: ById } },
    async (request, reply) => {
      await open(request).delete(request.params.id)
      return reply.code(204).send()
    },
  )
}

/** The collection checks bodies itself, once: a default must not stand in for what a change leaves out. */
const bodiesAsTheyAre: FastifySchemaCompiler<unknown> = ({ schema, ...route }) =>
  route.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler({ schema: schema as z.ZodType, ...route }) // as it is written above

function fieldsOf(collection: Collection, which: (collection: Collection) => readonly string[]) {
  return Object.fromEntries(which(collection).map((field) => [field, collection.schema.shape[field]!]))
}

function described({ name, description, schema, indexes, views }: Collection): object {
  return { name, description, indexes, views: Object.keys(views), schema: z.toJSONSchema(schema) }
}
