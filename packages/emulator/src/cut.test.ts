import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:http2'
import { test } from 'node:test'
import { scriptBrain } from './brains/script.ts'
import { type Emulator, startEmulator } from './emulator.ts'
import type { CutHow } from './faults.ts'
import { haiku, hello, transports } from './testing.ts'

const path = `/model/${encodeURIComponent(haiku)}/converse-stream`
const body = JSON.stringify({ messages: hello.messages })
const events: [string, object][] = [
  ['messageStart', { role: 'assistant' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüß Gott' } }],
  ['messageStop', { stopReason: 'end_turn' }],
]
const everywhere = () => startEmulator({ pace: 'instant', brain: scriptBrain([{ when: '', events }]) })

/** The body as it came over the wire, up to wherever it broke off. */
const read = {
  'http/1.1': (url: string) =>
    new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = []
      const done = () => resolve(Buffer.concat(chunks))
      const request = httpRequest(
        url + path,
        { method: 'POST', headers: { authorization: 'Bearer key' } },
        (response) => {
          response
            .on('data', (chunk) => chunks.push(chunk))
            .on('error', done)
            .on('end', done)
        },
      )
      request.on('error', done).end(body)
    }),
  h2: (url: string) =>
    new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = []
      const session = connect(url)
      session.on('error', () => {})
      const stream = session.request({ ':method': 'POST', ':path': path, authorization: 'Bearer key' })
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
      stream.on('close', () => {
        session.destroy()
        resolve(Buffer.concat(chunks))
      })
      stream.end(body)
    }),
}

async function cut(
  emulator: Emulator,
  transport: (typeof transports)[number],
  how: CutHow,
  afterBytes: number,
): Promise<Buffer> {
  emulator.faults.add({ type: 'cut', how, afterBytes })
  return read[transport](emulator.url)
}

for (const transport of transports) {
  test(`a cut leaves exactly the bytes before it, wherever it is, on ${transport}`, async () => {
    await using emulator = await everywhere()
    const whole = await read[transport](emulator.url)
    assert.ok(whole.length > 300)
    for (let afterBytes = 0; afterBytes <= whole.length; afterBytes += 13) {
      for (const how of ['end', 'fin'] as const) {
        assert.deepEqual(
          await cut(emulator, transport, how, afterBytes),
          whole.subarray(0, afterBytes),
          `${how} after ${afterBytes}`,
        )
      }
    }
    for (const how of ['rst', 'reset'] as const) {
      const part = await cut(emulator, transport, how, 200) // a reset may overtake what was sent before it
      assert.deepEqual(part, whole.subarray(0, part.length))
      assert.ok(part.length <= 200)
    }
  })
}

test('a turned bit anywhere is in the bytes, and nothing else is', async () => {
  await using emulator = await everywhere()
  const whole = await read['http/1.1'](emulator.url)
  for (let bit = 0; bit < whole.length * 8; bit += 97) {
    emulator.faults.add({ type: 'flip', bit })
    const flipped = await read['http/1.1'](emulator.url)
    flipped[Math.floor(bit / 8)]! ^= 0x80 >> (bit % 8)
    assert.deepEqual(flipped, whole)
  }
})
