import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId } from '@streambed/protocol'
import { hastyClock } from '../../testing/fake-clock.ts'
import { FakeServer } from '../../testing/fake-server.ts'
import { sampleLog } from '../../testing/sample-log.ts'
import { until } from '../../testing/until.ts'
import { createClient } from '../client.ts'
import type { Clock } from '../clock.ts'

const id = 'rivers' as ConversationId

/** Time passes thirty times as fast. */
const fastClock: Clock = {
  ...hastyClock,
  now: () => hastyClock.now() * 30,
  after: (ms, call) => hastyClock.after(ms / 30, call),
}

test('where WebSockets are refused everything works over plain HTTP, and goes back when they are not', async () => {
  await using server = await startServer()
  server.refuseUpgrade = 502
  using client = createClient({ url: server.url, clock: fastClock })
  assert.deepEqual(await until(client.connection, isConnected), { status: 'connected', transport: 'sse' })
  const conversation = client.conversation(id)
  using _ = { [Symbol.dispose]: conversation.follow() }
  await until(conversation.view, ({ live }) => live)
  conversation.send('Hello')
  const view = await until(conversation.view, ({ pending }) => pending.length === 0)
  const run = view.conversation.messages.at(-1)!.id as never // the answer that waits
  await conversation.stop(run)
  await conversation.retry(run)
  assert.deepEqual([server.count('stop'), server.count('retry'), server.count('sse')], [1, 1, 1])
  server.refuseUpgrade = null
  const state = await until(client.connection, (state) => isConnected(state) && state.transport === 'websocket')
  assert.deepEqual(state, { status: 'connected', transport: 'websocket' })
  server.append(id, { type: 'notice', level: 'info', text: 'Still here.' })
  await until(conversation.view, ({ conversation }) => conversation.notices.length === 1)
})

for (const transport of ['websocket', 'sse'] as const) {
  test(`what an agent has asked is answered over ${transport}`, async () => {
    await using server = await startServer()
    using client = createClient({ url: server.url, transports: [transport] })
    const conversation = client.conversation(id)
    using _ = { [Symbol.dispose]: conversation.follow() }
    await until(conversation.view, ({ live }) => live)
    await conversation.approve('run-1' as never, 'p_1' as never, { approved: true, input: { text: 'Hi' } })
    await conversation.answerForm('o_1' as never, { action: 'submit', values: { time: '07:30' } })
    await conversation.answerForm('o_1' as never, { action: 'cancel' })
    assert.deepEqual(server.answers, [
      { run: 'run-1', approval: 'p_1', approved: true, input: { text: 'Hi' } },
      { conversation: id, form: 'o_1', action: 'submit', values: { time: '07:30' } },
      { conversation: id, form: 'o_1', action: 'cancel', values: {} },
    ])
  })
}

test('where streams are held up, polling takes over', async () => {
  await using server = await startServer()
  server.holdsStreams = true
  using client = createClient({ url: server.url, clock: fastClock, transports: ['sse', 'long-poll'] })
  const conversation = client.conversation(id)
  using _ = { [Symbol.dispose]: conversation.follow() }
  await until(conversation.view, ({ live }) => live)
  conversation.send('Hello')
  await until(conversation.view, ({ pending, live }) => live && pending.length === 0)
  assert.equal(server.count('sse') > 0 && server.count('poll') > 0, true)
})

test('a server that will not have us is not asked again', async () => {
  await using server = await startServer()
  server.refusal = { code: 'unauthorized', message: 'Sign in.', retry: false }
  for (const transport of ['websocket', 'sse', 'long-poll'] as const) {
    using client = createClient({ url: server.url, clock: hastyClock, transports: [transport] })
    const state = await until(client.connection, ({ status }) => status === 'refused')
    assert.deepEqual(state, { status: 'refused', error: server.refusal })
  }
})

test('a server that drains tells when to come back', async () => {
  await using server = await startServer()
  using client = createClient({ url: server.url, clock: hastyClock, transports: ['websocket'] })
  await until(client.connection, isConnected)
  server.drain(50)
  assert.partialDeepStrictEqual(await until(client.connection, ({ status }) => status === 'reconnecting'), {
    attempt: 1,
  })
  await until(client.connection, isConnected)
  assert.equal(server.count('ws'), 2)
})

test('headers go with every request', async () => {
  await using server = await startServer()
  const seen: unknown[] = []
  const spy: typeof fetch = (input, init) => {
    seen.push(new Headers(init?.headers).get('authorization'))
    return fetch(input, init)
  }
  const headers = { authorization: 'Bearer key' }
  using client = createClient({ url: server.url, clock: hastyClock, transports: ['sse'], fetch: spy, headers })
  await until(client.connection, isConnected)
  assert.deepEqual([...new Set(seen)], ['Bearer key'])
})

async function startServer(): Promise<FakeServer> {
  const server = await FakeServer.start()
  server.logs.set(id, [...sampleLog(1)])
  return server
}

function isConnected(state: { status: string }): state is { status: 'connected'; transport: 'websocket' } {
  return state.status === 'connected'
}
