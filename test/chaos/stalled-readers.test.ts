import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startEmulator } from '@streambed/emulator'
import {
  type ConversationId,
  isOver,
  newConversationId,
  newMessageId,
  newRequestId,
  newRunId,
} from '@streambed/protocol'
import { sqliteStore } from '../../packages/server/src/store/sqlite.ts'
import { createClient } from './harness/client.js'
import { become, within } from './harness/deadline.ts'
import { answersOf } from './harness/oracle.ts'
import { type ServerProcess, startServer } from './harness/server.ts'
import { storyteller } from './harness/storyteller.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const READERS = 500
const MiB = 1024 * 1024
const ALLOWED = READERS * 64 * 1024 + 16 * MiB
/** What malloc may keep of the gigabytes that went through to the kernel's buffers. */
const KEPT = 16 * MiB
const REPORT = new URL('harness/report-memory.ts', import.meta.url).href

test('500 readers that stand still cost the server little, and one that reads nothing', {
  timeout: 60_000,
}, async (t) => {
  using folder = temporaryFolder()
  const conversation = await writeLog(folder.path, 20 * MiB)
  await using emulator = await startEmulator({ brain: storyteller(60), pace: { tokensPerSecond: 60 } })
  await using server = await startServer({
    dataDir: folder.path,
    bedrockUrl: emulator.url,
    nodeFlags: ['--expose-gc', '--import', REPORT],
  })
  using live = createClient({ url: server.url })
  const handle = live.conversation(conversation)
  handle.follow()
  await become(handle.view, ({ live }) => live)
  await askAndHear('q1') // once before, so that what any reading and answering takes is there already
  const before = await memoryOf(server)

  using readers = standStill(server, conversation)
  await askAndHear('q2') // while the log goes out to all of them
  await within(25_000, 'readers to have a first page', readers.begun)
  await rest(server)
  await askAndHear('q3')
  await rest(server)
  const after = await memoryOf(server)

  assert.equal(readers.open, READERS, 'all still wait')
  const growth = { heap: after.heap - before.heap, resident: after.resident - before.resident }
  t.diagnostic(`growth: heap ${(growth.heap / MiB).toFixed(1)} MiB, resident ${(growth.resident / MiB).toFixed(1)} MiB`)
  assert.ok(growth.heap < ALLOWED, `the heap has grown by ${growth.heap}`)
  assert.ok(growth.resident < ALLOWED + KEPT, `the process has grown by ${growth.resident}`)

  async function askAndHear(question: string): Promise<void> {
    const before = answersOf(handle.view.get().conversation).length
    handle.send(question)
    const view = await within(
      10_000,
      `the answer to ${question}`,
      become(handle.view, ({ conversation }) => answersOf(conversation).slice(before).some(isOver)),
    )
    assert.equal(answersOf(view.conversation).at(-1)!.status, 'done')
  }
})

/** A conversation of about some size, of answers that came in pieces of 100 characters. */
async function writeLog(folder: string, size: number): Promise<ConversationId> {
  await using store = sqliteStore({ path: join(folder, 'streambed.db') })
  const conversation = newConversationId()
  const owner = { org: 'local', user: 'local' }
  await store.append(conversation, [{ type: 'conversation-start', agent: 'assistant', title: null, owner }])
  const text = 'stream bed '.repeat(9)
  for (let written = 0; written < size; ) {
    const [message, run] = [newMessageId(), newRunId()]
    const parts = [{ type: 'text' as const, text: 'And then?' }]
    await store.append(conversation, [
      { type: 'message', message, run, parent: null, parts, requestId: newRequestId(), agent: 'assistant' },
    ])
    const fence = (await store.claim(conversation, run, 'writer', 60_000))!
    const deltas = Array.from({ length: 1_000 }, () => ({ type: 'text-delta' as const, run, block: 0, text }))
    written += deltas.length * 230
    await store.append(
      conversation,
      [
        { type: 'run-start', run, agent: 'assistant', model: 'any', attempt: 1 },
        { type: 'text-start', run, block: 0 },
        ...deltas,
        { type: 'text-end', run, block: 0 },
        { type: 'run-end', run, reason: 'done' },
      ],
      { fence },
    )
  }
  return conversation
}

interface StillReaders extends Disposable {
  /** Resolves when each has been sent something. */
  readonly begun: Promise<unknown>
  /** How many are still connected. */
  readonly open: number
}

/** Readers that ask for all and take next to nothing: one half event streams, the other WebSockets. */
function standStill({ port }: ServerProcess, conversation: ConversationId): StillReaders {
  const sockets = Array.from({ length: READERS }, (_, i) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(i % 2 === 0 ? eventStream(conversation, port) : webSocket(conversation, port))
    return socket
  })
  return {
    begun: Promise.all(sockets.map(firstBytes)),
    get open() {
      return sockets.filter(({ closed }) => !closed).length
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Resolves when something is there to be read; it is not read. */
async function firstBytes(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.once('readable', resolve)
  await promise
  assert.ok(socket.readableLength > 0)
}

function eventStream(conversation: ConversationId, port: number): string {
  const head = `GET /v1/conversations/${conversation}/events?after=0 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`
  return `${head}accept: text/event-stream\r\n\r\n`
}

/** The opening handshake, and right behind it a frame that asks to follow. */
function webSocket(conversation: ConversationId, port: number): Buffer {
  const key = randomBytes(16).toString('base64')
  const head = `GET /ws HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n`
  const frame = Buffer.from(JSON.stringify({ type: 'follow', conversation, after: 0 }))
  const opening = Buffer.from([0x81, 0x80 | frame.length, 0, 0, 0, 0]) // text, whole, masked with zeros
  assert.ok(frame.length < 126)
  return Buffer.concat([
    Buffer.from(`${head}sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`),
    opening,
    frame,
  ])
}

/** Waits until a server has nothing more to do. */
async function rest({ pid }: ServerProcess): Promise<void> {
  for (let before = -1, now = cpuTime(pid); now - before > 2; before = now, now = cpuTime(pid)) await pause(250)
}

/** In ticks of 10 ms. */
function cpuTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
  return Number(fields[13]) + Number(fields[14])
}

interface Memory {
  readonly heap: number
  readonly resident: number
}

async function memoryOf(server: ServerProcess): Promise<Memory> {
  const from = server.output.length
  server.signal('SIGUSR2')
  while (!/memory \{.*\}\n/.test(server.output.slice(from))) await pause(10)
  const usage: NodeJS.MemoryUsage = JSON.parse(/memory (\{.*\})\n/.exec(server.output.slice(from))![1]!)
  return { heap: usage.heapUsed + usage.external, resident: usage.rss }
}
