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
