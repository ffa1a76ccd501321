import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { test } from 'node:test'
import { MAX_REQUEST_BYTES } from '@streambed/protocol'
import { connect, testGateway } from './gateway.fixture.ts'
import { LIMITS } from './limits.ts'

const UPGRADE =
  'GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
const ping = (size: number): string => '{"type":"ping"}'.padEnd(size)
const DEEP = 100_000
/** As deep as a request can be that is whole. */
const CLOSED = 32_000

test('frames around the sizes at which their heads change are read', async () => {
  await using gateway = await testGateway([])
  await using socket = await connect(gateway.url, '/ws')
  for (const size of [125, 126, 127, 65_535, 65_536, 65_537, MAX_REQUEST_BYTES]) {
    socket.send(ping(size))
    assert.deepEqual(await socket.next(), { type: 'pong' }, `${size} bytes`)
  }
  socket.send(ping(MAX_REQUEST_BYTES + 1))
  assert.equal((await once(socket.socket, 'close'))[0], 1009)
})

test('a frame that says it will have a gibibyte is refused by its head, and takes no memory', async () => {
  await using gateway = await testGateway([])
  const socket = dial(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write(UPGRADE)
  await once(socket, 'data')
  const before = process.memoryUsage()
  const head = Buffer.from([0x81, 0x80 | 127, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4])
  socket.write(Buffer.concat([head, Buffer.alloc(1_024)]))
  const [said] = (await once(socket, 'data')) as [Buffer]
  assert.equal(said[0], 0x88, 'a close frame')
  assert.equal(said.readUInt16BE(2), 1009)
  const after = process.memoryUsage()
  assert.ok(after.external + after.heapUsed - before.external - before.heapUsed < 16 * 1024 * 1024)
  socket.destroy()
})

test('a message comes in so many fragments and no more', async () => {
  await using gateway = await testGateway([])
  for (const [count, closes] of [
    [LIMITS.fragments, false],
    [LIMITS.fragments + 1, true],
  ] as const) {
    await using socket = await connect(gateway.url, '/ws')
    const text = ping(count)
    const closed = once(socket.socket, 'close')
    for (let i = 0; i < count; i++) socket.socket.send(text[i]!, { fin: i === count - 1 })
    if (closes) assert.equal((await closed)[0], 1008)
    else assert.deepEqual(await socket.next(), { type: 'pong' })
  }
})

for (const [kind, json] of [
  ['lists that do not end', '['.repeat(DEEP)],
  ['lists', '['.repeat(CLOSED) + ']'.repeat(CLOSED)],
  ['objects', `${'{"a":'.repeat(CLOSED / 2)}1${'}'.repeat(CLOSED / 2)}`],
] as const) {
  test(`JSON of ${kind} in each other, a hundred thousand deep or as deep as fits, is answered with an error`, async () => {
    await using gateway = await testGateway([])
    await using socket = await connect(gateway.url, '/ws')
    for (const frame of [
      json,
      `{"type":"ping","requestId":${json}}`,
      `{"type":"form","requestId":"q1","conversation":"c_none","form":"o_none","action":"submit","values":{"a":${json}}}`,
      `{"type":"approve","requestId":"q2","run":"r_none","approval":"p_none","approved":true,"input":${json}}`,
    ]) {
      socket.send(frame)
      const { type, error } = await socket.next()
      assert.deepEqual([type, error.code], ['error', 'bad-request'], frame.slice(0, 60))
    }
    const made = await fetch(`${gateway.url}/v1/conversations`, { method: 'POST' })
    const { id } = (await made.json()) as { readonly id: string }
    for (const [method, path, body] of [
      ['POST', '/v1/messages', `{"requestId":"q3","text":${json}}`],
      ['POST', '/api/chat', json],
      ['PATCH', `/v1/conversations/${id}/state`, `{"revision":1,"patch":[{"op":"add","path":"/a","value":${json}}]}`],
      ['POST', `/v1/conversations/${id}/forms/o_none`, `{"requestId":"q4","action":"submit","values":{"a":${json}}}`],
      ['POST', '/v1/runs/r_none/approvals/p_none', `{"requestId":"q5","approved":true,"input":${json}}`],
    ] as const) {
      const answer = await fetch(gateway.url + path, { method, body, headers: { 'content-type': 'application/json' } })
      assert.equal(answer.status, 400, path)
    }
    socket.send({ type: 'ping' })
    assert.deepEqual(await socket.next(), { type: 'pong' }, 'the server lives')
  })
}
