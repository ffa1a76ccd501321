import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineOutput } from '../agent/output/output.ts'
import type { ModelMessage } from '../model/model.ts'
import { type ScriptedAnswer, type ScriptedStep, says } from '../model/scripted.ts'
import { connect, type Frame, testGateway } from './gateway.fixture.ts'

const Plan = z.object({ name: z.string(), steps: z.array(z.object({ id: z.string() })) })
const plan = { name: 'Go', steps: [{ id: 'a' }, { id: 'b' }] }
const agents = [
  defineAgent({
    name: 'strategy-builder',
    instructions: 'Plan.',
    output: defineOutput({ name: 'plan', schema: Plan }),
  }),
]
/** A character at a time: what could be cut is cut. */
const writes = (words: string, data?: string): ScriptedAnswer =>
  says(...`<user_message>${words}</user_message>${data === undefined ? '' : `<backend>${data}</backend>`}`)
const textOf = ({ content }: ModelMessage): string =>
  content.map((part) => (part.type === 'text' ? part.text.replace(/\n?<\/?\w+>\n?/g, '') : part.type)).join('')
const isResponse = ({ type }: Frame): boolean => type === 'response'

test('a client that keeps the history itself goes on where just that was said, and else begins anew with it', async () => {
  const answers = ['One.', 'Two.', 'Three.', 'Four.'].map((words) => writes(words))
  await using gateway = await testGateway(answers, { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  await socket.next()
  const user = (content: string) => ({ role: 'user', content })
  const assistant = (content: string) => ({ role: 'assistant', content })
  const ask = async (...messages: readonly object[]): Promise<string> => {
    socket.send({ messages })
    return (await socket.until(isResponse)).at(-1)!.conversation_id
  }
  const first = await ask(user('A'))
  assert.equal(await ask(user('A'), assistant('One, in its own words.'), user('B')), first)
  const second = await ask(user('C'))
  assert.notEqual(second, first)
  const third = await ask(user('never answered'), user('X'), assistant('Y'), user('D'))
  assert.equal(new Set([first, second, third]).size, 3)
  const shown = gateway.model.requests.map(({ messages }) => messages.map(textOf).join('|'))
  assert.deepEqual(shown, ['A', 'A|One.|B', 'C', 'X|Y|D'])
})

test('words stream, the plan grows, and both come whole in the response', async () => {
  await using gateway = await testGateway([writes('Here it is.', JSON.stringify(plan))], { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  const { type, conversation_id } = await socket.next()
  assert.equal(type, 'connected')
  socket.send({ message: 'Plan it' })
  const frames = await socket.until(isResponse)
  assert.equal(frames.flatMap((frame) => (frame.type === 'stream' ? [frame.content] : [])).join(''), 'Here it is.')
  const strategies = frames.filter(({ type }) => type === 'strategy')
  assert.deepEqual(strategies.at(-1), { type: 'strategy', strategy_json: plan, partial: true })
  assert.ok(strategies.length >= 3)
  assert.deepEqual(frames.at(-1), {
    type: 'response',
    user_message: 'Here it is.',
    strategy_json: plan,
    conversation_id,
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  })
})

test('goes on with a conversation, from the same socket or another, and without a plan in the answer keeps the last', async () => {
  await using gateway = await testGateway([writes('One', JSON.stringify(plan)), writes('Two'), writes('Three')], {
    agents,
  })
  await using first = await connect(gateway.url, '/ws/chat')
  const { conversation_id } = await first.next()
  first.send({ message: 'a' })
  await first.next(isResponse)
  first.send({ message: 'b' })
  assert.deepEqual((await first.next(isResponse)).strategy_json, plan)
  await using second = await connect(gateway.url, '/ws/chat')
  second.send({ message: 'c', conversation_id })
  const response = await second.next(isResponse)
  assert.deepEqual([response.user_message, response.conversation_id], ['Three', conversation_id])
  assert.equal(gateway.model.requests[2]!.messages.length, 5)
})

test('a client may bring its history along', async () => {
  await using gateway = await testGateway([writes('Hello Ada')], { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  socket.send({
    messages: [
      { role: 'user', content: 'My name is Ada' },
      { role: 'assistant', content: 'Noted' },
      { role: 'user', content: 'Who am I?' },
    ],
  })
  assert.equal((await socket.next(isResponse)).user_message, 'Hello Ada')
  const said = gateway.model.requests[0]!.messages.map(({ content }) => content[0]!)
  assert.deepEqual(
    said.map((content) => content.type === 'text' && content.text),
    ['My name is Ada', '<user_message>\nNoted\n</user_message>', 'Who am I?'],
  )
})

test('a plan that never fits is null, after an error that says so; the words are kept', async () => {
  const broken = '{"name": 1, "steps": []}'
  await using gateway = await testGateway([writes('Look', broken), writes('Sorry', broken)], { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  socket.send({ message: 'Plan it' })
  const frames = await socket.until(isResponse)
  assert.equal(frames.find(({ type }) => type === 'error')!.code, 'output-invalid')
  assert.deepEqual([frames.at(-1).user_message, frames.at(-1).strategy_json], ['Look', null])
})

test('a plan that the token limit cuts is null, after an error that says that it was too long', async () => {
  const cut = (writes('Look', JSON.stringify(plan)) as ScriptedStep[]).slice(0, -20)
  await using gateway = await testGateway([[...cut, [{ type: 'end', stopReason: 'max_tokens' }]]], { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  socket.send({ message: 'Plan it' })
  const frames = await socket.until(isResponse)
  assert.match(frames.find(({ type }) => type === 'error')!.message, /too long/)
  assert.ok(frames.every(({ type, strategy_json }) => type !== 'strategy' || strategy_json !== null))
  assert.deepEqual([frames.at(-1).user_message, frames.at(-1).strategy_json], ['Look', null])
})

test('a guardrail that takes the words back leaves nothing of the plan, and no word of one that does not fit', async () => {
  const said = (writes('Bad', JSON.stringify(plan)) as ScriptedStep[]).slice(0, -2)
  const blocked: ScriptedStep[] = [
    ...said,
    [
      { type: 'retract', replacement: 'No.' },
      { type: 'end', stopReason: 'guardrail_intervened' },
    ],
  ]
  await using gateway = await testGateway([blocked], { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  socket.send({ message: 'Plan it' })
  const frames = await socket.until(isResponse)
  assert.equal(
    frames.find(({ type }) => type === 'error'),
    undefined,
  )
  assert.deepEqual([frames.at(-1).user_message, frames.at(-1).strategy_json], ['No.', null])
})

test('messages sent while an answer runs wait their turn', async () => {
  await using gateway = await testGateway(
    ['1', '2', '3'].map((words) => writes(words)),
    { agents },
  )
  await using socket = await connect(gateway.url, '/ws/chat')
  for (const message of ['a', 'b', 'c']) socket.send({ message })
  const order: string[] = []
  while (order.length < 6) {
    const frame = await socket.next(({ type }) => type === 'stream' || type === 'response')
    order.push(frame.content ?? `response ${frame.user_message}`)
  }
  assert.deepEqual(order, ['1', 'response 1', '2', 'response 2', '3', 'response 3'])
})

test('eight messages at once are eight answers, and what is wrong between them is said in its turn', async () => {
  const words = ['1', '2', '3', '4', '5', '6', '7', '8']
  const answers = words.map((said) => writes(said))
  await using gateway = await testGateway(answers, { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  for (const message of words) {
    socket.send({ message })
    if (message === '2') socket.send('not json')
    if (message === '5') socket.send({ message: '  ' })
  }
  const told: string[] = []
  while (told.length < 10) {
    const frame = await socket.next(({ type }) => type === 'response' || type === 'error')
    told.push(frame.code ?? frame.user_message)
  }
  assert.deepEqual(told, ['1', '2', 'bad-request', '3', '4', '5', 'blank-prompt', '6', '7', '8'])
})

test('what cannot be read gets an error, and the connection stays open', async () => {
  await using gateway = await testGateway([writes('Fine')], { agents })
  await using socket = await connect(gateway.url, '/ws/chat')
  await socket.next()
  for (const [frame, code] of [
    ['not json', 'bad-request'],
    [{ msg: 'typo' }, 'bad-request'],
    [{ message: '   ' }, 'blank-prompt'],
    [{ messages: [] }, 'bad-request'],
    [{ messages: [{ role: 'assistant', content: 'me' }] }, 'bad-request'],
  ] as const) {
    socket.send(frame)
    const { type, code: actual, message } = await socket.next()
    assert.deepEqual([type, actual, typeof message], ['error', code, 'string'])
  }
  socket.send({ message: 'Hi' })
  assert.equal((await socket.next(isResponse)).user_message, 'Fine')
})
