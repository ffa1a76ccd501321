import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { streamAnswer } from './answer.ts'
import { beat } from './beat.ts'
import { RETRY } from './retry.ts'
import { watchdog } from './watchdog.ts'

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
)

function frame(type: string, payload: object): Buffer {
  const headers = {
    ':message-type': { type: 'string', value: 'event' },
    ':event-type': { type: 'string', value: type },
  } as const
  return Buffer.from(codec.encode({ headers, body: Buffer.from(JSON.stringify(payload)) }))
}

const words = (text: string) => frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } })
const stop = frame('messageStop', { stopReason: 'end_turn' })

function answerFrom(body: PassThrough) {
  const timing = {
    retry: RETRY,
    firstByteMs: 1_000,
    idleMs: 1_000,
    watchdog: watchdog(),
    beat: beat(),
    random: () => 0,
  }
  const source = {
    model: 'm',
    guardrail: false,
    openStream: async () => body as unknown as IncomingMessage, // any readable will do here
    converse: () => Promise.reject(new Error('not asked')),
    isStale: () => false,
    streamingDenied: false,
    noteStreamingDenied() {},
    loosen: () => false,
    noteIgnored() {},
    release() {},
  }
  return streamAnswer(source, timing, new AbortController().signal)
}

test('what arrives in one turn of the event loop is one batch', async () => {
  const body = new PassThrough()
  const answer = answerFrom(body)
  const first = answer.next()
  await new Promise(setImmediate)
  body.write(words('a'))
  assert.deepEqual(await first, { done: false, value: [{ type: 'text', index: 0, text: 'a' }] })

  // Nobody asks meanwhile: it gathers.
  for (const letter of 'bcd') body.write(words(letter))
  await new Promise(setImmediate)
  body.end(stop)
  await new Promise(setImmediate)
  assert.deepEqual(await answer.next(), {
    done: false,
    value: [
      { type: 'text', index: 0, text: 'bcd' },
      { type: 'block-end', index: 0 },
      { type: 'end', stopReason: 'end_turn' },
    ],
  })
  assert.deepEqual(await answer.next(), { done: true, value: undefined })
})

test('a reader who does not come makes the socket wait, and coming back sets it going', async () => {
  const body = new PassThrough({ highWaterMark: 16 * 1024 })
  const answer = answerFrom(body)
  const first = answer.next()
  await new Promise(setImmediate)
  const large = words('x'.repeat(10_000))
  let sent = 0
  while (sent < 5_000_000 && !body.isPaused()) {
    body.write(large)
    sent += large.length
    await new Promise(setImmediate)
  }
  assert.ok(sent < 400_000, `${sent} bytes were taken from the socket`)
  const taken = [(await first).value, (await answer.next()).value]
  assert.ok(taken.every((batch) => batch!.length > 0))
  assert.equal(body.isPaused(), false)
  body.end(stop)
  assert.ok((await Array.fromAsync(answer)).flat().some(({ type }) => type === 'end'))
})
