import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatRequest, INSTRUCTIONS, readChatRequest } from './chat-request.ts'

const user = (content: unknown) => ({ role: 'user', content })
const read = (body: object) => readChatRequest(ChatRequest.parse({ model: 'guide', messages: [user('Hi')], ...body }))
const turnsOf = (...messages: object[]) =>
  read({ messages }).turns.map(({ role, content }) => [role[0], content] as const)

test('a plain request is its agent and its turns', () => {
  assert.deepEqual(read({}), {
    agent: 'guide',
    model: undefined,
    name: undefined,
    user: undefined,
    turns: [{ role: 'user', content: 'Hi', files: [] }],
    instructions: undefined,
    ignored: [],
  })
})

test('a model of Bedrock may stand behind the agent’s name', () => {
  const { agent, model } = read({ model: 'guide@arn:aws:bedrock:eu-west-1:1:inference-profile/eu.a@b' })
  assert.deepEqual([agent, model], ['guide', 'arn:aws:bedrock:eu-west-1:1:inference-profile/eu.a@b'])
})

test('what one side says in several messages is one turn, and parts are paragraphs', () => {
  assert.deepEqual(
    turnsOf(
      user('A'),
      { role: 'system', content: 'Between' },
      user([
        { type: 'text', text: 'B' },
        { type: 'text', text: ' C' },
      ]),
      { role: 'assistant', content: null },
      { role: 'assistant', content: [{ type: 'text', text: 'D' }] },
      user('  E'),
    ),
    [
      ['u', 'A\n\nB\n\nC'],
      ['a', 'D'],
      ['u', '  E'],
    ],
  )
})

test('instructions of all kinds are one text, which says whose it is', () => {
  const messages = [{ role: 'system', content: 'Rhyme.' }, user('Hi'), { role: 'developer', content: 'In French.' }]
  const { instructions } = read({ messages: [...messages, user('Go')] })
  assert.equal(instructions, `${INSTRUCTIONS}Rhyme.\n\nIn French.]`)
  assert.equal(read({ messages: [{ role: 'system', content: ' ' }, user('Hi')] }).instructions, undefined)
})

test('files travel in the message', () => {
  const png = { type: 'image_url', image_url: { url: 'data:image/PNG;base64,QUJD' } }
  const pdf = { type: 'file', file: { file_data: 'data:application/pdf;base64,REVG', filename: 'a/b.pdf' } }
  assert.deepEqual(read({ messages: [user([png, pdf])] }).turns, [
    {
      role: 'user',
      content: '',
      files: [
        { mediaType: 'image/png', name: 'file.png', base64: 'QUJD' },
        { mediaType: 'application/pdf', name: 'a b.pdf', base64: 'REVG' },
      ],
    },
  ])
})

test('what has no effect is told, and what was not asked for is not', () => {
  const { ignored } = read({ temperature: 0, max_tokens: 5, seed: null, stop: [], n: 1, tools: [], somethingNew: 1 })
  assert.deepEqual(ignored, ['max_tokens', 'temperature'])
  assert.deepEqual(read({ response_format: { type: 'text' }, tools: [{}], tool_choice: 'none' }).ignored, [])
})

for (const [what, body, why] of [
  ['several answers', { n: 2 }, /n must be 1/],
  ['tools of the client', { tools: [{ type: 'function' }] }, /Leave out tools/],
  ['functions of the client', { functions: [{ name: 'f' }] }, /Leave out functions/],
  ['JSON alone', { response_format: { type: 'json_object' } }, /response_format must be text/],
  ['words that end it', { stop: ['END'] }, /stop has no effect/],
  ['logprobs', { logprobs: true }, /logprobs/],
  ['sound', { audio: { voice: 'a' } }, /audio/],
  ['no question', { messages: [user('Hi'), { role: 'assistant', content: 'Yes?' }] }, /last message must be/],
  ['instructions alone', { messages: [{ role: 'system', content: 'Rhyme.' }] }, /last message must be/],
  ['a blank question', { messages: [user(' \n')] }, /is empty/],
  ['a tool’s result', { messages: [user('Hi'), { role: 'tool', content: '1' }] }, /role tool/],
  ['a call', { messages: [{ role: 'assistant', tool_calls: [{}] }, user('Hi')] }, /Leave out tool_calls/],
  ['another role', { messages: [{ role: 'narrator', content: 'Once' }] }, /of the role system/],
  ['an address', { messages: [user([{ type: 'image_url', image_url: { url: 'https://x/a.png' } }])] }, /data: URLs/],
  ['a file by its id', { messages: [user([{ type: 'file', file: { file_id: 'f' } }])] }, /data: URLs/],
  ['sound in a message', { messages: [user([{ type: 'input_audio' }])] }, /of the type text/],
] as const) {
  test(`${what} is refused`, () => assert.throws(() => read(body), why))
}
