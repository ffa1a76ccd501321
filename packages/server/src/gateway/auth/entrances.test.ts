import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { connect, type Frame } from '../gateway.fixture.ts'
import { SAFE_HEADERS } from '../headers.ts'
import { type Answer, ask } from './house.fixture.ts'
import { openWorld, type World } from './matrix.fixture.ts'
import { headersOf, outcome, ROWS, type Row, requestOf, SOCKET_ROWS, settled } from './rows.fixture.ts'

// Every entrance of the matrix again, with what nobody asked for in it.

/** What a client might hope to set. Nothing of it may come to be anywhere. */
const PLANTED = 'planted-9c1e'
const EXCESS: Readonly<Record<string, unknown>> = {
  owner: { org: 'bank', user: 'u_eve' },
  org: 'bank',
  role: 'owner',
  isAdmin: true,
  ...Object.fromEntries(
    ['id', 'user', 'revision', 'createdAt', 'updatedAt', 'principal', 'credential', 'hash', 'status', 'cost']
      .concat(['spent', 'seq', 'at', 'run', 'fence', 'conversation_start', 'nobodyKnowsThis'])
      .map((name) => [name, PLANTED]),
  ),
}

const PROTOTYPES = [
  '{"__proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"prototype": {"polluted": true}, "__proto__": null}',
]

test('fields that a request does not have are refused or have no effect, on every route', async () => {
  await using world = await openWorld()
  const [, { paths }] = await ask(world.house, world.cast.ada, 'GET', '/v1/openapi.json')
  const answers: unknown[] = []
  let tried = 0
  for (const { route, row } of rowsWithBodies()) {
    const [method, path, body] = requestOf(route, row, world.adas)
    const known = declared(paths, route)
    const excess = Object.fromEntries(Object.entries(EXCESS).filter(([name]) => !known.has(name) && !has(body, name)))
    for (const more of [{ ...(body as object), ...excess }, inEveryObject(body, excess)]) {
      const answer = await ask(world.house, headersOf(world, 'ada', row), method, path, more)
      assert.ok([row.ada, '400 bad-request', '409 last-owner'].includes(outcome(answer)), `${route}: ${answer[1]}`)
      answers.push(answer[1])
      tried++
      await settled(world)
    }
  }
  assert.ok(tried > 50, `${tried} were tried`)
  const [, kept] = await ask(world.house, world.cast.ada, 'GET', '/v1/me/export')
  const [, audited] = await ask(world.house, world.cast.ada, 'GET', '/v1/audit?limit=100')
  assert.ok(!JSON.stringify([answers, kept, audited]).includes(PLANTED))
  assert.deepEqual(await strangersThings(world), [[], [], ['u_eve']])
})

test('names of prototypes are refused or have no effect, on every route and socket', async () => {
  await using world = await openWorld()
  for (const { route, row } of rowsWithBodies()) {
    const [method, path, body] = requestOf(route, row, world.adas)
    for (const evil of PROTOTYPES) {
      const answer = await askRaw(world, row, method, path, joined(body, evil))
      assert.ok([row.ada, '400 bad-request'].includes(outcome(answer)), `${route}: ${JSON.stringify(answer[1])}`)
      assertClean(route)
    }
    await settled(world)
  }
  for (const [name, { path, frame }] of Object.entries(SOCKET_ROWS)) {
    await using socket = await connect(world.house.url, path, world.cast.ada)
    for (const evil of PROTOTYPES) socket.send(joined(frame(world.adas), evil))
    for (const evil of PROTOTYPES) socket.send(evil)
    await heard(socket)
    assertClean(name)
    await settled(world)
  }
})

test('whatever comes in a body, the answer is one of ours', async () => {
  await using world = await openWorld()
  const rows = rowsWithBodies()
  const bodies = fc.sample(mangled(), { numRuns: 500, seed: SEED })
  for (const [i, mangle] of bodies.entries()) {
    const { route, row } = rows[i % rows.length]!
    const [method, path, body] = requestOf(route, row, world.adas)
    const answer = await askRaw(world, row, method, path, mangle(JSON.stringify(body)))
    assert.ok(answer[0] < 500, `${route} gave ${answer[0]} to ${mangle(JSON.stringify(body))}, seed ${SEED}`)
    if (i % 50 === 0) await settled(world)
  }
  assertClean('bodies')
})

test('whatever comes in ten thousand frames, the socket answers on', async () => {
  const failures: unknown[] = []
  await using world = await openWorld({ log: { info() {}, warn() {}, error: (of) => failures.push(of) } })
  const frames = Object.values(SOCKET_ROWS)
  for (const path of new Set(frames.map(({ path }) => path))) {
    const own = frames.filter((row) => row.path === path).map(({ frame }) => JSON.stringify(frame(world.adas)))
    await using socket = await connect(world.house.url, path, world.cast.ada)
    for (const [i, mangle] of fc.sample(mangled(), { numRuns: 2_000, seed: SEED }).entries()) {
      const text = mangle(own[i % own.length]!)
      if (i % 25 === 0) socket.socket.send(Buffer.from(text), { binary: true })
      else socket.send(text)
      if (i % 40 === 0) await heard(socket)
    }
    await heard(socket)
    await settled(world)
  }
  assertClean('frames')
  assert.deepEqual(failures, [], `seed ${SEED}`)
})

test('every answer of every route has the headers that keep a browser safe', async () => {
  await using world = await openWorld({ origins: [] })
  const names = Object.keys(SAFE_HEADERS)
  for (const { route, row } of allRows()) {
    if (route === 'DELETE /v1/me') continue
    for (const actor of ['anonymous', 'ada'] as const) {
      const [status, body, headers] = await ask(
        world.house,
        headersOf(world, actor, row),
        ...requestOf(route, row, world.adas),
      )
      const told = Object.fromEntries(names.map((name) => [name, headers.get(name)]))
      assert.deepEqual(told, { ...SAFE_HEADERS, ...(status < 300 && OTHERWISE[route]) }, route)
      if (body !== '') assert.match(headers.get('content-type') ?? '', TYPES, route)
    }
    await settled(world)
  }
})

/** What bodies are, texts with their letters; JSON has but one kind of them, and a file is what it was sent as. */
const TYPES = /^(application\/json|text\/plain$|text\/[\w-]+(; version=[\d.]+)?; charset=utf-8$)/
/** A file is what somebody sent: nothing in it runs. It never changes, so that its reader's browser may keep it. */
const FILE = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, max-age=31536000, immutable',
}
const STREAM = { 'cache-control': 'no-cache, no-store, no-transform' }
const OTHERWISE: Readonly<Record<string, object>> = {
  'GET /v1/files/:id': FILE,
  'GET /v1/echo/stream': STREAM,
  'POST /api/chat': STREAM,
  'POST /api/ai-sdk/chat': STREAM,
  'POST /api/ag-ui': STREAM,
  'POST /api/ag-ui/:agent': STREAM,
}

const SEED = Number(process.env['SEED'] ?? 20_261_120)

/** Ways to spoil a JSON text: other JSON, pieces missing, doubled or swapped, odd characters. */
function mangled(): fc.Arbitrary<(json: string) => string> {
  const odd = fc.constantFrom(
    '\0',
    '\ud800',
    '\u202e',
    '1e999',
    '-0',
    '[',
    '{',
    '"',
    '\\u0000',
    'null',
    '9'.repeat(400),
  )
  return fc.oneof(
    fc.json().map((json) => () => json),
    fc.string({ unit: 'binary', maxLength: 200 }).map((text) => () => text),
    fc.tuple(fc.nat(), fc.nat()).map(([from, length]) => (json: string) => {
      const at = from % json.length
      return json.slice(0, at) + json.slice(at + (length % 8))
    }),
    fc.tuple(fc.nat(), odd).map(([from, text]) => (json: string) => {
      const at = from % (json.length + 1)
      return json.slice(0, at) + text + json.slice(at)
    }),
    fc.tuple(fc.nat(), fc.jsonValue()).map(([which, value]) => (json: string) => {
      const object = JSON.parse(json)
      const names = Object.keys(object)
      return JSON.stringify({ ...object, [names[which % names.length] ?? 'x']: value })
    }),
    fc.nat(30).map((depth) => () => `${'['.repeat(depth * 400)}${']'.repeat(depth * 400)}`),
  )
}

function allRows(): readonly { readonly route: string; readonly row: Row }[] {
  const rows = Object.entries(ROWS).filter(([route]) => route !== 'POST /v1/auth/sign-out')
  return rows.flatMap(([route, some]) => [some].flat().map((row) => ({ route, row: row as Row })))
}

function rowsWithBodies() {
  return allRows().filter(({ row }) => row.body && row.type === undefined)
}

/** The fields of a request's body that the description names. */
function declared(paths: Frame, route: string): ReadonlySet<string> {
  const [method, url] = route.split(' ') as [string, string]
  const body = paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.requestBody
  const schema = body?.content?.['application/json']?.schema ?? {}
  const kinds = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return new Set(kinds.flatMap(({ properties = {} }) => Object.keys(properties)))
}

const has = (body: unknown, name: string): boolean => typeof body === 'object' && body !== null && name in body

function inEveryObject(value: unknown, more: object): unknown {
  if (Array.isArray(value)) return value.map((one) => ({ ...more, ...one }))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'object' && inner !== null ? inEveryObject({ ...inner }, more) : inner,
    ]),
  )
}

/** Two JSON objects' texts as one, as they are. */
function joined(body: unknown, more: string): string {
  const json = JSON.stringify(body)
  return json === '{}' ? more : `${json.slice(0, -1)},${more.slice(1)}`
}

function askRaw({ house, ...world }: World, row: Row, method: string, path: string, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...headersOf({ house, ...world }, 'ada', row) }
  return ask(house, headers, method, path, Buffer.from(body))
}

/** All that was sent has been heard: a ping of the protocol itself is answered. */
async function heard({ socket }: { readonly socket: import('ws').WebSocket }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const closed = (code: number) => reject(new Error(`the socket was closed with ${code}`))
  socket.once('close', closed).once('pong', () => resolve())
  socket.ping()
  await promise
  socket.off('close', closed)
}

function assertClean(at: string): void {
  assert.deepEqual([Object.keys(Object.prototype), ({} as Frame).polluted], [[], undefined], at)
}

/** What the owner of the other organisation sees. */
async function strangersThings({ house, cast }: World): Promise<unknown> {
  const read = async (path: string) => (await ask(house, cast.stranger, 'GET', path))[1].items
  const people: readonly { readonly user: string }[] = await read('/v1/people')
  return [await read('/v1/conversations'), await read('/v1/notes'), people.map(({ user }) => user)]
}
