import assert from 'node:assert/strict'
import { test } from 'node:test'
import predictionsAgent from '../../../../agents/predictions/index.ts'
import { callsTools, type ScriptedAnswer, says } from '../model/scripted.ts'
import { connect, type Frame, testGateway } from './gateway.fixture.ts'

const prediction = {
  prediction_statement: 'Copper trades above 12,000 dollars a tonne before 1 October 2028.',
  verification_date: '2028-09-30T14:59:59Z',
  date_reasoning: 'The last second of 30 September 2028 in Asia/Tokyo.',
  verification_method: { source: ['LME'], criteria: ['Above 12,000'], steps: ['Look it up'] },
  initial_status: 'pending',
}
const writes = (words: string, data: unknown = prediction): ScriptedAnswer =>
  says(`<user_message>${words}</user_message><back`, `end>${JSON.stringify(data)}</backend>`)
const isEnd = ({ type }: Frame) => type === 'complete' || type === 'error'
const STATUS = { type: 'status', content: 'Processing your prediction with AI agent...' }

async function room(answers: readonly ScriptedAnswer[], path = '/ws/calls', promptLimit?: number) {
  const server = await testGateway(answers, {
    agents: [predictionsAgent],
    ...(promptLimit === undefined ? {} : { promptLimit }),
  })
  const socket = await connect(server.url, path)
  return {
    server,
    socket,
    async [Symbol.asyncDispose]() {
      await socket[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

for (const path of ['/ws/calls', '/ws']) {
  test(`${path}: a call is answered by status, words, tools and the prediction`, async () => {
    await using home = await room(
      [
        [
          says('Let me see what day it is.')[0]!,
          ...callsTools({ name: 'current_time', input: { zone: 'Asia/Tokyo' } }),
        ],
        writes('It will be checked at the LME.'),
      ],
      path,
    )
    const { socket, server } = home
    socket.send({ action: 'makecall', prompt: 'Copper over 12k before October 2028', timezone: 'Asia/Tokyo' })
    const frames = await socket.until(isEnd)
    assert.deepEqual(frames[0], STATUS)
    const tools = frames.filter(({ type }) => type === 'tool')
    assert.deepEqual(tools, [{ type: 'tool', name: 'current_time', input: { zone: 'Asia/Tokyo' } }])
    const words = frames.filter(({ type }) => type === 'text').map(({ content }) => content)
    assert.equal(words.join(''), 'Let me see what day it is.\n\nIt will be checked at the LME.')
    assert.deepEqual(JSON.parse(frames.at(-1).content), prediction)
    assert.match(JSON.stringify(server.model.requests[0]!.messages), /time zone is Asia\/Tokyo/)
    const { items } = await server.engine.store.list({ org: 'local', user: 'local' }, { limit: 5 })
    assert.deepEqual(
      items.map(({ agent }) => agent),
      ['predictions'],
    )
  })
}

test('calls are answered one after the other, failures in their turn', async () => {
  await using home = await room([writes('One.'), writes('Two.')])
  const { socket } = home
  const call = (prompt: string) => socket.send({ action: 'makecall', prompt })
  call('First')
  socket.send({ action: 'dance' })
  call('   ')
  socket.send('{"action": "makecall", ')
  call('Second')
  const frames = [
    ...(await socket.until(({ type }) => type === 'complete')),
    ...(await socket.until(({ type }) => type === 'complete')),
  ]
  assert.deepEqual(
    frames.map(({ type, content, code }) => code ?? (type === 'text' ? content : type)),
    ['status', 'One.', 'complete', 'unknown-action', 'blank-prompt', 'bad-request', 'status', 'Two.', 'complete'],
  )
})

test('what cannot be a call is refused, and the socket stays', async () => {
  await using home = await room([writes('Good.')], '/ws/calls', 50)
  const { socket } = home
  const refusals: [frame: object | string, code: string][] = [
    ['no json', 'bad-request'],
    [{ action: 'makecall', prompt: 'x'.repeat(51) }, 'prompt-too-long'],
    [{ action: 'makecall', prompt: '' }, 'blank-prompt'],
    [{ action: 'makecall' }, 'bad-request'],
    [{ action: 'makecall', prompt: 'Rain', timezone: 'Oslo' }, 'bad-request'],
    [{ prompt: 'Rain' }, 'bad-request'],
    [{ action: 'listcalls' }, 'unknown-action'],
  ]
  for (const [frame, code] of refusals) {
    socket.send(frame)
    const answer = await socket.next()
    assert.deepEqual([Object.keys(answer), answer.type, answer.code], [['type', 'message', 'code'], 'error', code])
  }
  socket.send({ action: 'makecall', prompt: 'Rain in Bergen' })
  assert.equal((await socket.until(isEnd)).at(-1).type, 'complete')
})

test('a prediction that does not fit, even when asked to mend it, is an error that says so', async () => {
  const wrong = { ...prediction, verification_date: 'some day' }
  await using home = await room([writes('Here.', wrong), writes('', wrong)])
  const { socket } = home
  socket.send({ action: 'makecall', prompt: 'Copper over 12k some day' })
  assert.equal((await socket.until(isEnd)).at(-1).code, 'output-invalid')
})

test('a model that asks back is heard, and the call ends without a prediction', async () => {
  await using home = await room([says('<user_message>What will happen?</user_message>')])
  const { socket } = home
  socket.send({ action: 'makecall', prompt: 'asdf' })
  const [status, words, end] = await socket.until(isEnd)
  assert.deepEqual([status, words], [STATUS, { type: 'text', content: 'What will happen?' }])
  assert.equal(end.code, 'output-missing')
})
