import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ConversationId, newConversationId, newMessageId, newRequestId, newRunId } from '@streambed/protocol'
import { WebSocket } from 'ws'
import { openMetrics } from '../observe/metrics.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { connect, type TestGateway, testGateway } from './gateway.fixture.ts'
import { LIMITS } from './limits.ts'

const MiB = 1024 * 1024
const LONG = 4 * MiB
const ASKED = 40
/** More frames than those buffers hold. */
const SENT = 400_000

test('who asks forty times for a long conversation and reads nothing has one of them waiting', async () => {
  const store = memoryStore()
  const conversation = await writeLong(store)
  await using gateway = await testGateway([], { store, metrics: openMetrics() })
  await using socket = await connect(gateway.url, '/ws/dashboard')
  socket.socket.pause()
  const asked = Array.from({ length: ASKED }, (_, i) => `h${i}`)
  for (const id of asked) socket.send({ id, type: 'chat.get_history', data: { sessionId: conversation } })
  await full(gateway)
  await rest(gateway)
  const waiting = await waitingBytes(gateway)
  assert.ok(waiting < 1.1 * LONG, `${waiting} bytes wait`)

  socket.socket.resume()
  const told: [string, string][] = []
  while (told.length < ASKED) {
    const { id, type } = await socket.next()
    told.push([id, type])
  }
  assert.deepEqual(
    told,
    asked.map((id) => [id, 'chat.history']),
    'each is answered once it reads',
  )
})

for (const [what, ask] of [
  ['pings of the protocol', (socket) => socket.send(`{"type":"ping","requestId":"${'x'.repeat(120)}"}`)],
  ['pings of WebSocket', (socket) => socket.ping('x'.repeat(120))],
  ['what gets an error', (socket) => socket.send('{"type":"dance"}')],
] satisfies [string, (socket: WebSocket) => void][]) {
  test(`who reads nothing and goes on sending ${what} is not answered any more, and let go in the end`, async (t) => {
    await using gateway = await testGateway([], { metrics: openMetrics() })
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws`)
    await once(socket, 'open')
    t.mock.timers.enable({ apis: ['setTimeout'] })
    socket.pause()
    for (let sent = 0; sent < SENT && socket.bufferedAmount < MiB; sent += 200) {
      for (let i = 0; i < 200; i++) ask(socket)
      await nextTurn()
    }
    assert.ok(socket.bufferedAmount >= MiB, 'the server does not read on')
    await rest(gateway)
    assert.ok((await waitingBytes(gateway)) < 4 * LIMITS.room)
    while ((await gauge(gateway, 'streambed_sockets')) > 0) t.mock.timers.tick(LIMITS.stalled)
    socket.terminate()
  })
}

test('who reads is answered in order, however much is sent at once', async () => {
  await using gateway = await testGateway([])
  await using socket = await connect(gateway.url, '/ws')
  const asked = Array.from({ length: 20_000 }, (_, i) => `q${i}`)
  for (const requestId of asked) socket.send({ type: 'ping', requestId })
  const told: string[] = []
  while (told.length < asked.length) told.push((await socket.next()).requestId)
  assert.deepEqual(told, asked)
})

test('who goes on sending and answers no ping is found gone, later than who is silent', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  await using gateway = await testGateway([])
  const open = async (autoPong: boolean) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws`, { autoPong })
    await once(socket, 'open')
    return socket
  }
  const [fine, silent, talking] = await Promise.all([open(true), open(false), open(false)])
  const pings = () => Promise.all([fine, talking].map((socket) => once(socket, 'ping')))
  const states = () => [fine, silent, talking].map(({ readyState }) => readyState === WebSocket.OPEN)
  const silentGone = once(silent, 'close')
  const talkingGone = once(talking, 'close')
  for (let i = 0; i < LIMITS.latePings; i++) {
    const pinged = pings()
    t.mock.timers.tick(LIMITS.ping)
    await pinged
    talking.send('{"type":"ping"}')
    await once(talking, 'message')
    if (i === 1) await silentGone
  }
  assert.deepEqual(states(), [true, false, true])
  t.mock.timers.tick(LIMITS.ping)
  await talkingGone
  assert.deepEqual(states(), [true, false, false])
  fine.terminate()
})

/** A conversation whose history is long. */
async function writeLong(store: Store): Promise<ConversationId> {
  const conversation = newConversationId()
  const [message, run] = [newMessageId(), newRunId()]
  const parts = [{ type: 'text' as const, text: 'Tell me all.' }]
  await store.append(conversation, [
    { type: 'conversation-start', agent: 'assistant', title: null, owner: { org: 'local', user: 'local' } },
    { type: 'message', message, run, parent: null, parts, requestId: newRequestId(), agent: 'assistant' },
  ])
  const fence = (await store.claim(conversation, run, 'writer', 60_000))!
  const text = 'x'.repeat(MiB)
  await store.append(
    conversation,
    [
      { type: 'run-start', run, agent: 'assistant', model: 'any', attempt: 1 },
      { type: 'text-start', run, block: 0 },
      ...Array.from({ length: LONG / MiB }, () => ({ type: 'text-delta' as const, run, block: 0, text })),
      { type: 'text-end', run, block: 0 },
      { type: 'run-end', run, reason: 'done' },
    ],
    { fence },
  )
  return conversation
}

function waitingBytes(gateway: TestGateway): Promise<number> {
  return gauge(gateway, 'streambed_socket_waiting_bytes')
}

async function gauge({ url }: TestGateway, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)![1])
}

/** Resolves when something waits for a reader. */
async function full(gateway: TestGateway): Promise<void> {
  while ((await waitingBytes(gateway)) === 0);
}

/** Lets the server do what it can do without anybody's reading. */
async function rest({ url }: TestGateway): Promise<void> {
  for (let i = 0; i < 20; i++) await (await fetch(`${url}/v1/health`)).text()
}
