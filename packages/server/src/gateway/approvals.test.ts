import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineTool } from '../agent/tool.ts'
import { callsTools, says } from '../model/scripted.ts'
import { connect, type Frame, type TestGateway, testGateway } from './gateway.fixture.ts'

const post = defineTool({
  name: 'post',
  description: 'Posts a letter.',
  input: z.object({ text: z.string().min(1) }),
  approval: () => 'It cannot be taken back.',
  run: async ({ text }) => `Posted: ${text}`,
})
const clerk = defineAgent({ name: 'clerk', instructions: 'You write letters.', tools: [post] })
const open = () =>
  testGateway([callsTools({ name: 'post', input: { text: 'Hi' } }), says('Done.')], { agents: [clerk] })
const is = (type: string) => (frame: Frame) => frame.type === type

async function answer(gateway: TestGateway, { run, approval }: Frame, body: object): Promise<[number, Frame]> {
  const response = await fetch(`${gateway.url}/v1/runs/${run}/approvals/${approval}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return [response.status, await response.json()]
}

test('an approval that is asked for on a socket is answered on it', async () => {
  await using gateway = await open()
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'q1', text: 'Write' })
  const { conversation, run } = await socket.next()
  socket.send({ type: 'follow', conversation, after: 0 })
  const request = await socket.next(is('approval-request'))
  const { approval, call, name, input, reason } = request
  assert.deepEqual([call, name, input, reason], ['call-1', 'post', { text: 'Hi' }, 'It cannot be taken back.'])
  await socket.next(is('run-park'))

  socket.send({ type: 'approve', requestId: 'q2', run, approval, approved: true, input: { text: 'Dear Bo' } })
  const frames = await socket.until(is('run-end'))
  const ack = frames.find(is('ack'))
  assert.deepEqual([ack.requestId, ack.run, ack.conversation], ['q2', run, conversation])
  const told = frames.find(is('approval-answer'))
  assert.deepEqual([told.approved, told.input, told.by], [true, { text: 'Dear Bo' }, 'local'])
  assert.equal(frames.find(is('tool-result')).output, 'Posted: Dear Bo')

  socket.send({ type: 'approve', requestId: 'q3', run, approval, approved: false })
  const { requestId, error } = await socket.next()
  assert.deepEqual([requestId, error.code], ['q3', 'approval-closed'])
})

test('a client that cannot be asked is told where to answer, and that is all it hears', async () => {
  await using gateway = await open()
  await using socket = await connect(gateway.url, '/ws/dashboard')
  const data = { sessionId: 'desk', message: 'Write', streaming: true }
  socket.send({ id: 'd1', type: 'chat.send_message', data })
  const refused = await socket.next(is('chat.error'))
  assert.deepEqual([refused.id, refused.data.sessionId, refused.data.code], ['d1', 'desk', 'approval-needed'])
  assert.match(refused.data.message, /web app/)

  socket.send({ id: 'd2', type: 'chat.stop', data: { sessionId: 'desk' } })
  socket.send({ id: 'd3', type: 'chat.send_message', data: { ...data, message: 'Leave it' } })
  const [done] = (await socket.until(is('chat.message_complete'))).slice(-1)
  assert.equal(done.id, 'd3')
})

test('a stream of tokens ends where people must be asked, and its run waits on', async () => {
  await using gateway = await testGateway(
    [[...says('One moment.').slice(0, 1), ...callsTools({ name: 'post', input: { text: 'Hi' } })], says('Done.')],
    { agents: [clerk] },
  )
  const response = await fetch(`${gateway.url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'Write' }),
  })
  const text = await response.text()
  const said = /^data: {"token":"One moment\."}\n\nevent: error\ndata: (.*)\n\n$/.exec(text)?.[1]
  assert.equal(JSON.parse(said ?? text).error.code, 'approval-needed')
  const get = async (path: string): Promise<Frame> => await (await fetch(`${gateway.url}/v1/${path}`)).json()
  const [{ id }] = (await get('conversations'))['items']
  assert.equal((await get(`conversations/${id}`))['messages'].at(-1).status, 'parked')
})

test('or from another device, over HTTP', async () => {
  await using gateway = await open()
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'q1', text: 'Write' })
  const { conversation } = await socket.next()
  socket.send({ type: 'follow', conversation, after: 0 })
  const request = await socket.next(is('approval-request'))
  const [bad, { error }] = await answer(gateway, request, { approved: true, input: { text: '' } })
  assert.deepEqual([bad, error.code], [400, 'bad-request'])
  assert.match(error.message, /text/)
  assert.equal((await answer(gateway, request, { input: {} }))[0], 400)
  assert.equal((await answer(gateway, { ...request, approval: 'p_other' }, { approved: true }))[0], 404)

  const [status, body] = await answer(gateway, request, { approved: false, requestId: 'q9' })
  assert.deepEqual([status, body.run, body.conversation], [202, request.run, conversation])
  const frames = await socket.until(is('run-end'))
  assert.match(frames.find(is('tool-result')).error, /the user does not allow it/)
  assert.equal((await answer(gateway, request, { approved: false }))[0], 202)
  assert.equal((await answer(gateway, request, { approved: true }))[0], 409)
})
