import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StreambedError } from '@streambed/protocol'
import { WebSocket, WebSocketServer } from 'ws'
import { LIMITS } from './limits.ts'
import { type Outbox, pour, socketOutbox } from './outbox.ts'

const MiB = 1024 * 1024

interface Connected extends AsyncDisposable {
  readonly outbox: Outbox
  readonly server: WebSocket
  readonly client: WebSocket
  /** Under the client. */
  readonly wire: Socket
}

/** A WebSocket's outbox, and the socket on its other end. */
async function connected(): Promise<Connected> {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const wss = new WebSocketServer({ noServer: true })
  const opened = Promise.withResolvers<{ outbox: Outbox; server: WebSocket }>()
  http.on('upgrade', (request, raw, head) => {
    wss.handleUpgrade(request, raw, head, (server) => opened.resolve({ server, outbox: socketOutbox(server, raw) }))
  })
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  const upgraded = once(client, 'upgrade') as Promise<[IncomingMessage]>
  await once(client, 'open')
  return {
    ...(await opened.promise),
    client,
    wire: (await upgraded)[0].socket,
    async [Symbol.asyncDispose]() {
      client.terminate()
      http.close()
    },
  }
}

async function* pagesOf(...pages: readonly (readonly string[])[]): AsyncGenerator<readonly string[]> {
  yield* pages
}

test('texts of every length arrive as they are, whether written alone or with others', async () => {
  await using there = await connected()
  const texts = ['', 'a', 'ø'.repeat(62), 'ø'.repeat(63), '🌊'.repeat(16_383), 'x'.repeat(65_535), 'x'.repeat(65_536)]
  const heard: string[] = []
  const all = Promise.withResolvers<void>()
  there.client.on('message', (data, isBinary) => {
    heard.push(isBinary ? 'binary' : String(data))
    if (heard.length === texts.length * 2 + 1) all.resolve()
  })
  there.outbox.writeAll(texts)
  there.outbox.write('between')
  there.outbox.writeAll(texts)
  await all.promise
  assert.deepEqual(heard, [...texts, 'between', ...texts])
})

test('nothing is written to a socket that is being closed', async () => {
  await using there = await connected()
  there.server.close(1000)
  there.outbox.writeAll(['too late'])
  const heard: string[] = []
  there.client.on('message', (data) => heard.push(String(data)))
  await once(there.client, 'close')
  assert.deepEqual(heard, [])
})

test('pages are not asked for while their reader stands still', async () => {
  await using there = await connected()
  there.client.pause()
  let asked = 0
  const closed = new AbortController()
  async function* many(): AsyncGenerator<readonly string[]> {
    while (asked < 500) {
      asked++
      yield ['x'.repeat(30_000)]
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const full = Promise.withResolvers<void>()
  const outbox: Outbox = {
    ...there.outbox,
    ready(signal) {
      const room = there.outbox.ready(signal)
      if (room) full.resolve()
      return room
    },
  }
  const pouring = pour(many(), outbox, closed.signal, (page) => page)
  await full.promise
  assert.ok(asked < 500)
  assert.ok(there.server.bufferedAmount <= 64 * 1024)
  assert.ok(there.server.bufferedAmount > LIMITS.room)
  closed.abort(new Error('gone'))
  await assert.rejects(pouring, { message: 'gone' })
})

test('a long text that is read slowly is waited for, until nothing more of it is read', async (t) => {
  await using there = await connected()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  there.outbox.write('x'.repeat(48 * MiB))
  const failures: StreambedError[] = []
  const room = there.outbox.ready(new AbortController().signal)
  assert.ok(room)
  room.catch((error: StreambedError) => failures.push(error))
  for (const { bytesRead } = there.wire; there.wire.bytesRead - bytesRead < 24 * MiB; ) await once(there.wire, 'data')
  there.client.pause()
  t.mock.timers.tick(LIMITS.stalled)
  await nextTurn()
  assert.deepEqual(failures, [], 'it has read half of it')
  while (failures.length === 0) {
    t.mock.timers.tick(LIMITS.stalled)
    await nextTurn()
  }
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['too-slow'],
  )
})

test('pouring ends with the pages', async () => {
  await using there = await connected()
  const signal = new AbortController().signal
  const heard = once(there.client, 'message')
  await pour(pagesOf(['a', 'b'], []), there.outbox, signal, (page) => page)
  assert.equal(String((await heard)[0]), 'a')
})
