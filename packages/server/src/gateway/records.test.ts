import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Owner, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineCollection } from '../agent/collection.ts'
import { defineTool } from '../agent/tool.ts'
import { callsTools, says } from '../model/scripted.ts'
import { recordsOf } from '../records/records.ts'
import { sqliteStore } from '../store/sqlite.ts'
import { connect, testGateway } from './gateway.fixture.ts'

const books = defineCollection({
  name: 'books',
  description: 'What people read.',
  schema: z.object({
    title: z.string().trim().min(1),
    author: z.string().default('unknown'),
    status: z.enum(['open', 'read', 'lost']).default('open'),
    pages: z.number().int().optional(),
    changes: z.array(z.string()).default([]),
  }),
  indexes: ['status', 'pages'],
  derived: ['changes'],
  fixed: ['author'],
  settle(book, { before, now }) {
    if (before?.status === 'lost' && book.status !== 'lost') throw new StreambedError('record-refused', 'It is lost.')
    if (!before || before.status === book.status) return book
    return { ...book, changes: [...book.changes, `${book.status} at ${now.toISOString()}`] }
  },
  views: {
    count: {
      summary: 'How many.',
      response: z.object({ count: z.number() }),
      of: (all) => ({ count: all.length }),
    },
  },
})

const reader = defineAgent({ name: 'reader', instructions: 'Read.', collections: [books] })

async function library(answers: Parameters<typeof testGateway>[0] = [], agent = reader) {
  const server = await testGateway(answers, { agents: [agent] })
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(server.url + path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  return { server, ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('every window hears that a record was created, changed or removed', async () => {
  await using home = await library()
  await using socket = await connect(home.server.url, '/ws')
  socket.send({ type: 'watch', requestId: 'q1' })
  assert.equal((await socket.next()).type, 'ack')
  const { body } = await home.ask('POST', '/v1/books', { title: 'Dune' })
  assert.deepEqual(await socket.next(), { type: 'changed' })
  await home.ask('PATCH', `/v1/books/${body.id}`, { status: 'read' })
  assert.deepEqual(await socket.next(), { type: 'changed' })
  await home.ask('DELETE', `/v1/books/${body.id}`)
  assert.deepEqual(await socket.next(), { type: 'changed' })
})

test('a record is created, read, changed and removed', async () => {
  await using home = await library()
  const { ask } = home
  const created = await ask('POST', '/v1/books', { title: ' Emma ', pages: 474, changes: ['made up'], shelf: 3 })
  assert.equal(created.status, 201)
  const { id, createdAt, updatedAt, ...rest } = created.body
  assert.match(id, /^d_[a-z0-9]{25}$/)
  assert.equal(createdAt, updatedAt)
  assert.deepEqual(rest, { title: 'Emma', author: 'unknown', status: 'open', pages: 474, changes: [], revision: 1 })
  assert.deepEqual(await ask('GET', `/v1/books/${id}`), { status: 200, body: created.body })

  const changed = await ask('PATCH', `/v1/books/${id}`, { status: 'read', author: 'Jane', changes: [] })
  assert.equal(changed.status, 200)
  const { updatedAt: changedAt, changes, ...left } = changed.body
  assert.deepEqual(left, { id, createdAt, title: 'Emma', author: 'unknown', status: 'read', pages: 474, revision: 2 })
  assert.equal(changes.length, 1)
  assert.ok(changedAt >= createdAt)

  assert.deepEqual(await ask('PATCH', `/v1/books/${id}`, { status: 'read' }), { status: 200, body: changed.body })
  assert.deepEqual(await ask('DELETE', `/v1/books/${id}`), { status: 204, body: null })
  assert.deepEqual(await ask('DELETE', `/v1/books/${id}`), { status: 204, body: null })
  assert.equal((await ask('GET', `/v1/books/${id}`)).body.error.code, 'not-found')
})

test('what cannot be is refused, in the format of every error', async () => {
  await using home = await library()
  const { ask } = home
  const { id } = (await ask('POST', '/v1/books', { title: 'Emma', status: 'lost' })).body
  const refusals: [method: string, path: string, body: unknown, status: number, code: string][] = [
    ['POST', '/v1/books', {}, 400, 'bad-request'],
    ['POST', '/v1/books', [], 400, 'bad-request'],
    ['POST', '/v1/books', { title: 'x', status: 'sold' }, 400, 'bad-request'],
    ['POST', '/v1/books', { title: 'x'.repeat(70_000) }, 413, 'record-too-large'],
    ['POST', '/v1/books', { title: 'x', key: '' }, 400, 'bad-request'],
    ['PATCH', `/v1/books/${id}`, {}, 400, 'bad-request'],
    ['PATCH', `/v1/books/${id}`, { author: 'Jane' }, 400, 'bad-request'],
    ['PATCH', `/v1/books/${id}`, { status: 'read' }, 409, 'record-refused'],
    ['PATCH', `/v1/books/${id}`, { title: 'y', revision: 7 }, 409, 'record-changed'],
    ['PATCH', '/v1/books/d_unknown', { title: 'y' }, 404, 'not-found'],
    ['GET', '/v1/books/d_unknown', undefined, 404, 'not-found'],
    ['GET', '/v1/books?status=sold', undefined, 400, 'bad-request'],
    ['GET', '/v1/books?order=title', undefined, 400, 'bad-request'],
    ['GET', '/v1/books?cursor=nonsense', undefined, 400, 'bad-request'],
    ['GET', '/v1/shelves', undefined, 404, 'not-found'],
  ]
  for (const [method, path, body, status, code] of refusals) {
    const answer = await ask(method, path, body)
    assert.deepEqual([answer.status, answer.body.error?.code], [status, code], `${method} ${path}`)
  }
})

test('the same key is the same record', async () => {
  await using home = await library()
  const { ask } = home
  const first = await ask('POST', '/v1/books', { title: 'Emma', key: 'once' })
  assert.deepEqual(await ask('POST', '/v1/books', { title: 'Another', key: 'once' }), first)
  assert.equal((await ask('GET', '/v1/books')).body.items.length, 1)
})

test('lists go by pages, filters and orders', async () => {
  await using home = await library()
  const { ask } = home
  for (const [title, pages, status] of [
    ['A', 3, 'open'],
    ['B', 1, 'read'],
    ['C', 2, 'open'],
  ] as const)
    await ask('POST', '/v1/books', { title, pages, status })
  const titles = async (query: string) => {
    const { items, cursor } = (await ask('GET', `/v1/books${query}`)).body
    return [items.map(({ title }: { title: string }) => title).join(''), cursor]
  }
  assert.deepEqual(await titles(''), ['CBA', null])
  assert.deepEqual(await titles('?status=&cursor=&order='), ['CBA', null])
  assert.deepEqual(await titles('?status=open'), ['CA', null])
  assert.deepEqual(await titles('?status=open&pages=3'), ['A', null])
  assert.deepEqual(await titles('?order=pages'), ['BCA', null])
  const [first, cursor] = await titles('?order=-pages&limit=2')
  assert.equal(first, 'AC')
  assert.deepEqual(await titles(`?order=-pages&limit=2&cursor=${cursor}`), ['B', null])
  assert.deepEqual((await ask('GET', '/v1/books/count')).body, { count: 3 })
})

test("another's records look like those that are not there", async () => {
  await using home = await library()
  const { ask, server } = home
  const bob: Owner = { org: 'local', user: 'bob' }
  const { id } = await recordsOf(server.engine, bob)(books).create({ title: 'Emma' })
  assert.deepEqual((await ask('GET', '/v1/books')).body.items, [])
  assert.deepEqual(await ask('GET', `/v1/books/${id}`), await ask('GET', '/v1/books/d_unknown'))
  const change = { title: 'Mine' }
  assert.deepEqual(await ask('PATCH', `/v1/books/${id}`, change), await ask('PATCH', '/v1/books/d_x', change))
  assert.equal((await ask('DELETE', `/v1/books/${id}`)).status, 204)
  assert.equal((await recordsOf(server.engine, bob)(books).get(id))?.title, 'Emma')
})

test('records outlive the server, under the same keys', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'records-'))
  const path = join(folder, 'streambed.db')
  const create = async () => {
    await using server = await testGateway([], { agents: [reader], store: sqliteStore({ path }) })
    return recordsOf(server.engine, { org: 'local', user: 'local' })(books).create({ title: 'Emma' }, { key: 'once' })
  }
  try {
    assert.deepEqual(await create(), await create())
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the API says what there is', async () => {
  await using home = await library()
  const { ask } = home
  const { items } = (await ask('GET', '/v1/collections')).body
  assert.deepEqual(
    items.map(({ schema, ...rest }: { schema: object }) => rest),
    [{ name: 'books', description: 'What people read.', indexes: ['status', 'pages'], views: ['count'] }],
  )
  const { paths } = (await ask('GET', '/v1/openapi.json')).body
  assert.deepEqual(Object.keys(paths['/v1/books']), ['post', 'get'])
  assert.deepEqual(Object.keys(paths['/v1/books/{id}']).sort(), ['delete', 'get', 'patch'])
  const { properties, required } = paths['/v1/books'].post.requestBody.content['application/json'].schema
  assert.deepEqual(Object.keys(properties), ['title', 'author', 'status', 'pages', 'key'])
  assert.deepEqual(required, ['title'])
})

test('a tool keeps records for the one it works for', async () => {
  const shelve = defineTool({
    name: 'shelve',
    description: 'Keeps a book.',
    input: z.object({ title: z.string() }),
    async run({ title }, { records, run }) {
      const { id } = await records(books).create({ title }, { key: run })
      const { items } = await records(books).list({ where: { status: 'open' } })
      await records(books).patch(id, { status: 'read' })
      return items.map(({ title }) => title)
    },
  })
  const agent = defineAgent({ name: 'reader', instructions: 'Read.', tools: [shelve], collections: [books] })
  const answers = [callsTools({ name: 'shelve', input: { title: 'Emma' } }), says('Done.')]
  await using home = await library(answers, agent)
  await home.ask('POST', '/api/chat', { prompt: 'Keep Emma.' }).catch(() => {}) // its answer is an event stream
  const { items } = (await home.ask('GET', '/v1/books')).body
  assert.deepEqual(
    items.map(({ title, status }: { title: string; status: string }) => [title, status]),
    [['Emma', 'read']],
  )
})
