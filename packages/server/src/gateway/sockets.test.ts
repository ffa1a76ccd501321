import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import {
  type ConversationId,
  emptyConversation,
  fold,
  type NewEvent,
  newConversationId,
  type Owner,
} from '@streambed/protocol'
import { WebSocket } from 'ws'
import { callsTools, says } from '../model/scripted.ts'
import { append } from '../runs/engine.ts'
import type { Connection } from './connection.ts'
import type { Door } from './door.ts'
import { connect, type Frame, type TestGateway, testGateway } from './gateway.fixture.ts'
import { nativeSocket } from './native-socket.ts'

const ends = (frame: Frame): boolean => frame.type === 'run-end'

test('a send is acknowledged, a follow shows all of its run', async () => {
  await using gateway = await testGateway([says('Hel', 'lo')])
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'q1', text: 'Hi' })
  const ack = await socket.next()
  assert.deepEqual(Object.keys(ack), ['type', 'requestId', 'conversation', 'message', 'run', 'position'])
  assert.equal(ack.requestId, 'q1')

  socket.send({ type: 'follow', requestId: 'q2', conversation: ack.conversation, after: 0 })
  assert.equal((await socket.next()).requestId, 'q2')
  const events = await socket.until(ends)
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
  )
  assert.ok(events.every(({ conversation, at, type }) => conversation === ack.conversation && at && type))
  const words = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')
  assert.equal(words, 'Hello')
})

test('a repeated send has no effect and gets the same answer', async () => {
  await using gateway = await testGateway([says('once')])
  await using socket = await connect(gateway.url, '/ws')
  const send = { type: 'send', requestId: 'same', text: 'Hi' }
  socket.send(send)
  socket.send(send)
  const first = await socket.next()
  assert.deepEqual(await socket.next(), first)
  assert.equal(gateway.model.requests.length, 1)
})

test('follows on from a place, and refuses places that the log does not have', async () => {
  await using gateway = await testGateway([says('Hi')])
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'q1', text: 'Hi' })
  const { conversation } = await socket.next()
  socket.send({ type: 'follow', conversation, after: 0 })
  const all = (await socket.until(ends)).slice(1)
  for (const after of [3, { epoch: gateway.engine.store.epoch, seq: 3 }]) {
    socket.send({ type: 'follow', conversation, after })
    assert.deepEqual((await socket.until(ends)).slice(1), all.slice(3))
  }
  for (const after of [1_000, { epoch: 'another', seq: 1 }]) {
    socket.send({ type: 'follow', requestId: 'far', conversation, after })
    const { type, requestId, error } = await socket.next()
    assert.deepEqual([type, requestId, error.code], ['error', 'far', 'position-lost'])
  }
})

test('what is unfollowed at once is not followed, and takes no place', async () => {
  await using gateway = await testGateway([])
  const [last, ...others] = await emptyConversations(gateway, 33)
  const frames: Frame[] = []
  const heardOf = Promise.withResolvers<void>()
  const write = (text: string): void => {
    const frame = JSON.parse(text)
    frames.push([frame.type, frame.conversation])
    if (frame.type === 'conversation-start' && frame.conversation === last) heardOf.resolve()
  }
  const connection: Connection = {
    owner: local,
    signal: new AbortController().signal,
    write,
    writeAll: (texts) => texts.forEach(write),
    ready: () => undefined,
    close: () => assert.fail('it was given up'),
  }
  const talk = nativeSocket(connection, { engine: gateway.engine } as Door) // it looks at nothing else of the door
  // No turn of the event loop is between them, as between frames of one read.
  const underWay = others.flatMap((conversation) => [
    talk.receive({ type: 'follow', conversation, after: 0 }),
    talk.receive({ type: 'unfollow', conversation }),
  ])
  await Promise.all(underWay)
  await talk.receive({ type: 'follow', conversation: last, after: 0 })
  await heardOf.promise
  assert.deepEqual(frames, [
    ...others.map((id) => ['ack', id]),
    ...others.map((id) => ['ack', id]),
    ['ack', last],
    ['conversation-start', last],
  ])
})

test('a socket follows 32 conversations, however fast it asks for more', async () => {
  await using gateway = await testGateway([])
  const ids = await emptyConversations(gateway, 33)
  await using socket = await connect(gateway.url, '/ws')
  for (const conversation of ids) socket.send({ type: 'follow', requestId: conversation, conversation, after: 1 })
  const { requestId, error } = await socket.next(({ type }) => type === 'error')
  assert.deepEqual([requestId, error.code], [ids.at(-1), 'too-many'])
  assert.match(error.message, /Unfollow one first\.$/)
})

test('a socket has 64 requests under way, and is told when to come back with more', async () => {
  await using gateway = await testGateway([])
  const [conversation] = await emptyConversations(gateway, 1)
  await using socket = await connect(gateway.url, '/ws')
  const { promise: until, resolve } = Promise.withResolvers<void>()
  const busy = gateway.engine.inTurn(conversation!, () => until)
  for (let i = 0; i <= 64; i++) socket.send({ type: 'send', requestId: `request-${i}`, conversation, text: 'Hi' })
  const { requestId, error } = await socket.next()
  assert.deepEqual([requestId, error.code, error.retryAfterMs], ['request-64', 'too-many', 2_000])
  resolve()
  await busy
})

test('of a conversation that is followed more than once only the last reader goes on, and a refusal leaves none', async () => {
  await using gateway = await testGateway([])
  const [conversation] = await emptyConversations(gateway, 1)
  await using socket = await connect(gateway.url, '/ws')
  for (let i = 0; i < 3; i++) socket.send({ type: 'follow', conversation, after: 1 })
  for (let acks = 0; acks < 3; acks++) assert.equal((await socket.next()).type, 'ack')
  const title = async (title: string): Promise<void> => {
    await append(gateway.engine, local, conversation!, [{ type: 'conversation-change', title }])
  }
  await title('Once')
  socket.send({ type: 'follow', requestId: 'far', conversation, after: 1_000 })
  assert.deepEqual(
    (await socket.until(({ type }) => type === 'error')).map(({ type, title }) => [type, title]),
    [
      ['conversation-change', 'Once'],
      ['error', undefined],
    ],
  )
  await title('Unheard')
  socket.send({ type: 'ping' })
  assert.deepEqual(await socket.next(), { type: 'pong' })
})

const local: Owner = { org: 'local', user: 'local' }

async function emptyConversations({ engine }: TestGateway, count: number): Promise<readonly ConversationId[]> {
  const ids = Array.from({ length: count }, newConversationId)
  const start: NewEvent = { type: 'conversation-start', agent: 'assistant', title: null, owner: local }
  for (const id of ids) await engine.store.append(id, [start])
  return ids
}

test('what cannot be read gets an error, and the connection stays open', async () => {
  await using gateway = await testGateway([])
  await using socket = await connect(gateway.url, '/ws')
  for (const [frame, code] of [
    ['{"type":', 'bad-request'],
    ['[]', 'bad-request'],
    ['{"type":"dance","requestId":"q9"}', 'unknown-type'],
    ['{"type":"follow","conversation":"c_none"}', 'not-found'],
    ['{"type":"send","requestId":"q","text":"  "}', 'blank-prompt'],
    ['{"type":"stop","run":"r_none"}', 'not-found'],
  ] as const) {
    socket.send(frame)
    const { type, error } = await socket.next()
    assert.deepEqual([type, error.code], ['error', code])
  }
  socket.send({ type: 'ping' })
  assert.deepEqual(await socket.next(), { type: 'pong' })
})

test('a message over 128 KiB closes the socket with 1009', async () => {
  await using gateway = await testGateway([])
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'q', text: 'x'.repeat(128 * 1024) })
  const [code] = await once(socket.socket, 'close')
  assert.equal(code, 1009)
})

test('a page of another origin is refused before the upgrade', async () => {
  await using gateway = await testGateway([], { origins: ['https://app.example.com'] })
  const own = gateway.url
  for (const [origin, fits] of [
    ['https://app.example.com', true],
    [own, true],
    ['https://app.example.com.evil.example', false],
    ['https://evil-app.example.com', false],
    ['http://app.example.com', false],
    ['https://app.example.com:444', false],
    ['null', false],
  ] as const) {
    const socket = new WebSocket(`${own.replace('http', 'ws')}/ws`, { headers: { origin } })
    const opened = await Promise.race([
      once(socket, 'open').then(() => true),
      once(socket, 'unexpected-response').then(([, response]) => response.statusCode === 403 && false),
    ])
    assert.equal(opened, fits, origin)
    socket.terminate()
  }
})

test('a request under a foreign name is refused: a page whose name points at this machine', async () => {
  await using gateway = await testGateway([])
  const response = await fetchAs(gateway.url, 'evil.example')
  assert.equal(response, 403)
})

test('two prompts at once on one dashboard socket do not cross', async () => {
  await using gateway = await testGateway([says('A', 'B', 'C'), says('1', '2', '3')])
  await using socket = await connect(gateway.url, '/ws/dashboard')
  socket.send({
    id: 'm1',
    type: 'chat.send_message',
    data: { sessionId: 'chat_1', message: 'letters', streaming: true },
  })
  socket.send({ id: 'm2', type: 'chat.send_message', data: { message: 'digits', streaming: true } })
  const frames: Frame[] = []
  while (frames.filter(({ type }) => type === 'chat.message_complete').length < 2) frames.push(await socket.next())
  for (const id of ['m1', 'm2']) {
    const mine = frames.filter((frame) => frame.id === id)
    const text = mine.flatMap(({ data }) => data.content ?? []).join('')
    const { sessionId } = mine[0].data
    socket.send({ id: 'h', type: 'chat.get_history', data: { sessionId } })
    const { data } = await socket.next()
    assert.equal(data.messages[1].content, text)
    assert.ok(['ABC', '123'].includes(text))
    assert.deepEqual(mine.at(-1).data.usage, { inputTokens: 10, outputTokens: 5, totalTokens: 15 })
  }
  assert.equal(frames.find(({ id }) => id === 'm1')!.data.sessionId, 'chat_1')
})

test('without streaming the dashboard gets one answer', async () => {
  await using gateway = await testGateway([says('All ', 'of it')])
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ id: 'm1', type: 'chat.send_message', data: { message: 'Hi' } })
  const { id, type, data } = await socket.next()
  assert.deepEqual(
    [id, type, data.message.content, data.message.role],
    ['m1', 'chat.message_response', 'All of it', 'assistant'],
  )
  socket.send({ id: 'm2', type: 'chat.list_sessions' })
  const { data: listed } = await socket.next()
  assert.deepEqual(
    listed.sessions.map((session: Frame) => session.sessionId),
    [data.sessionId],
  )
  socket.send({ id: 'm3', type: 'chat.clear_session', data: { sessionId: data.sessionId } })
  assert.deepEqual(await socket.next(), { id: 'm3', type: 'chat.session_cleared', data: { sessionId: data.sessionId } })
  socket.send({ id: 'm4', type: 'chat.get_history', data: { sessionId: data.sessionId } })
  assert.equal((await socket.next()).data.code, 'not-found')
})

test('the dashboard stops an answer, which says so', async () => {
  const never = Promise.withResolvers<void>()
  await using gateway = await testGateway([[[{ type: 'text', index: 0, text: 'Half' }], { until: never.promise }]])
  await using socket = await connect(gateway.url, '/ws/dashboard')
  socket.send({ id: 'm1', type: 'chat.send_message', data: { sessionId: 's1', message: 'Hi', streaming: true } })
  await socket.next(({ type }) => type === 'chat.message_stream')
  socket.send({ id: 'm2', type: 'chat.stop', data: { sessionId: 's1' } })
  const { id, type, data } = await socket.next()
  assert.deepEqual([id, type, data.stopped], ['m1', 'chat.message_complete', true])
})

test('the dashboard sees tools, and errors with the id of their request', async () => {
  await using gateway = await testGateway([callsTools({ name: 'nothing', input: {} }), says('Sorry')])
  await using socket = await connect(gateway.url, '/ws/dashboard')
  socket.send({ id: 'm1', type: 'chat.send_message', data: { message: 'Hi', streaming: true } })
  const types = (await socket.until(({ type }) => type === 'chat.message_complete')).map(({ type }) => type)
  assert.deepEqual(types, ['chat.tool_use', 'chat.tool_result', 'chat.message_stream', 'chat.message_complete'])
  for (const [frame, code] of [
    [{ id: 'e1', type: 'chat.send_message', data: { message: ' ' } }, 'blank-prompt'],
    [{ id: 'e1', type: 'chat.fly', data: {} }, 'unknown-type'],
    [{ id: 'e1', type: 'chat.send_message', data: {} }, 'bad-request'],
  ] as const) {
    socket.send(frame)
    const { id, type, data } = await socket.next()
    assert.deepEqual([id, type, data.code, data.retryable], ['e1', 'chat.error', code, false])
  }
})

test('the fold of what a follower saw is the conversation', async () => {
  await using gateway = await testGateway([says('One'), says('Two')])
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'a', text: '1' })
  const { conversation: id } = await socket.next()
  socket.send({ type: 'send', requestId: 'b', text: '2', conversation: id })
  await socket.next()
  socket.send({ type: 'follow', conversation: id })
  const { position } = await socket.next()
  let conversation = emptyConversation(id, position.epoch)
  while (conversation.messages.length < 4 || !conversation.messages.every((m) => m.role === 'user' || m.endedAt)) {
    const { conversation: _, ...event } = await socket.next()
    conversation = fold(conversation, event)
  }
  const stored = await (await fetch(`${gateway.url}/v1/conversations/${id}`)).json()
  assert.deepEqual(conversation, stored)
})

/** fetch does not let a test choose the host header. */
async function fetchAs(url: string, host: string): Promise<number | undefined> {
  const { request } = await import('node:http')
  const sent = request(`${url}/v1/agents`, { headers: { host } }).end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}
