import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { type ClientOptions, createClient } from './client.ts'
import { Failure } from './failure.ts'

const url = 'http://127.0.0.1:9'

function clientOf(answer: (signal: AbortSignal) => Response, more: ClientOptions = {}) {
  const fetch = async (input: string | URL | Request, init?: RequestInit) =>
    String(input).endsWith('/v1/me/export') ? answer(init!.signal!) : Response.json({ items: [], cursor: null })
  return createClient({ url, transports: ['sse'], fetch, ...more })
}

test('an export is one file, and tells how much of it has come', async () => {
  using client = clientOf(() => new Response(streamOf('{"conversations":', '[]}')))
  const seen: number[] = []
  const file = await client.mine.export({ onBytes: (bytes) => seen.push(bytes) })
  assert.deepEqual([await file.text(), file.type, seen], ['{"conversations":[]}', 'application/json', [17, 20]])
})

test('an export that breaks off is none', async () => {
  const broken = () => {
    const pieces = ['{"conversations":']
    return new ReadableStream({
      pull(controller) {
        const piece = pieces.pop()
        if (piece) controller.enqueue(new TextEncoder().encode(piece))
        else controller.error(new TypeError('network error'))
      },
    })
  }
  using client = clientOf(() => new Response(broken()))
  await assert.rejects(client.mine.export(), (error) => error instanceof Failure && error.code === 'unreachable')
})

test('an export of which nothing more comes ends, and so does one that nobody wants any more', async () => {
  const clock = new FakeClock()
  const silent = (signal: AbortSignal) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(1))
          signal.addEventListener('abort', () => controller.error(signal.reason))
        },
      }),
    )
  using client = clientOf(silent, { clock })
  const heard = Promise.withResolvers<void>()
  const late = client.mine.export({ onBytes: () => heard.resolve() })
  await heard.promise
  clock.pass(30_000)
  await assert.rejects(late, (error) => error instanceof Failure && error.code === 'no-answer')

  const stopping = new AbortController()
  const stopped = client.mine.export({ signal: stopping.signal, onBytes: () => stopping.abort(new Error('enough')) })
  await assert.rejects(stopped, /enough/)
})

function streamOf(...pieces: readonly string[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
}
