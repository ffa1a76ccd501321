import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import { type ConversationId, newRequestId, type RunId, textOf } from '@streambed/protocol'
import { within } from './harness/deadline.ts'
import { answersOf, checkLog, readLog } from './harness/oracle.ts'
import { type ServerProcess, startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'
import { openSocket } from './harness/wire.ts'

const BRIEF = { when: 'brief', text: ['Just ', 'a ', 'moment.'], pace: { firstTokenMs: 50, tokensPerSecond: 6 } }
const ENDLESS = { when: 'endless', text: ['On ', 'and ', 'on.'], faults: { type: 'stall', at: 3 } } as const
const LATER = { when: 'later', text: 'Here I am.' }

test('SIGTERM lets answers finish for a while, interrupts the rest and leaves the queue to the next start', async () => {
  using folder = temporaryFolder()
  await using emulator = await startEmulator({ brain: scriptBrain([LATER, BRIEF, ENDLESS]), pace: 'instant' })
  const options = { dataDir: folder.path, bedrockUrl: emulator.url, env: { STREAMBED_DRAIN_SECONDS: '2' } }
  await using server = await startServer(options)
  await using socket = await openSocket(server.url, '/ws')

  const brief = await ask(server, 'brief')
  const endless = await ask(server, 'endless')
  await ask(server, 'later', endless.conversation)
  for (const { conversation } of [brief, endless]) socket.send({ type: 'follow', conversation, after: 0 })
  const speaking = new Set<RunId>()
  await socket.find(({ type, run }) => type === 'text-delta' && speaking.add(run).size === 2)

  const began = performance.now()
  server.signal('SIGTERM')
  await isDraining(server)
  const refused = await post(server, '/v1/messages', { requestId: newRequestId(), text: 'brief' })
  assert.equal(refused.status, 503)
  assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'draining')
  assert.equal((await fetch(`${server.url}/v1/health`)).status, 200)

  const frames = await socket.until(({ type }) => type === 'goaway')
  const ends = frames.filter(({ type }) => type === 'run-end').map(({ run, reason }) => ({ run, reason }))
  assert.deepEqual(ends, [
    { run: brief.run, reason: 'done' },
    { run: endless.run, reason: 'interrupted' },
  ])
  assert.equal(await within(5_000, 'the socket to close', socket.closed), 1001)
  assert.deepEqual(await within(10_000, 'the server to end', server.gone), { code: 0, signal: null })
  assert.ok(performance.now() - began < 10_000)

  await using next = await startServer(options)
  const { events, fold } = await whenAllEnded(next, endless.conversation)
  checkLog(events)
  assert.deepEqual(
    answersOf(fold).map((answer) => [answer.status, textOf(answer)]),
    [
      ['interrupted', 'On and '],
      ['done', 'Here I am.'],
    ],
  )
})

test('a second SIGTERM ends the server at once, unless it is the first one come twice', async () => {
  using folder = temporaryFolder()
  await using emulator = await startEmulator({ brain: scriptBrain([ENDLESS]), pace: 'instant' })
  await using server = await startServer({ dataDir: folder.path, bedrockUrl: emulator.url })
  await ask(server, 'endless')
  await emulator.journal.next()
  server.signal('SIGTERM')
  server.signal('SIGTERM')
  await isDraining(server)
  await pause(1_100)
  assert.equal((await fetch(`${server.url}/v1/health`)).status, 200)
  server.signal('SIGTERM')
  assert.deepEqual(await within(8_000, 'the server to end', server.gone), { code: 1, signal: null })
})

test('a server with nothing to do ends at once, whoever is connected', async () => {
  using folder = temporaryFolder()
  await using server = await startServer({ dataDir: folder.path })
  await using _idle = await openSocket(server.url, '/ws')
  await fetch(`${server.url}/v1/health`) // leaves a connection that is kept alive
  const half = connect(server.port, '127.0.0.1').on('error', () => {})
  half.write(
    'POST /api/chat HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  )
  server.signal('SIGTERM')
  assert.deepEqual(await within(8_000, 'the server to end', server.gone), { code: 0, signal: null })
})

interface Asked {
  readonly conversation: ConversationId
  readonly run: RunId
}

async function ask(server: ServerProcess, text: string, conversation?: ConversationId): Promise<Asked> {
  const path = conversation ? `/v1/conversations/${conversation}/messages` : '/v1/messages'
  const response = await post(server, path, { requestId: newRequestId(), text })
  assert.equal(response.status, 202)
  return (await response.json()) as Asked
}

function post({ url }: ServerProcess, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** The signal takes a moment to arrive. */
async function isDraining({ url }: ServerProcess): Promise<void> {
  const deadline = performance.now() + 2_000
  while ((await fetch(`${url}/v1/ready`)).status !== 503) assert.ok(performance.now() < deadline, 'it is still ready')
}

async function whenAllEnded(server: ServerProcess, id: ConversationId) {
  await using socket = await openSocket(server.url, '/ws')
  socket.send({ type: 'follow', conversation: id, after: 0 })
  for (let ends = 0; ends < 2; ends++) await socket.find(({ type }) => type === 'run-end')
  return readLog(server.url, id)
}
