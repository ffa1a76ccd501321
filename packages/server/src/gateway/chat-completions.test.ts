import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Conversation, StreambedError, textOf, visiblePath } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineTool } from '../agent/tool.ts'
import { INSTRUCTIONS } from '../dialects/chat-request.ts'
import { callsTools, says } from '../model/scripted.ts'
import { type Frame, type TestGateway, testGateway } from './gateway.fixture.ts'

interface Told {
  readonly status: number
  readonly headers: Headers
  readonly body: Frame
  /** Where it went. */
  readonly conversation: string
}

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const system = (content: string) => ({ role: 'system', content })

async function ask(gateway: TestGateway, messages: readonly object[], more: object = {}): Promise<Told> {
  const response = await fetch(`${gateway.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'assistant', messages, ...more }),
  })
  const { status, headers } = response
  const body = (await response.json()) as Frame
  return { status, headers, body, conversation: headers.get('x-streambed-conversation') ?? '' }
}

const opened = async ({ url }: TestGateway, id: string): Promise<Conversation> =>
  (await fetch(`${url}/v1/conversations/${id}`)).json() as Promise<Conversation>

const count = async ({ url }: TestGateway): Promise<number> =>
  ((await (await fetch(`${url}/v1/conversations`)).json()) as Frame).items.length

const path = async (gateway: TestGateway, id: string) =>
  visiblePath(await opened(gateway, id)).map(({ message, answers }) => [textOf(message), textOf(answers.at(-1)!)])

/** What the model was shown last. */
const shown = (gateway: TestGateway) =>
  gateway.model.requests
    .at(-1)!
    .messages.map(({ role, content }) => [
      role,
      content.flatMap((one) => (one.type === 'text' ? [one.text] : [])).join('|'),
    ])

test('P39: a history that was said here goes on where it was said', async () => {
  await using gateway = await testGateway([says('one'), says('two'), says('three')])
  const first = await ask(gateway, [user('a')])
  const second = await ask(gateway, [user('a'), assistant('one '), user('b\r\n')])
  const third = await ask(gateway, [user(' a'), assistant('one'), user('b'), assistant('two'), user('c')])
  assert.deepEqual([second.conversation, third.conversation], [first.conversation, first.conversation])
  assert.deepEqual(await path(gateway, first.conversation), [
    ['a', 'one'],
    ['b\r\n', 'two'],
    ['c', 'three'],
  ])
})

test('P39: another history begins another conversation with it, where it goes on', async () => {
  await using gateway = await testGateway(['one', 'two', 'three', 'four'].map((word) => says(word)))
  const { conversation } = await ask(gateway, [user('a')])
  const other = await ask(gateway, [user('a'), assistant('something else'), user('b')])
  assert.notEqual(other.conversation, conversation)
  assert.deepEqual(await path(gateway, other.conversation), [
    ['a', 'something else'],
    ['b', 'two'],
  ])
  const next = await ask(gateway, [user('a'), assistant('something else'), user('b'), assistant('two'), user('c')])
  assert.equal(next.conversation, other.conversation)
  assert.notEqual((await ask(gateway, [user('a')])).conversation, conversation, 'the first words are no history')
})

test('P39: a message said differently, or once more, opens a branch', async () => {
  await using gateway = await testGateway(['one', 'two', 'three', 'four'].map((word) => says(word)))
  const { conversation } = await ask(gateway, [user('a')])
  for (const words of ['b', 'c', 'c'])
    assert.equal((await ask(gateway, [user('a'), assistant('one'), user(words)])).conversation, conversation)
  const stored = await opened(gateway, conversation)
  assert.deepEqual(
    visiblePath(stored).map(({ versions }) => versions.length),
    [1, 3],
  )
  assert.deepEqual(shown(gateway), [
    ['user', 'a'],
    ['assistant', 'one'],
    ['user', 'c'],
  ])
})

test('P39: talks that began alike each go on in their own; those of two users and agents stay apart', async () => {
  const agents = ['assistant', 'other'].map((name) => defineAgent({ name, instructions: 'Be brief.' }))
  await using gateway = await testGateway(
    Array.from({ length: 9 }, () => says('one')),
    { agents },
  )
  const begun = [await ask(gateway, [user('a')]), await ask(gateway, [user('a')])]
  const next = [user('a'), assistant('one'), user('b')]
  const on = [await ask(gateway, next), await ask(gateway, next)]
  assert.deepEqual(
    on.map(({ conversation }) => conversation).sort(),
    begun.map(({ conversation }) => conversation).sort(),
  )
  const before = await count(gateway)
  await ask(gateway, next, { user: 'u-2' })
  await ask(gateway, next, { safety_identifier: 'u-3' })
  await ask(gateway, next, { model: 'other' })
  assert.equal(await count(gateway), before + 3)
})

test('a name leads to its conversation, whatever is told of its history', async () => {
  await using gateway = await testGateway([says('one'), says('two'), says('three')])
  const named = { metadata: { conversation: 'my-chat' } }
  const first = await ask(gateway, [user('x'), assistant('y'), user('a')], named)
  const second = await ask(gateway, [user('b')], named)
  const byId = await ask(gateway, [user('c')], { metadata: { conversation: first.conversation } })
  assert.deepEqual([second.conversation, byId.conversation], [first.conversation, first.conversation])
  assert.equal((await opened(gateway, 'my-chat')).id, first.conversation)
  assert.deepEqual(await path(gateway, 'my-chat'), [
    ['x', 'y'],
    ['a', 'one'],
    ['b', 'two'],
    ['c', 'three'],
  ])
})

test('while it is answered, the same history begins another conversation and waits for nobody', async () => {
  const gate = Promise.withResolvers<void>()
  await using gateway = await testGateway([says('one'), [{ until: gate.promise }, ...says('slow')], says('quick')])
  const first = await ask(gateway, [user('a')])
  const slow = ask(gateway, [user('a'), assistant('one'), user('b')])
  while (gateway.model.requests.length < 2) await new Promise((resolve) => setImmediate(resolve))
  const quick = await ask(gateway, [user('a'), assistant('one'), user('c')])
  assert.notEqual(quick.conversation, first.conversation)
  assert.deepEqual(shown(gateway)[1], ['assistant', 'one'])
  gate.resolve()
  assert.equal((await slow).conversation, first.conversation)
})

test('instructions are said in the user’s name, once, and again when they are others', async () => {
  await using gateway = await testGateway(['one', 'two', 'three'].map((word) => says(word)))
  const { conversation } = await ask(gateway, [system('Rhyme.'), user('a')])
  assert.equal((await opened(gateway, conversation)).title, 'a')
  await ask(gateway, [system('Rhyme.'), user('a'), assistant('one'), user('b')])
  const third = [system('In French.'), user('a'), assistant('one'), user('b'), assistant('two'), user('c')]
  assert.equal((await ask(gateway, third)).conversation, conversation)
  assert.deepEqual(shown(gateway), [
    ['user', `a|${INSTRUCTIONS}Rhyme.]`],
    ['assistant', 'one'],
    ['user', 'b'],
    ['assistant', 'two'],
    ['user', `c|${INSTRUCTIONS}In French.]`],
  ])
  assert.match(JSON.stringify(gateway.model.requests[0]!.system), /Be brief/)
  assert.doesNotMatch(JSON.stringify(gateway.model.requests.at(-1)!.system), /Rhyme|French/)
})

test('P39: what failed without a word is asked once more in its place', async () => {
  const broken = [new StreambedError('model-failed')]
  await using gateway = await testGateway([broken, says('one'), says('two'), broken, says('three')])
  const failed = await ask(gateway, [user('a')])
  assert.deepEqual(
    [failed.status, failed.body.error.code, failed.headers.get('x-should-retry')],
    [502, 'model-failed', 'true'],
  )
  const again = await ask(gateway, [user('a')])
  assert.equal(again.body.choices[0].message.content, 'one')
  assert.equal(await count(gateway), 1)
  const { messages } = await opened(gateway, again.conversation)
  assert.deepEqual(
    messages.map((one) => (one.role === 'user' ? one.parent : one.status)),
    [null, 'failed', null, 'done'],
  )
  assert.notEqual((await ask(gateway, [user('a')])).conversation, again.conversation)
  const next = [user('a'), assistant('one'), system('Rhyme.'), user('b')]
  assert.equal((await ask(gateway, next)).status, 502)
  assert.equal((await ask(gateway, next)).conversation, again.conversation)
  assert.deepEqual(shown(gateway), [
    ['user', 'a'],
    ['assistant', 'one'],
    ['user', `b|${INSTRUCTIONS}Rhyme.]`],
  ])
})

test('what cannot be taken leaves nothing behind', async () => {
  await using gateway = await testGateway([], { promptLimit: 50 })
  const history = [user('a'), assistant('one')]
  const refused = [
    await ask(gateway, [...history, user('x'.repeat(51))]),
    await ask(gateway, [system('y'.repeat(40)), ...history, user('x'.repeat(40))]),
    await ask(gateway, [...history, user(' ')]),
    await ask(gateway, [...history, user('b')], { model: 'nobody' }),
    await ask(gateway, [...history, user('b')], { n: 3 }),
  ]
  assert.deepEqual(
    refused.map(({ status, body: { error }, headers }) => [
      status,
      error.type,
      error.code,
      headers.get('x-should-retry'),
    ]),
    [
      [400, 'invalid_request_error', 'prompt-too-long', 'false'],
      [400, 'invalid_request_error', 'prompt-too-long', 'false'],
      [400, 'invalid_request_error', 'blank-prompt', 'false'],
      [404, 'invalid_request_error', 'unknown-agent', 'false'],
      [400, 'invalid_request_error', 'bad-request', 'false'],
    ],
  )
  assert.equal(await count(gateway), 0)
})

test('an image in the message is shown to the model', async () => {
  await using gateway = await testGateway([says('A dot.'), says('Still a dot.')])
  const bytes = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(200_000)])
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes.toString('base64')}` } }
  const question = user([{ type: 'text', text: 'What is it?' }, image])
  const first = await ask(gateway, [question])
  assert.equal(first.status, 200)
  const second = await ask(gateway, [question, assistant('A dot.'), user('Sure?')])
  assert.equal(second.conversation, first.conversation)
  const [told] = gateway.model.requests.at(-1)!.messages
  assert.deepEqual(told!.content.map(({ type }) => type).sort(), ['image', 'text'])
  const wrong = { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }
  assert.deepEqual((await ask(gateway, [user([wrong])])).body.error.code, 'bad-file')
})

test('a history may be longer than other requests, and has an end', async () => {
  await using gateway = await testGateway([says('one')])
  const history = Array.from({ length: 20 }, (_, i) => [user(`q${i}`), assistant('x'.repeat(10_000))]).flat()
  assert.equal((await ask(gateway, [...history, user('a')])).status, 200)
  const tooLarge = await ask(gateway, [user('x'.repeat(7_000_000))])
  assert.deepEqual([tooLarge.status, tooLarge.body.error.code], [413, 'too-large'])
})

test('a tool that asks first cannot be allowed here, which is an error that says so', async () => {
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({}),
    approval: 'always',
    run: async () => 'paid',
  })
  const agents = [defineAgent({ name: 'assistant', instructions: 'Pay.', tools: [pay] })]
  await using gateway = await testGateway([callsTools({ name: 'pay', input: {} })], { agents })
  const { status, body, headers } = await ask(gateway, [user('Pay')])
  assert.deepEqual([status, body.error.code, headers.get('x-should-retry')], [409, 'approval-needed', 'false'])
})

test('when nobody waits any more the run is stopped, and goes on with what was seen of it', async () => {
  const never = Promise.withResolvers<void>()
  for (const stream of [true, false]) {
    const half = [[{ type: 'text' as const, index: 0, text: 'Half' }], { until: never.promise }]
    await using gateway = await testGateway([half, says('on')])
    const abort = new AbortController()
    const asked = fetch(`${gateway.url}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'assistant', stream, messages: [user('Go')] }),
      signal: abort.signal,
    })
    if (stream) await (await asked).body!.getReader().read()
    else while (gateway.engine.active.size === 0) await new Promise((resolve) => setImmediate(resolve))
    const [run] = gateway.engine.active.values()
    abort.abort()
    await asked.catch(() => {})
    await run!.over
    const { messages } = await opened(gateway, run!.conversation)
    assert.equal(messages[1]?.role === 'assistant' && messages[1].status, 'stopped')
    if (!stream) continue
    const next = await ask(gateway, [user('Go'), assistant('Ha'), user('Go on')])
    assert.equal(next.conversation, run!.conversation)
  }
})
