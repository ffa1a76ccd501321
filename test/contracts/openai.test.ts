import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import OpenAI from 'openai'
import { openHouse as openHouseWithAccounts } from '../../packages/server/src/gateway/auth/house.fixture.ts'
import { says } from '../../packages/server/src/model/scripted.ts'
import { openClerk } from './harness/clerk.ts'
import { type House, openHouse } from './harness/house.ts'
import type { Frame } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'

// OpenAI's own client, with nothing but its address changed.

type Turn = OpenAI.ChatCompletionMessageParam

const clientOf = ({ url }: { readonly url: string }, apiKey = 'none') =>
  new OpenAI({ baseURL: `${url}/openai/v1`, apiKey, maxRetries: 0, timeout: 20_000 })

const user = (content: string): Turn => ({ role: 'user', content })

/** An answer by stream: its words, chunk by chunk. */
async function streamed(
  openai: OpenAI,
  messages: Turn[],
  more: { model?: string; metadata?: Record<string, string> } = {},
) {
  const stream = await openai.chat.completions.create({ model: 'assistant', messages, ...more, stream: true })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return { chunks, text: chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('') }
}

/** The conversation in whose log a run is. */
async function storedWith(house: House, run: string): Promise<Frame> {
  const { body } = await request('GET', `${house.url}/v1/conversations`)
  for (const { id } of body['items']) {
    const conversation = (await request('GET', `${house.url}/v1/conversations/${id}`)).body
    if (conversation['messages'].some((message: Frame) => message['id'] === run)) return conversation
  }
  throw new Error(`no conversation has the run ${run}`)
}

const wordsOf = (message: Frame): string =>
  message['blocks'].flatMap((block: Frame) => (block['type'] === 'text' ? [block['text']] : [])).join('\n\n')

const thrown = (asked: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  Promise.resolve(asked).then(
    () => assert.fail('it was answered'),
    (error) => error,
  )

describe('OpenAI’s client', () => {
  let house: House
  let openai: OpenAI
  before(async () => {
    house = await openHouse()
    openai = clientOf(house)
  })
  after(() => house[Symbol.asyncDispose]())

  test('the agents are the models', async () => {
    const models = await Array.fromAsync(openai.models.list())
    assert.deepEqual(models.map(({ id }) => id).sort(), ['assistant', 'predictions', 'strategy-builder', 'tasks'])
    const one = await openai.models.retrieve('assistant@us.amazon.nova-lite-v1:0')
    assert.deepEqual([one.id, one.object, one.owned_by], ['assistant@us.amazon.nova-lite-v1:0', 'model', 'streambed'])
  })

  test('a question is answered, whole', async () => {
    const answer = await openai.chat.completions.create({ model: 'assistant', messages: [user('What is 6 times 7?')] })
    const [choice] = answer.choices
    assert.match(choice!.message.content!, /42/)
    assert.deepEqual([answer.object, answer.model, choice!.finish_reason], ['chat.completion', 'assistant', 'stop'])
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60)
    const { prompt_tokens, completion_tokens, total_tokens } = answer.usage!
    assert.ok(prompt_tokens > 0 && completion_tokens > 0)
    assert.equal(total_tokens, prompt_tokens + completion_tokens)
    assert.equal(wordsOf((await storedWith(house, answer.id))['messages'][1]), choice!.message.content)
  })

  test('the deltas joined are the stored text, tools and all', async () => {
    const { chunks, text } = await streamed(openai, [user('What time is it in Lima and in Tokyo?')])
    assert.deepEqual(chunks[0]!.choices[0]!.delta.role, 'assistant')
    assert.equal(chunks.at(-1)!.choices[0]!.finish_reason, 'stop')
    assert.ok(chunks.every((chunk) => chunk.id === chunks[0]!.id && !chunk.choices[0]!.delta.tool_calls))
    const stored = await storedWith(house, chunks[0]!.id)
    assert.ok(stored['messages'][1].blocks.some(({ type }: Frame) => type === 'tool'))
    assert.equal(text, wordsOf(stored['messages'][1]))
  })

  test('its stream helper puts the answer together, with what it cost', async () => {
    const stream = openai.chat.completions.stream({
      model: 'assistant',
      messages: [user('Tell me about tides')],
      stream_options: { include_usage: true },
    })
    const pieces: string[] = []
    stream.on('content', (piece) => pieces.push(piece))
    const answer = await stream.finalChatCompletion()
    assert.equal(pieces.join(''), answer.choices[0]!.message.content)
    assert.ok((await stream.totalUsage()).total_tokens > 0)
  })

  test('several turns are one conversation, by stream or whole, with instructions beside them', async () => {
    const talk: Turn[] = [{ role: 'system', content: 'You are polite.' }]
    const runs: string[] = []
    for (const [i, words] of ['My name is Philippa', 'What is 6 times 7?', 'What is my name?'].entries()) {
      talk.push(user(words))
      if (i % 2 === 0) {
        const { chunks, text } = await streamed(openai, talk)
        talk.push({ role: 'assistant', content: text })
        runs.push(chunks[0]!.id)
      } else {
        const answer = await openai.chat.completions.create({ model: 'assistant', messages: talk })
        talk.push(answer.choices[0]!.message)
        runs.push(answer.id)
      }
    }
    assert.match(String(talk.at(-1)!.content), /Philippa/)
    const { messages, title } = await storedWith(house, runs[0]!)
    const answers = messages.filter(({ role }: Frame) => role === 'assistant').map(({ id }: Frame) => id)
    assert.deepEqual([answers, title], [runs, 'My name is Philippa'])
  })

  test('a history that was said elsewhere is what the answer stands on', async () => {
    const { text } = await streamed(openai, [
      user('My name is Hortense'),
      { role: 'assistant', content: 'Hello Hortense!' },
      user('What is my name?'),
    ])
    assert.match(text, /Hortense/)
  })

  test('a conversation that has a name needs no history, and is found by it', async () => {
    const metadata = { conversation: 'openai-named' }
    await streamed(openai, [user('My name is Winifred')], { metadata })
    const { text } = await streamed(openai, [user('What is my name?')], { metadata })
    assert.match(text, /Winifred/)
    const { body } = await request('GET', `${house.url}/v1/conversations/openai-named`)
    assert.equal(body['messages'].length, 4)
  })

  test('every agent answers', async () => {
    for (const [model, words] of [
      ['strategy-builder', 'I have $5200 and want a conservative strategy'],
      ['tasks', 'Create an alarm called Bath'],
      ['predictions', 'It will snow in Bergen before Christmas'],
    ] as const) {
      const { text, chunks } = await streamed(openai, [user(words)], { model })
      assert.ok(text.length > 10, model)
      assert.equal(chunks.at(-1)!.choices[0]!.finish_reason, 'stop')
    }
  })

  test('another model of Bedrock answers when it is asked for', async () => {
    const model = 'assistant@us.amazon.nova-lite-v1:0'
    const { chunks } = await streamed(openai, [user('Hello')], { model })
    assert.equal(chunks[0]!.model, model)
    assert.equal((await storedWith(house, chunks[0]!.id))['messages'][1].model, 'us.amazon.nova-lite-v1:0')
  })

  test('what cannot be taken is one of its errors', async () => {
    const create = (more: object) =>
      thrown(openai.chat.completions.create({ model: 'assistant', messages: [user('Hi')], ...more }))
    const unknown = await create({ model: 'gpt-4o' })
    assert.ok(unknown instanceof OpenAI.NotFoundError)
    assert.deepEqual([unknown.code, unknown.type], ['unknown-agent', 'invalid_request_error'])
    assert.ok((await thrown(openai.models.retrieve('gpt-4o'))) instanceof OpenAI.NotFoundError)
    for (const more of [
      { messages: [] },
      { messages: [user(' ')] },
      { messages: [{ role: 'assistant', content: 'Hi' }] },
      { n: 2 },
      { stop: 'END' },
      { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] },
      { response_format: { type: 'json_object' } },
      { model: '' },
    ]) {
      const error = await create(more)
      assert.ok(error instanceof OpenAI.BadRequestError, JSON.stringify(more))
      assert.match(error.message, /\w+ \w+/)
    }
    const { response } = await openai.chat.completions
      .create({ model: 'assistant', messages: [user('Hi')], temperature: 0.2 })
      .withResponse()
    assert.equal(response.headers.get('x-streambed-ignored'), 'temperature')
  })

  test('ending the stream stops the run', async () => {
    await using slow = await openHouse({ env: { STREAMBED_DEMO_PACE: 'natural' } })
    const stream = await clientOf(slow).chat.completions.create({
      model: 'assistant',
      messages: [user('Write 2000 words about heather')],
      stream: true,
    })
    let run = ''
    for await (const chunk of stream) {
      run = chunk.id
      break
    }
    const { id } = await storedWith(slow, run)
    const events = await request('GET', `${slow.url}/v1/conversations/${id}/events?after=0&wait=10`)
    let all: Frame[] = events.body['events']
    while (!all.some(({ type }) => type === 'run-end')) {
      const page = await request('GET', `${slow.url}/v1/conversations/${id}/events?after=${all.at(-1)!['seq']}&wait=10`)
      assert.ok(page.body['events'].length > 0, 'it ended in time')
      all = page.body['events']
    }
    assert.equal(all.find(({ type }) => type === 'run-end')!['reason'], 'stopped')
  })
})

test('a failure before the first word has its status, one in the middle is thrown by the stream', async () => {
  const brain = scriptBrain([
    { text: ['Half of ', 'it'], faults: { type: 'exception', at: 3, name: 'validationException' } },
    { text: ['x'], faults: { type: 'exception', at: 0, name: 'validationException' } },
  ])
  await using emulator = await startEmulator({ pace: 'instant', brain })
  await using house = await openHouse({ bedrockUrl: emulator.url })
  const openai = clientOf(house)
  const stream = await openai.chat.completions.create({ model: 'assistant', messages: [user('Go')], stream: true })
  let text = ''
  const middle = await thrown(
    (async () => {
      for await (const { choices } of stream) text += choices[0]!.delta.content ?? ''
    })(),
  )
  assert.match(text, /^Half of/)
  assert.ok(middle instanceof OpenAI.APIError)
  assert.deepEqual([typeof middle.code, typeof middle.type, middle.status], ['string', 'string', undefined])
  const first = await thrown(
    openai.chat.completions.create({ model: 'assistant', messages: [user('Go')], stream: true }),
  )
  assert.ok(first instanceof OpenAI.APIError)
  assert.ok(first.status! >= 400)
})

test('too much at once is a rate limit, with when to come back', async () => {
  await using house = await openHouse({ env: { STREAMBED_REQUESTS_PER_MINUTE: '1' } })
  const openai = clientOf(house)
  const errors = []
  for (let i = 0; i < 8; i++) errors.push(await openai.models.list().catch((error) => error))
  const limited = errors.find((error) => error instanceof OpenAI.RateLimitError)
  assert.ok(limited)
  assert.deepEqual([limited.code, limited.type], ['too-many', 'rate_limit_error'])
  assert.ok(Number(limited.headers.get('retry-after')) > 0)
})

test('a tool that asks first cannot be allowed here: the error says where', async () => {
  await using house = await openClerk([
    { blocks: [{ tool: 'pay', input: { euros: 5 } }] },
    { blocks: ['I will pay.', { tool: 'pay', input: { euros: 5 } }] },
  ])
  const openai = new OpenAI({ baseURL: `${house.url}/openai/v1`, apiKey: 'none' }) // which tries again by itself
  const asked = await thrown(openai.chat.completions.create({ model: 'clerk', messages: [user('Pay them')] }))
  assert.deepEqual([asked.status, asked.code], [409, 'approval-needed'])
  const stream = await thrown(streamed(openai, [user('Pay the others')], { model: 'clerk' }))
  assert.deepEqual([stream.code, /web app/.test(stream.message)], ['approval-needed', true])
  const { body } = await request('GET', `${house.url}/v1/conversations`)
  assert.equal(body['items'].length, 2, 'it did not try again')
})

test('an API key of Streambed is the key', async () => {
  await using house = await openHouseWithAccounts({ answers: [says('Hello Ada')] })
  const ada = await house.join('local', 'owner', 'ada')
  const ask = (key: string) =>
    clientOf(house, key).chat.completions.create({ model: 'assistant', messages: [user('Hi')] })
  const wrong = await thrown(ask('sk-not-of-here'))
  assert.ok(wrong instanceof OpenAI.AuthenticationError)
  assert.deepEqual([wrong.code, wrong.type], ['unauthorized', 'authentication_error'])
  const reading = await thrown(ask(await house.keyOf(ada, ['read'])))
  assert.ok(reading instanceof OpenAI.PermissionDeniedError)
  const answer = await ask(await house.keyOf(ada, ['read', 'write']))
  assert.equal(answer.choices[0]!.message.content, 'Hello Ada')
})
