import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Chat } from '@ai-sdk/react'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import {
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  type UIMessage,
  uiMessageChunkSchema,
} from 'ai'
import { openClerk } from './harness/clerk.ts'
import { type House, openHouse } from './harness/house.ts'
import type { Frame } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'

// `useChat` of the AI SDK, by its own `Chat` and `DefaultChatTransport`, unchanged.

const apiOf = (house: House) => `${house.url}/api/ai-sdk/chat`

function chatWith(house: House, id: string, more: Partial<ConstructorParameters<typeof Chat<UIMessage>>[0]> = {}) {
  return new Chat<UIMessage>({ id, transport: new DefaultChatTransport({ api: apiOf(house) }), ...more })
}

function wordsOf(message: UIMessage | undefined): string {
  return (message?.parts ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}

const stored = async (house: House, id: string) => (await request('GET', `${house.url}/v1/conversations/${id}`)).body

/** The chunks of one answer, each of which the AI SDK must take, and the end of the stream. */
async function chunksOf(house: House, body: object): Promise<Frame[]> {
  const { status, headers, text } = await request('POST', apiOf(house), body)
  assert.equal(status, 200, text)
  assert.match(headers.get('content-type')!, /^text\/event-stream/)
  assert.equal(headers.get('x-vercel-ai-ui-message-stream'), 'v1')
  const lines = text.split('\n\n').filter((line) => line !== '' && !line.startsWith(':'))
  assert.equal(lines.pop(), 'data: [DONE]')
  const schema = uiMessageChunkSchema()
  const chunks: Frame[] = []
  for (const line of lines) {
    const chunk = JSON.parse(line.slice('data: '.length))
    const checked = await schema.validate!(chunk)
    assert.ok(checked.success, line)
    chunks.push(chunk)
  }
  return chunks
}

const says = (text: string, id = 'u1') => ({ id, role: 'user', parts: [{ type: 'text', text }] })

describe('the AI SDK', () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  test('a message is answered, and the next one goes on', async () => {
    const chat = chatWith(house, 'sdk-talk')
    await chat.sendMessage({ text: 'My name is Philippa' })
    assert.deepEqual([chat.status, chat.error, chat.messages.length], ['ready', undefined, 2])
    await chat.sendMessage({ text: 'What is my name?' })
    assert.match(wordsOf(chat.messages[3]), /Philippa/)
    const { messages } = await stored(house, 'sdk-talk')
    assert.deepEqual(
      messages.map(({ role }: Frame) => role),
      ['user', 'assistant', 'user', 'assistant'],
    )
    assert.equal(messages[3].id, chat.messages[3]!.id)
    assert.deepEqual(Object.keys((chat.messages[3]!.metadata as Frame)['usage']), [
      'inputTokens',
      'outputTokens',
      'totalTokens',
    ])
  })

  test('every chunk is one of the AI SDK’s, whatever the agent does', async () => {
    for (const [agent, words, type] of [
      ['assistant', 'What time is it in Lima and in Tokyo?', 'tool-output-available'],
      ['strategy-builder', 'I have $5200 and want a conservative strategy', 'data-state'],
      ['tasks', 'Create an alarm called Bath', 'data-form'],
      ['predictions', 'It will snow in Bergen before Christmas', 'data-state'],
    ] as const) {
      const chunks = await chunksOf(house, { id: `sdk-${agent}`, messages: [says(words)], agent })
      assert.equal(chunks[0]!['type'], 'start')
      assert.equal(chunks.at(-1)!['type'], 'finish')
      assert.ok(
        chunks.some((chunk) => chunk['type'] === type),
        `${agent}: ${type}`,
      )
    }
  })

  test('tools are parts of the message', async () => {
    const chat = chatWith(house, 'sdk-tools')
    await chat.sendMessage({ text: 'What time is it in Nairobi?' })
    const tool = chat.messages[1]!.parts.find(({ type }) => type === 'dynamic-tool') as Frame
    assert.deepEqual([tool['toolName'], tool['state']], ['current_time', 'output-available'])
    assert.match(JSON.stringify(tool['input']), /Nairobi/)
  })

  test('the same message twice is one message', async () => {
    const body = { id: 'sdk-twice', messages: [says('Only once')] }
    assert.deepEqual(await chunksOf(house, body), await chunksOf(house, body))
    assert.equal((await stored(house, 'sdk-twice'))['messages'].length, 2)
  })

  test('an answer is made anew, and a message said differently', async () => {
    const chat = chatWith(house, 'sdk-again')
    await chat.sendMessage({ text: 'What is 6 times 7?' })
    const first = chat.messages[1]!.id
    await chat.regenerate()
    assert.notEqual(chat.messages[1]!.id, first)
    assert.equal(chat.messages.length, 2)
    await chat.sendMessage({ text: 'What is 7 times 7?', messageId: chat.messages[0]!.id })
    assert.equal(chat.messages.length, 2)
    assert.match(wordsOf(chat.messages[1]), /49/)
    const { messages } = await stored(house, 'sdk-again')
    const users = messages.filter(({ role }: Frame) => role === 'user')
    assert.deepEqual(
      users.map(({ parent }: Frame) => parent),
      [null, null],
      'a branch beside the first',
    )
  })

  test('a history that the client brings is what the answer stands on', async () => {
    const chat = chatWith(house, 'sdk-history', {
      messages: [
        { id: 'a', role: 'user', parts: [{ type: 'text', text: 'My name is Hortense' }] },
        { id: 'b', role: 'assistant', parts: [{ type: 'text', text: 'Hello Hortense!' }] },
      ],
    })
    await chat.sendMessage({ text: 'What is my name?' })
    assert.match(wordsOf(chat.messages[3]), /Hortense/)
  })

  test('what cannot be taken is an error', async () => {
    for (const body of [
      '{',
      {},
      { id: 'x' },
      { id: 'x', messages: [] },
      { id: 'x', messages: [says('  ')] },
      { id: 'x', messages: [{ id: 'a', role: 'assistant', parts: [] }] },
      {
        id: 'x',
        messages: [{ id: 'u', role: 'user', parts: [{ type: 'file', mediaType: 'image/png', url: 'data:,' }] }],
      },
      { id: 'x', messages: [says('hi')], trigger: 'dance' },
    ]) {
      const answer = await request('POST', apiOf(house), body)
      assert.equal(answer.status, 400, answer.text)
      assert.equal(typeof answer.body['error'].message, 'string')
    }
    const chat = chatWith(house, 'sdk-blank')
    await chat.sendMessage({ text: ' ' })
    assert.equal(chat.status, 'error')
    const nothing = await request('GET', `${apiOf(house)}/never-heard-of/stream`)
    assert.equal(nothing.status, 204)
  })

  test('a stream that is cut is taken up from its start, and is stopped by name', async () => {
    await using slow = await openHouse({ env: { STREAMBED_DEMO_PACE: 'natural' } })
    const chat = chatWith(slow, 'sdk-resumed')
    const asking = chat.sendMessage({ text: 'Write 2000 words about heather' })
    await until(() => wordsOf(chat.messages[1]).length > 20)
    await chat.stop() // hangs up; the run goes on
    await asking
    const seen = wordsOf(chat.messages[1])

    const other = chatWith(slow, 'sdk-resumed', { messages: chat.messages.slice(0, 1) })
    const resuming = other.resumeStream()
    await until(() => wordsOf(other.messages[1]).length > seen.length)
    assert.ok(wordsOf(other.messages[1]).startsWith(seen))
    assert.equal(other.messages[1]!.id, chat.messages[1]!.id)
    assert.equal((await request('POST', `${apiOf(slow)}/sdk-resumed/stop`)).status, 204)
    await resuming
    assert.deepEqual([other.status, other.error], ['ready', undefined])
    const { messages } = await stored(slow, 'sdk-resumed')
    assert.equal(messages[1].status, 'stopped')
    assert.equal((await request('GET', `${apiOf(slow)}/sdk-resumed/stream`)).status, 204)
  })
})

test('a failure in the middle is an error of the chat, and the words before it stay', async () => {
  const brain = scriptBrain([
    { text: ['Half of ', 'it'], faults: { type: 'exception', at: 3, name: 'validationException' } },
  ])
  await using emulator = await startEmulator({ pace: 'instant', brain })
  await using house = await openHouse({ bedrockUrl: emulator.url })
  const chat = chatWith(house, 'sdk-fails')
  await chat.sendMessage({ text: 'Go' })
  assert.equal(chat.status, 'error')
  assert.match(wordsOf(chat.messages[1]), /^Half of/)
})

test('a tool that asks first is allowed in the chat, and its answer goes on in the same message', async () => {
  await using house = await openClerk([{ blocks: ['I will pay.', { tool: 'pay', input: { euros: 5 } }] }, 'Paid.'])
  const chat = chatWith(house, 'sdk-approval', {
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
  })
  await chat.sendMessage({ text: 'Pay them' })
  const asked = chat.messages[1]!.parts.find(({ type }) => type === 'dynamic-tool') as Frame
  assert.deepEqual([asked['state'], asked['input']], ['approval-requested', { euros: 5 }])
  await chat.addToolApprovalResponse({ id: asked['approval'].id, approved: true })
  await until(() => wordsOf(chat.messages[1]).includes('Paid.') && chat.status === 'ready')
  const paid = chat.messages[1]!.parts.find(({ type }) => type === 'dynamic-tool') as Frame
  assert.deepEqual([paid['state'], paid['output']], ['output-available', { paid: 5 }])
  assert.equal(chat.messages.length, 2)
})

/** Waits for what the chat shows: it tells of no change without a page around it. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!isSo()) {
    assert.ok(Date.now() < deadline, 'it came in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
