import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect as dial, type Socket } from 'node:net'
import { test } from 'node:test'
import type { Owner, RunId } from '@streambed/protocol'
import { WebSocket } from 'ws'
import { says } from '../../model/scripted.ts'
import { connect, testGateway } from '../gateway.fixture.ts'
import { ORGANISATION, quotas } from './quotas.ts'

const silent = { until: new Promise(() => {}) }
const post = (url: string, path: string, body: unknown): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('a burst of requests is answered as far as the rate goes, then refused with when to come back', async () => {
  await using gateway = await testGateway([], { quota: { requestsPerMinute: 60, connections: 100 } })
  const answers = await Promise.all(Array.from({ length: 15 }, () => fetch(`${gateway.url}/v1/agents`)))
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal(refused.length, 5)
  assert.equal(refused[0]!.headers.get('retry-after'), '1')
  const { error } = (await refused[0]!.json()) as { error: { code: string; retryAfterMs: number } }
  assert.equal(error.code, 'too-many')
  assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 1_000)
  assert.equal((await fetch(`${gateway.url}/v1/health`)).status, 200, 'whoever looks after the server is answered')
})

test('frames of a socket count like requests, and the socket stays open', async () => {
  await using gateway = await testGateway([], { quota: { requestsPerMinute: 60, connections: 100 } })
  await using socket = await connect(gateway.url, '/ws')
  for (let i = 0; i < 12; i++) socket.send({ type: 'ping', requestId: `q${i}` })
  const frames = await socket.until(({ requestId }) => requestId === 'q11')
  assert.deepEqual(
    frames.map(({ type, error }) => [type, error?.code]),
    [...Array(9).fill(['pong', undefined]), ...Array(3).fill(['error', 'too-many'])], // the upgrade was one, too
  )
  assert.ok(frames.at(-1).error.retryAfterMs > 0)
})

test('a user has so many sockets and streams, and another one when one of them is closed', async () => {
  await using gateway = await testGateway([], { quota: { requestsPerMinute: 10_000, connections: 3 } })
  const sockets = await Promise.all([1, 2, 3].map(() => connect(gateway.url, '/ws')))
  const refused = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws`)
  const [, response] = (await once(refused, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage]
  assert.deepEqual([response.statusCode, response.headers['retry-after']], [429, '2'])
  response.destroy()
  assert.equal((await fetch(`${gateway.url}/v1/agents`)).status, 429)
  sockets[0]!.socket.close()
  await once(sockets[0]!.socket, 'close')
  assert.equal((await fetch(`${gateway.url}/v1/agents`)).status, 200)
  for (const { socket } of sockets) socket.terminate()
})

test('a request that is given up gives its place back', async () => {
  await using gateway = await testGateway([], { quota: { requestsPerMinute: 10_000, connections: 1 } })
  const { id } = (await (await post(gateway.url, '/v1/conversations', {})).json()) as { id: string }
  const url = `${gateway.url}/v1/conversations/${id}/events`
  for (let i = 0; i < 5; i++) {
    const stream = request(url, { headers: { accept: 'text/event-stream' } }).end()
    const [response] = (await once(stream, 'response')) as [import('node:http').IncomingMessage]
    assert.equal(response.statusCode, 200)
    stream.destroy()
    while ((await fetch(`${gateway.url}/v1/agents`)).status === 429)
      await new Promise((resolve) => setImmediate(resolve))
  }
})

test('an organisation has its own rate and places, whoever of its people takes them', () => {
  const all = quotas({ requestsPerMinute: 60, connections: 2 })
  const tooMany = { code: 'too-many' }
  const ofLab = (i: number): Owner => ({ org: 'lab', user: `u${i}` })
  const each = (times: number, deed: (owner: Owner) => void) => {
    for (let i = 0; i < times; i++) deed(ofLab(i))
  }
  assert.throws(() => each(10_000, all.spend), tooMany, 'though each of them asks for one thing')
  all.spend({ org: 'mill', user: 'u0' })

  const leaving: (() => void)[] = []
  each(ORGANISATION, (owner) => leaving.push(all.open(owner), all.open(owner)))
  assert.throws(() => all.open(ofLab(ORGANISATION)), tooMany)
  all.open({ org: 'mill', user: 'u0' })
  leaving[0]!()
  all.open(ofLab(ORGANISATION))
})

test('an address opens so many connections, whatever it says on them', async () => {
  await using gateway = await testGateway([], { quota: { requestsPerMinute: 10_000, connections: 4 } })
  const { port } = new URL(gateway.url)
  const idle: Socket[] = []
  let closed = 0
  for (let i = 0; i < 30; i++) {
    const socket = dial(Number(port), '127.0.0.1').on('error', () => {})
    socket.once('close', () => closed++)
    idle.push(socket)
  }
  while (closed < 10) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(closed, 10)
  for (const socket of idle) socket.destroy()
})

test('an address that opens two thousand connections keeps nobody else out', async () => {
  await using gateway = await testGateway([], { quota: { requestsPerMinute: 10_000, connections: 4 } })
  const port = Number(new URL(gateway.url).port)
  const flood: Socket[] = []
  let open = 0
  for (let wave = 0; wave < 5; wave++) {
    for (let i = 0; i < 400; i++, open++) {
      const socket = dial({ port, host: '127.0.0.1' }).resume()
      flood.push(socket.on('error', () => {}).once('close', () => open--))
    }
    while (open > 20) await new Promise((resolve) => setImmediate(resolve))
  }
  const from = (localAddress: string) => {
    const asked = request(`${gateway.url}/v1/agents`, { localAddress, agent: false }).end()
    return once(asked, 'response').then(([response]) => (response as IncomingMessage).statusCode)
  }
  const others = await Promise.all(['127.0.0.2', '127.0.0.3', '127.0.0.4'].map(from))
  assert.deepEqual(others, [200, 200, 200])
  await assert.rejects(from('127.0.0.1'))
  for (const socket of flood) socket.destroy()
})

test('a user has so many answers written at once, and another one when one has ended', async () => {
  const script = [[silent], [silent], says('Hello')]
  await using gateway = await testGateway(script, { runsAtOnce: 2 })
  const ask = (requestId: string) => post(gateway.url, '/v1/messages', { requestId, text: 'Hi' })
  const answers = await Promise.all(['q1', 'q2', 'q3', 'q4'].map(ask))
  const accepted = answers.filter(({ status }) => status === 202)
  assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 202, 429, 429])
  assert.equal(answers.find(({ status }) => status === 429)!.headers.get('retry-after'), '5')
  const { run } = (await accepted[0]!.json()) as { run: RunId }
  const { over } = gateway.engine.active.get(run)!
  await post(gateway.url, `/v1/runs/${run}/stop`, {})
  await over
  assert.equal((await ask('q5')).status, 202)
})
