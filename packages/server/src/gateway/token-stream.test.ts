import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Conversation, textOf } from '@streambed/protocol'
import { says } from '../model/scripted.ts'
import { testGateway } from './gateway.fixture.ts'

const chat = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const conversation = async (url: string, id: string): Promise<Conversation> =>
  (await fetch(`${url}/v1/conversations/${id}`)).json() as Promise<Conversation>

test('answers a prompt with its tokens, then done', async () => {
  await using gateway = await testGateway([says('Server', 'less is')])
  const response = await chat(gateway.url, { prompt: 'What is it?' })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(response.headers.get('x-accel-buffering'), 'no')
  const { tokens, last } = read(await response.text())
  assert.equal(tokens.join(''), 'Serverless is')
  assert.deepEqual(Object.keys(last.data), ['conversationId', 'messageId', 'usage'])
  assert.deepEqual(last.data.usage, { inputTokens: 10, outputTokens: 5, totalTokens: 15 })

  const stored = await conversation(gateway.url, last.data.conversationId)
  assert.equal(textOf(stored.messages[1]!), 'Serverless is')
})

test('goes on with a conversation', async () => {
  await using gateway = await testGateway([says('one'), says('two')])
  const first = read(await (await chat(gateway.url, { prompt: 'a' })).text())
  const { conversationId } = first.last.data
  await (await chat(gateway.url, { prompt: 'b', conversationId })).text()
  assert.deepEqual(
    gateway.model.requests[1]!.messages.map(({ role }) => role),
    ['user', 'assistant', 'user'],
  )
})

test('refuses what it cannot read, and says what would be right', async () => {
  await using gateway = await testGateway([], { promptLimit: 100 })
  const answers = await Promise.all(
    ['{"prompt":', {}, { prompt: ' \n' }, { prompt: 'x'.repeat(101) }, { prompt: 'x'.repeat(140_000) }].map(
      async (body) => {
        const response = await chat(gateway.url, body)
        return [response.status, ((await response.json()) as { error: { code: string } }).error.code]
      },
    ),
  )
  assert.deepEqual(answers, [
    [400, 'bad-request'],
    [400, 'bad-request'],
    [400, 'blank-prompt'],
    [400, 'prompt-too-long'],
    [413, 'too-large'],
  ])
})

test('a failure before the first token is a plain HTTP error', async () => {
  await using gateway = await testGateway([])
  const response = await chat(gateway.url, { prompt: 'Hi' })
  assert.equal(response.status, 502)
  const { error } = (await response.json()) as { error: object }
  assert.deepEqual(Object.keys(error), ['code', 'message'])
})

test('a failure after it is an error event, and the stream ends', async () => {
  await using gateway = await testGateway([[[{ type: 'text', index: 0, text: 'Half' }]]])
  const { tokens, last } = read(await (await chat(gateway.url, { prompt: 'Hi' })).text())
  assert.deepEqual(tokens, ['Half'])
  assert.equal(last.event, 'error')
  assert.equal(last.data.error.code, 'model-cut-short')
})

test('closing the request stops the run, unless it is detached', async () => {
  for (const detached of [false, true]) {
    const heard = Promise.withResolvers<void>()
    await using gateway = await testGateway([[[{ type: 'text', index: 0, text: 'Half' }], { until: heard.promise }]])
    const abort = new AbortController()
    const response = await fetch(`${gateway.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'Hi', detached }),
      signal: abort.signal,
    })
    await response.body!.getReader().read()
    const [run] = gateway.engine.active.values()
    abort.abort()
    if (detached) heard.resolve()
    await run!.over
    const { messages } = await conversation(gateway.url, run!.conversation)
    assert.equal(messages[1]?.role === 'assistant' && messages[1].status, detached ? 'failed' : 'stopped')
  }
})

test('any page may use it on a laptop, until CORS_ORIGIN names some', async () => {
  const origin = 'https://app.example.com'
  await using open = await testGateway([says('Hi')])
  assert.equal((await chat(open.url, { prompt: 'Hi' }, { origin })).headers.get('access-control-allow-origin'), '*')
  const elsewhere = await fetch(`${open.url}/v1/conversations`, { headers: { origin } })
  assert.deepEqual([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')], [403, null])
  await using closed = await testGateway([says('Hi')], { origins: ['https://other.example.com'] })
  assert.equal((await chat(closed.url, { prompt: 'Hi' }, { origin })).status, 403)
})

interface Sse {
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire
  readonly data: any
}

function read(body: string): { tokens: string[]; last: Sse } {
  const messages = body
    .split('\n\n')
    .filter((message) => message.includes('data: '))
    .map((message) => ({
      event: /^event: (.*)$/m.exec(message)?.[1] ?? 'message',
      data: JSON.parse(/^data: (.*)$/m.exec(message)![1]!),
    }))
  return {
    tokens: messages.filter(({ event }) => event === 'message').map(({ data }) => data.token),
    last: messages.at(-1)!,
  }
}
