import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Emulator, type ScriptedAnswer, scriptBrain, startEmulator } from '@streambed/emulator'
import { type ServerProcess, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'
import { type Frame, openSocket, type WireSocket } from './harness/wire.ts'

// Clients that know nothing of Streambed but the pages on the token stream and on dashboard chat.

const PACE = { tokensPerSecond: 60 }
const words = (name: string): string[] => Array.from({ length: 20 }, (_, i) => `${name}${i}${i % 5 ? ' ' : ' 🌊 '}`)
const ANSWERS: readonly ScriptedAnswer[] = [
  { when: 'Ada', text: words('a'), pace: PACE },
  { when: 'Bob', text: words('b'), pace: PACE },
  { when: { toolResult: 'wait' }, text: ['It ', 'is ', 'over.'] },
  { when: 'tool', blocks: [{ text: ['Wait. '] }, { tool: 'wait', input: { ms: 5 } }] },
  { when: 'endless', text: ['On ', 'and ', 'on.'], faults: { type: 'stall', at: 3 } },
  {
    when: 'broken',
    text: ['Half ', 'an ', 'answer.'],
    faults: { type: 'exception', at: 3, name: 'modelStreamErrorException' },
  },
  { when: 'refused', error: 'ResourceNotFoundException', message: 'no such model' },
  { text: 'The whole answer.', when: 'plain' },
]

const DENIED =
  'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: bedrock:InvokeModelWithResponseStream on ' +
  'resource: arn:aws:bedrock:us-east-1::foundation-model/any because no identity-based policy allows it'

const stack = new AsyncDisposableStack()
const folder = stack.use(temporaryFolder())
let emulator: Emulator
let server: ServerProcess

before(async () => {
  emulator = stack.use(await startEmulator({ brain: scriptBrain(ANSWERS), pace: 'instant' }))
  server = stack.use(await startServer({ dataDir: folder.path, bedrockUrl: emulator.url }))
})

after(() => stack.disposeAsync())

test('token stream: tokens, then done; the tokens joined are the answer', async () => {
  const response = await chat({ prompt: 'Ada' })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/)
  assert.match(response.headers.get('cache-control')!, /no-cache/)
  assert.equal(response.headers.get('x-accel-buffering'), 'no')
  assert.equal(response.headers.get('content-encoding'), null)

  const messages = parse(await response.text())
  const { event, data } = messages.at(-1)!
  assert.equal(event, 'done')
  assert.deepEqual(Object.keys(data).sort(), ['conversationId', 'messageId', 'usage'])
  const { inputTokens, outputTokens, totalTokens } = data.usage
  assert.ok(inputTokens > 0 && outputTokens > 0)
  assert.equal(totalTokens, inputTokens + outputTokens)
  assert.ok(messages.slice(0, -1).every(({ event, data }) => event === 'message' && typeof data.token === 'string'))
  assert.ok(messages.length > 3, 'it came in pieces')
  const text = tokens(messages)
  assert.equal(text, words('a').join(''))
  assert.equal(await storedText(data.conversationId, data.messageId), text)

  const next = parse(await (await chat({ prompt: 'Bob', conversationId: data.conversationId })).text())
  assert.equal(next.at(-1)!.data.conversationId, data.conversationId)
})

test('token stream: a body that is broken, blank or too big is refused before the stream begins', async () => {
  const cases = [
    ['{"prompt": ', 400],
    ['[]', 400],
    ['{}', 400],
    ['{"prompt": 7}', 400],
    ['{"prompt": ""}', 400],
    ['{"prompt": " \\n\\t "}', 400],
    [JSON.stringify({ prompt: 'x'.repeat(40_000) }), 400],
    [JSON.stringify({ prompt: 'x'.repeat(140_000) }), 413],
  ] as const
  for (const [body, status] of cases) {
    const response = await chat(body)
    assert.equal(response.status, status, body.slice(0, 40))
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    assert.deepEqual(Object.keys({ ...error }).sort(), ['code', 'message'])
    assert.match(error.message, /^[A-Z].{15,}/s)
  }
})

test('token stream: a failure before the first token is an HTTP error, a later one an event', async () => {
  const refused = await chat({ prompt: 'refused' })
  assert.ok(refused.status >= 400)
  assert.match(refused.headers.get('content-type')!, /json/)
  assert.ok(((await refused.json()) as Frame).error.code)

  const broken = parse(await (await chat({ prompt: 'broken' })).text())
  assert.equal(tokens(broken.slice(0, -1)), 'Half an ')
  assert.equal(broken.at(-1)!.event, 'error')
  assert.deepEqual(Object.keys(broken.at(-1)!.data.error).sort(), ['code', 'message'])
})

test('token stream: hanging up stops the answer, unless it is detached', async () => {
  for (const detached of [false, true]) {
    const prompt = `endless, detached ${detached}`
    const controller = new AbortController()
    const response = await chat({ prompt, detached }, controller.signal)
    await response.body!.getReader().read()
    controller.abort()
    const isIt = ({ body }: { body: unknown }) => JSON.stringify(body ?? null).includes(prompt)
    if (!detached) await emulator.journal.closed(isIt, 1_000)
    else await assert.rejects(emulator.journal.closed(isIt, 300))
  }
})

test('dashboard: two prompts at once do not cross, and the pieces are the stored message', async () => {
  await using socket = await openSocket(server.url, '/ws/dashboard')
  for (const [id, message] of [
    ['1', 'Ada'],
    ['2', 'Bob'],
  ] as const) {
    socket.send({ id, type: 'chat.send_message', data: { message, streaming: true } })
  }
  const frames = await completed(socket, 2)
  const order = frames.filter(({ type }) => type === 'chat.message_stream').map(({ id }) => id)
  assert.ok(order.lastIndexOf('1') > order.indexOf('2') && order.lastIndexOf('2') > order.indexOf('1'), 'both at once')
  for (const [id, name] of [
    ['1', 'a'],
    ['2', 'b'],
  ] as const) {
    const own = frames.filter((frame) => frame.id === id)
    const session = own[0].data.sessionId
    assert.ok(own.every(({ data }) => data.sessionId === session))
    assert.equal(pieces(own), words(name).join(''))
    const { type, data } = own.at(-1)
    assert.equal(type, 'chat.message_complete')
    assert.deepEqual(Object.keys(data).sort(), ['messageId', 'sessionId', 'usage'])

    socket.send({ id: `history ${id}`, type: 'chat.get_history', data: { sessionId: session } })
    const history = await socket.find((frame) => frame.id === `history ${id}`)
    assert.equal(history.type, 'chat.history')
    assert.equal(history.data.messages.find((one: Frame) => one.messageId === data.messageId).content, pieces(own))
  }
})

test('dashboard: without streaming one answer comes, in the session that was named', async () => {
  await using socket = await openSocket(server.url, '/ws')
  socket.send({ id: '1', type: 'chat.send_message', data: { sessionId: 'chat_1', message: 'Ada' } })
  const { id, type, data } = await socket.find(() => true)
  assert.equal(id, '1')
  assert.equal(type, 'chat.message_response')
  assert.equal(data.sessionId, 'chat_1')
  const { messageId, timestamp, usage, ...said } = data.message
  assert.deepEqual(said, { content: words('a').join(''), role: 'assistant' })
  assert.equal(new Date(timestamp).toISOString(), timestamp)
  assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens)
  assert.ok(messageId)

  socket.send({ id: '2', type: 'chat.list_sessions', data: {} })
  const sessions = await socket.find((frame) => frame.id === '2')
  assert.equal(sessions.type, 'chat.sessions')
  assert.ok(JSON.stringify(sessions.data).includes('chat_1'))

  socket.send({ id: '3', type: 'chat.clear_session', data: { sessionId: 'chat_1' } })
  assert.equal((await socket.find((frame) => frame.id === '3')).type, 'chat.session_cleared')
})

test('dashboard: tools are told by their use and their result', async () => {
  await using socket = await openSocket(server.url, '/ws/dashboard')
  socket.send({ id: '1', type: 'chat.send_message', data: { message: 'tool', streaming: true } })
  const frames = await completed(socket, 1)
  const use = frames.find(({ type }) => type === 'chat.tool_use')
  assert.equal(use.data.name, 'wait')
  assert.deepEqual(use.data.input, { ms: 5 })
  const result = frames.find(({ type }) => type === 'chat.tool_result')
  assert.equal(result.data.callId, use.data.callId)
  assert.equal(result.data.ok, true)
  assert.equal(typeof result.data.durationMs, 'number')
  assert.ok(frames.indexOf(use) < frames.indexOf(result))
  const text = pieces(frames)
  assert.ok(text.startsWith('Wait.') && text.endsWith('It is over.'))
})

test('dashboard: a stop completes the message as stopped', async () => {
  await using socket = await openSocket(server.url, '/ws/dashboard')
  socket.send({ id: '1', type: 'chat.send_message', data: { message: 'endless', streaming: true } })
  const { data } = await socket.find(({ type }) => type === 'chat.message_stream')
  socket.send({ id: '2', type: 'chat.stop', data: { sessionId: data.sessionId } })
  const complete = await socket.find(({ type }) => type === 'chat.message_complete')
  assert.equal(complete.id, '1')
  assert.equal(complete.data.stopped, true)
})

test('dashboard: errors carry the id, a code, a sentence and whether to try again; the socket stays open', async () => {
  await using socket = await openSocket(server.url, '/ws/dashboard')
  const cases = [
    [{ id: '1', type: 'chat.dance', data: {} }, '1'],
    [{ id: '2', type: 'chat.send_message', data: {} }, '2'],
    [{ id: '3', type: 'chat.send_message', data: { message: ' \n' } }, '3'],
    [{ id: '4', type: 'chat.send_message' }, '4'],
    [{ id: '5', type: 'chat.get_history', data: { sessionId: 'nobody' } }, '5'],
    [{ id: '6', type: 'chat.send_message', data: { message: 'refused', streaming: true } }, '6'],
    ['{"id": "7", ', null],
    ['[]', null],
    ['null', null],
  ] as const
  for (const [frame, id] of cases) {
    socket.send(frame)
    const error = await socket.find(() => true)
    assert.equal(error.type, 'chat.error', JSON.stringify(frame))
    assert.equal(error.id, id)
    assert.equal(typeof error.data.code, 'string')
    assert.match(error.data.message, /^[A-Z].{15,}/s)
    assert.equal(typeof error.data.retryable, 'boolean')
  }
  socket.send({ id: '8', type: 'chat.send_message', data: { message: 'plain', other: 'field' } })
  assert.equal((await socket.find(() => true)).data.message.content, 'The whole answer.')

  socket.send({ id: '9', type: 'chat.send_message', data: { message: 'x'.repeat(140_000) } })
  assert.equal(await socket.closed, 1009)
})

// The last one: the server remembers it for a while.
test('token stream: where streaming is denied, the whole answer comes as one token', async () => {
  emulator.faults.add({
    faults: { type: 'http', status: 403, name: 'AccessDeniedException', message: DENIED },
    operation: 'ConverseStream',
  })
  const messages = parse(await (await chat({ prompt: 'plain' })).text())
  assert.deepEqual(
    messages.map(({ event, data }) => data.token ?? event),
    ['The whole answer.', 'done'],
  )
})

function chat(body: object | string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  })
}

interface SseMessage {
  readonly event: string
  readonly data: Frame
}

function parse(stream: string): readonly SseMessage[] {
  assert.ok(stream.endsWith('\n\n'))
  return stream.split('\n\n').flatMap((block) => {
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'))
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
    return lines.length === 0 ? [] : [{ event: field('event') ?? 'message', data: JSON.parse(field('data')!) }]
  })
}

function tokens(messages: readonly SseMessage[]): string {
  return messages.map(({ data }) => data.token ?? '').join('')
}

function pieces(frames: readonly Frame[]): string {
  return frames.map(({ type, data }) => (type === 'chat.message_stream' ? data.content : '')).join('')
}

/** Every frame until so many messages are complete. */
function completed(socket: WireSocket, count: number): Promise<Frame[]> {
  let complete = 0
  return socket.until(({ type }) => type === 'chat.message_complete' && ++complete === count)
}

/** A message's words, as the native door shows them. */
async function storedText(conversation: string, message: string): Promise<string> {
  const fold = (await (await fetch(`${server.url}/v1/conversations/${conversation}`)).json()) as Frame
  const { blocks } = fold.messages.find(({ id }: Frame) => id === message)
  return blocks.map(({ text }: Frame) => text).join('\n\n')
}
