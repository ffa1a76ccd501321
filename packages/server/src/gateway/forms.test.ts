import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineTool } from '../agent/tool.ts'
import { callsTools, says } from '../model/scripted.ts'
import { connect, type Frame, type TestGateway, testGateway } from './gateway.fixture.ts'

const rent = defineTool({
  name: 'rent_boat',
  description: 'Rents a boat.',
  form: true,
  input: z.object({ hours: z.int().min(1) }),
  run: async ({ hours }) => `For ${hours} hours.`,
})
const harbour = defineAgent({ name: 'harbour', instructions: 'Rent boats.', tools: [rent] })

async function post(gateway: TestGateway, path: string, body: object): Promise<Frame> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

/** A conversation with an open form. */
async function withForm(
  gateway: TestGateway,
): Promise<{ readonly path: string; readonly conversation: string; readonly form: string }> {
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'ask', text: 'A boat' })
  const { conversation } = await socket.next()
  socket.send({ type: 'follow', conversation })
  const { form } = await socket.next(({ type }) => type === 'form-request')
  await socket.next(({ type }) => type === 'run-end')
  return { path: `/v1/conversations/${conversation}/forms/${form}`, conversation, form }
}

const asks = [callsTools({ name: 'rent_boat', input: {} }), says('For how long?')]

test('a form is sent over HTTP: wrong values are refused, right ones start a run, once', async () => {
  await using gateway = await testGateway([...asks, says('Ahoy.')], { agents: [harbour] })
  const { path, conversation, form } = await withForm(gateway)
  const wrong = await post(gateway, path, { requestId: 'one', values: { hours: 0 } })
  assert.deepEqual([wrong.status, wrong.error.code], [422, 'form-refused'])
  const right = await post(gateway, path, { requestId: 'two', action: 'submit', values: { hours: 3 } })
  assert.deepEqual(
    [right.status, right.conversation, right.form, typeof right.run],
    [202, conversation, form, 'string'],
  )
  assert.deepEqual(await post(gateway, path, { requestId: 'two', values: { hours: 3 } }), right)
  assert.equal((await post(gateway, path, { requestId: 'three', values: { hours: 4 } })).error.code, 'form-closed')
  assert.equal((await post(gateway, `${path}x`, { requestId: 'four' })).error.code, 'not-found')
  assert.equal((await post(gateway, path, { requestId: 'five', action: 'burn' })).error.code, 'bad-request')
})

test('what is wrong inside a group of fields is said in our words, too', async () => {
  const send = defineTool({
    name: 'send_parcel',
    description: 'Sends a parcel.',
    form: true,
    input: z.object({ to: z.string(), address: z.object({ street: z.string(), zip: z.string().min(4) }) }),
    run: async () => 'Sent.',
  })
  const post = defineAgent({ name: 'post', instructions: 'Send parcels.', tools: [send] })
  const asks = callsTools({ name: 'send_parcel', input: { to: 'Ada', address: { street: 'Main' } } })
  await using gateway = await testGateway([asks, says('Where to?')], { agents: [post] })
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'send', requestId: 'ask', text: 'A parcel' })
  const { conversation } = await socket.next()
  socket.send({ type: 'follow', conversation })
  const { values, missing, errors } = await socket.next(({ type }) => type === 'form-request')
  assert.deepEqual(
    { values, missing, errors },
    { values: { to: 'Ada' }, missing: [], errors: [{ field: 'address.zip', message: 'This is needed.' }] },
  )
})

test('a form is sent and cancelled by frames of the native dialect', async () => {
  await using gateway = await testGateway([...asks, ...asks, says('Ahoy.')], { agents: [harbour] })
  const one = await withForm(gateway)
  await using socket = await connect(gateway.url, '/ws')
  const frame = ({ conversation, form }: typeof one) => ({ type: 'form', conversation, form })
  socket.send({ ...frame(one), requestId: 'a', action: 'submit', values: { hours: 'many' } })
  const refused = await socket.next()
  assert.deepEqual([refused.type, refused.requestId, refused.error.code], ['error', 'a', 'form-refused'])
  socket.send({ ...frame(one), requestId: 'b', action: 'cancel' })
  const cancelled = await socket.next()
  assert.deepEqual(
    [cancelled.type, cancelled.requestId, cancelled.form, cancelled.run],
    ['ack', 'b', one.form, undefined],
  )
})
