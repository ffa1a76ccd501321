import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationSummary, ERRORS, type LoggedEvent, type Position } from '@streambed/protocol'
import { defineAgent } from '../agent/agent.ts'
import { says } from '../model/scripted.ts'
import { type TestGateway, testGateway } from './gateway.fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever came over the wire
type Body = any

async function call(gateway: TestGateway, method: string, path: string, body?: unknown): Promise<[number, Body]> {
  const response = await fetch(gateway.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  return [response.status, text === '' ? undefined : JSON.parse(text)]
}

/** A conversation in which one message was answered, and its events. */
async function answered(gateway: TestGateway): Promise<{ id: string; events: LoggedEvent[]; position: Position }> {
  const [status, { conversation: id, run }] = await call(gateway, 'POST', '/v1/messages', {
    requestId: 'q1',
    text: 'Hi',
  })
  assert.equal(status, 202)
  await gateway.engine.active.get(run)?.over
  const [, { events, position, more }] = await call(gateway, 'GET', `/v1/conversations/${id}/events`)
  assert.equal(more, false)
  return { id, events, position }
}

test('conversations are made, found, listed, changed and removed', async () => {
  await using gateway = await testGateway([])
  const [made, first] = await call(gateway, 'POST', '/v1/conversations', { title: 'Rivers' })
  assert.equal(made, 201)
  await call(gateway, 'POST', '/v1/conversations', { title: 'Lakes' })
  const titles = async (query = ''): Promise<(string | null)[]> => {
    const [, { items }] = await call(gateway, 'GET', `/v1/conversations${query}`)
    return items.map((item: ConversationSummary) => item.title)
  }
  assert.deepEqual(await titles(), ['Lakes', 'Rivers'])
  assert.deepEqual(await titles('?query=riv'), ['Rivers'])
  const [changed, summary] = await call(gateway, 'PATCH', `/v1/conversations/${first.id}`, {
    pinned: true,
    title: 'Streams',
  })
  assert.deepEqual([changed, summary.title, summary.pinned], [200, 'Streams', true])
  assert.deepEqual(await titles(), ['Streams', 'Lakes'])
  assert.deepEqual(await call(gateway, 'DELETE', `/v1/conversations/${first.id}`), [204, undefined])
  assert.deepEqual(await call(gateway, 'DELETE', `/v1/conversations/${first.id}`), [204, undefined])
  assert.deepEqual(await titles(), ['Lakes'])
})

test('pages through a list', async () => {
  await using gateway = await testGateway([])
  for (const title of 'abcde') await call(gateway, 'POST', '/v1/conversations', { title })
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const [, page]: [number, Body] = await call(gateway, 'GET', `/v1/conversations?limit=2&cursor=${cursor}`)
    seen.push(...page.items.map((item: ConversationSummary) => item.title))
    cursor = page.cursor
  }
  assert.deepEqual(seen, ['e', 'd', 'c', 'b', 'a'])
})

test('a request that there is not is named, without what was asked for by it', async () => {
  await using gateway = await testGateway([])
  for (const [method, path] of [
    ['GET', '/api/chat'],
    ['POST', '/v1/nothing?secret=hush'],
  ] as const) {
    const [status, answer] = await call(gateway, method, path)
    const reason = `${method} ${path.split('?')[0]} is no request; GET /v1/openapi.json lists them all.`
    const message = `${ERRORS['not-found'].text} ${reason}`
    assert.deepEqual([status, answer], [404, { error: { code: 'not-found', message, retry: false } }])
  }
})

test('what is wrong with a request is said, with its status', async () => {
  await using gateway = await testGateway([])
  const [, { id }] = await call(gateway, 'POST', '/v1/conversations', {})
  for (const [method, path, body, status, code] of [
    ['GET', '/v1/conversations/c_none', undefined, 404, 'not-found'],
    ['GET', '/v1/nothing', undefined, 404, 'not-found'],
    ['PATCH', `/v1/conversations/${id}`, {}, 400, 'bad-request'],
    ['POST', '/v1/conversations', { agent: 'nobody' }, 404, 'unknown-agent'],
    ['POST', `/v1/conversations/${id}/messages`, { text: 'Hi' }, 400, 'bad-request'],
    ['POST', `/v1/conversations/${id}/messages`, { requestId: 'q', text: '' }, 400, 'blank-prompt'],
    ['POST', '/v1/conversations/c_none/messages', { requestId: 'q', text: 'Hi' }, 404, 'not-found'],
    ['POST', '/v1/runs/r_none/stop', undefined, 404, 'not-found'],
    ['GET', '/v1/conversations?limit=1000', undefined, 400, 'bad-request'],
    ['GET', '/v1/conversations?cursor=nonsense', undefined, 400, 'bad-request'],
    ['GET', `/v1/conversations/${id}/events?after=99`, undefined, 410, 'position-lost'],
    ['GET', `/v1/conversations/${id}/events?after=-1`, undefined, 400, 'bad-request'],
    ['GET', `/v1/conversations/${id}/events?after=1&epoch=other`, undefined, 410, 'position-lost'],
  ] as const) {
    const [actual, answer] = await call(gateway, method, path, body)
    assert.deepEqual([actual, answer.error.code], [status, code], `${method} ${path}`)
    assert.deepEqual(Object.keys(answer.error), ['code', 'message', 'retry'])
  }
})

test('only JSON is read, so that no form of another page can write', async () => {
  await using gateway = await testGateway([])
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    body: 'text=Hi',
    headers: { 'content-type': 'text/plain' },
  })
  assert.equal(response.status, 415)
})

test('events come as a page, from any place', async () => {
  await using gateway = await testGateway([says('Hi')])
  const { id, events, position } = await answered(gateway)
  assert.equal(position.seq, events.length)
  const [, rest] = await call(gateway, 'GET', `/v1/conversations/${id}/events?after=2&epoch=${position.epoch}`)
  assert.deepEqual(rest.events, events.slice(2))
})

test('a long-poll waits for the next event', async () => {
  const gate = Promise.withResolvers<void>()
  await using gateway = await testGateway([[{ until: gate.promise }, ...says('Hi')]])
  const [, { conversation, position }] = await call(gateway, 'POST', '/v1/messages', { requestId: 'q1', text: 'Hi' })
  const [, { position: begun }] = await call(
    gateway,
    'GET',
    `/v1/conversations/${conversation}/events?after=${position.seq}&wait=5`,
  )
  const polling = call(gateway, 'GET', `/v1/conversations/${conversation}/events?after=${begun.seq}&wait=5`)
  gate.resolve()
  const [, { events }] = await polling
  assert.equal(events[0].seq, begun.seq + 1)
  const [, quiet] = await call(gateway, 'GET', `/v1/conversations/${conversation}/events?after=${begun.seq}&wait=0`)
  assert.ok(quiet.events.length > 0)
})

test('an event stream carries the log live, and goes on after Last-Event-ID', async () => {
  await using gateway = await testGateway([says('Hi')])
  const { id, events } = await answered(gateway)
  const read = async (headers: Record<string, string>, count: number): Promise<string[]> => {
    const stop = new AbortController()
    const response = await fetch(`${gateway.url}/v1/conversations/${id}/events?after=1`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: stop.signal,
    })
    const messages: string[] = []
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      messages.push(...text.split('\n\n').slice(0, -1))
      text = text.slice(text.lastIndexOf('\n\n') + 2)
      if (messages.length >= count) break
    }
    stop.abort()
    return messages
  }
  const asMessage = (event: LoggedEvent): string =>
    `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}`
  assert.deepEqual(await read({}, events.length - 1), events.slice(1).map(asMessage))
  assert.deepEqual(await read({ 'last-event-id': '3' }, events.length - 3), events.slice(3).map(asMessage))
})

test('files go up, into a message, to the model, and come back', async () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3])
  await using gateway = await testGateway([says('A picture')])
  const upload = (type: string, body: Uint8Array): Promise<Response> =>
    fetch(`${gateway.url}/v1/files`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, 'x-file-name': 'caf%C3%A9.png' },
    })
  const file = (await (await upload('image/png', png)).json()) as Body
  assert.deepEqual(file, { id: file.id, mediaType: 'image/png', name: 'café.png', size: 7 })
  assert.equal((await upload('image/jpeg', png)).status, 400)
  assert.equal((await upload('application/zip', png)).status, 400)
  assert.equal((await upload('image/png', new Uint8Array())).status, 400)

  const parts = [
    { type: 'text', text: 'What is this?' },
    { type: 'file', file: file.id },
  ]
  const [, { run }] = await call(gateway, 'POST', '/v1/messages', { requestId: 'q1', parts })
  await gateway.engine.active.get(run)?.over
  const shown = gateway.model.requests[0]!.messages[0]!.content.find((content) => content.type === 'image')!
  assert.deepEqual([shown.mediaType, ...shown.bytes], ['image/png', ...png])
  const back = await fetch(`${gateway.url}/v1/files/${file.id}`)
  assert.deepEqual(new Uint8Array(await back.arrayBuffer()), png)
  assert.match(back.headers.get('content-security-policy')!, /sandbox/)
})

test('a conversation is exported as JSON and as Markdown', async () => {
  const agents = [defineAgent({ name: 'helper', title: 'The helper', instructions: 'Be brief.' })]
  await using gateway = await testGateway([says('An answer')], { agents })
  const { id } = await answered(gateway)
  const json = await fetch(`${gateway.url}/v1/conversations/${id}/export`)
  assert.equal(((await json.json()) as Body).messages.length, 2)
  const markdown = await fetch(`${gateway.url}/v1/conversations/${id}/export?format=markdown`)
  assert.deepEqual(
    [json, markdown].map(({ headers }) => headers.get('content-disposition')),
    ['json', 'md'].map((ending) => `attachment; filename="Hi.${ending}"; filename*=UTF-8''Hi.${ending}`),
  )
  assert.match(
    await markdown.text(),
    /^# Hi\n\n## You, \w+ \d+, \d{4}, \d\d:\d\d UTC\n\nHi\n\n## The helper, \w+ \d+, \d{4}, \d\d:\d\d UTC\n\nAn answer\n$/,
  )
})

test('every answer has the headers that keep a browser safe', async () => {
  await using gateway = await testGateway([])
  for (const path of ['/v1/health', '/v1/nothing', '/']) {
    const { headers } = await fetch(gateway.url + path, { headers: { accept: 'text/html' } })
    assert.equal(headers.get('content-security-policy'), POLICY, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }
})

/** Spelled out, so that nothing goes from it unseen. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
  'trusted-types character-reference'

test('where people come by https they come by nothing else from then on', async () => {
  for (const [publicOrigin, expected] of [
    ['https://chat.example', 'max-age=31536000'],
    ['http://chat.example', null],
    [undefined, null],
  ] as const) {
    await using gateway = await testGateway([], publicOrigin ? { publicOrigin } : {})
    const { headers } = await fetch(`${gateway.url}/v1/agents`)
    assert.equal(headers.get('strict-transport-security'), expected)
  }
})

test('OpenAPI describes the routes', async () => {
  await using gateway = await testGateway([])
  const [, { openapi, paths }] = await call(gateway, 'GET', '/v1/openapi.json')
  assert.equal(openapi, '3.1.0')
  const described = [
    '/api/ai-sdk/chat',
    '/api/chat',
    '/v1/agents',
    '/v1/conversations',
    '/v1/conversations/{id}',
    '/v1/conversations/{id}/events',
    '/v1/conversations/{id}/export',
    '/v1/conversations/{id}/messages',
    '/v1/conversations/{id}/state',
    '/v1/conversations/{id}/state/changes',
    '/v1/conversations/{id}/state/redo',
    '/v1/conversations/{id}/state/undo',
    '/v1/files',
    '/v1/files/{id}',
    '/v1/health',
    '/v1/messages',
    '/v1/models',
    '/v1/ready',
    '/v1/runs/{id}/retry',
    '/v1/runs/{id}/stop',
    '/v1/usage',
  ]
  assert.deepEqual(
    described.filter((path) => !(path in paths)),
    [],
  )
  assert.ok(paths['/v1/conversations'].post.requestBody)
})

test('a draining server is not ready and takes no more work', async () => {
  await using gateway = await testGateway([])
  gateway.engine.draining = true
  assert.equal((await call(gateway, 'GET', '/v1/ready'))[0], 503)
  assert.equal((await call(gateway, 'GET', '/v1/health'))[0], 200)
  const [status, { error }] = await call(gateway, 'POST', '/v1/messages', { requestId: 'q1', text: 'Hi' })
  assert.deepEqual([status, error.code], [503, 'draining'])
})

test('usage tells what a period has cost, as JSON and for spreadsheets', async () => {
  await using gateway = await testGateway([says('Hi')])
  await answered(gateway)
  const [, { by, items }] = await call(gateway, 'GET', '/v1/usage?by=agent')
  assert.deepEqual(
    [by, items.length, items[0].key, items[0].inputTokens, items[0].outputTokens],
    ['agent', 1, 'assistant', 10, 5],
  )
  const csv = await (await fetch(`${gateway.url}/v1/usage?format=csv&by=model`)).text()
  assert.match(csv, /^model,calls,.*\r\nanthropic.claude-haiku-4-5-20251001-v1:0,1,10,5,0,0,/)
  assert.equal((await call(gateway, 'GET', '/v1/usage?from=2020-01-01&to=2026-01-01'))[0], 400)
  assert.equal((await call(gateway, 'GET', '/v1/usage?from=yesterday'))[0], 400)
})
