import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { test } from 'node:test'
import { connect, type TestGateway, testGateway } from './gateway.fixture.ts'

// Real connections that send a byte now and then. Where the server waits for seconds, it waits for a tenth of one here.
const patience = { head: 300, request: 600, look: 50, message: 300 }
const MANY = 100
const HEAD =
  'POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n'
const UPGRADE =
  'GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
/** The beginning of a text of 5,000 bytes. */
const TEXT = Buffer.from([0x81, 0x80 | 126, 0x13, 0x88, 0, 0, 0, 0])
/** A fragment of one byte, of a text that goes on; then more of it, and a ping. */
const FRAGMENT = Buffer.from([0x01, 0x81, 0, 0, 0, 0, 0x7b])
const MORE = Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x20])
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0])

test('senders of slow heads are let go after their time, and others are served meanwhile', async () => {
  await using gateway = await testGateway([], { patience })
  const said = await outlasted(gateway, () => drip(gateway, 'GET /v1/health HTTP/1.1\r\nx-slow: ', () => 'x'))
  assert.ok(said.every((text) => text.startsWith('HTTP/1.1 408 ')))
})

test('senders of slow bodies are let go after their time, and others are served meanwhile', async () => {
  await using gateway = await testGateway([], { patience })
  const said = await outlasted(gateway, () => drip(gateway, HEAD, () => ' '))
  assert.ok(said.every((text) => text.startsWith('HTTP/1.1 408 ')))
})

test('senders of slow WebSocket messages are let go after their time, and others are served meanwhile', async () => {
  await using gateway = await testGateway([], { patience })
  await outlasted(gateway, () => drip(gateway, UPGRADE, () => ' ', TEXT))
})

test('senders of slow fragments are let go after their time, though they send pings between them', async () => {
  await using gateway = await testGateway([], { patience })
  let turn = 0
  await outlasted(gateway, () => drip(gateway, UPGRADE, () => (turn++ % 2 === 0 ? MORE : PING), FRAGMENT))
})

test('a socket that sends whole messages, however often, is not let go', async () => {
  await using gateway = await testGateway([], { patience })
  await using socket = await connect(gateway.url, '/ws')
  const end = performance.now() + 2 * patience.message
  while (performance.now() < end) {
    socket.send(`{"type":"ping"}${' '.repeat(70_000)}`)
    assert.equal((await socket.next()).type, 'pong')
  }
})

/** Many at once. Resolves with what each was told when all are gone; others have had answers and a socket by then. */
async function outlasted(gateway: TestGateway, begin: () => Promise<string>): Promise<readonly string[]> {
  const begun = performance.now()
  let gone = 0
  const slow = Array.from({ length: MANY }, () => begin().finally(() => gone++))
  assert.equal((await fetch(`${gateway.url}/v1/agents`)).status, 200)
  await using socket = await connect(gateway.url, '/ws')
  socket.send({ type: 'ping' })
  assert.deepEqual(await socket.next(), { type: 'pong' })
  const isQuick = performance.now() - begun < Math.min(...Object.values(patience)) / 2
  if (isQuick) assert.equal(gone, 0, 'they were still there') // a busy machine may come to this after their time
  const said = await Promise.all(slow)
  const ms = performance.now() - begun
  assert.ok(ms < patience.request + 3_000, `the last was there for ${ms} ms`)
  socket.send({ type: 'ping' })
  assert.deepEqual(await socket.next(), { type: 'pong' })
  return said
}

/** Sends an opening, then a piece every 20 ms until it is cut. Resolves with what it was told. */
async function drip(
  { url }: TestGateway,
  opening: string,
  piece: () => string | Buffer,
  next?: Buffer,
): Promise<string> {
  const socket = dial(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {}) // it is cut
  const cut = new Promise((resolve) => socket.once('close', resolve))
  let said = ''
  socket.setEncoding('latin1').on('data', (text) => void (said += text))
  socket.write(opening)
  if (next) {
    await once(socket, 'data') // upgraded
    socket.write(next)
  }
  const dripping = setInterval(() => socket.write(piece()), 20)
  await cut
  clearInterval(dripping)
  return said
}
