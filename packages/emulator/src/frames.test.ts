import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import fc from 'fast-check'
import { encodeFrame, encodeHeaders, errorFrame, eventFrame, eventType, exceptionFrame, splitFrames } from './frames.ts'

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
)
const strings = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const))

test('writes the very bytes of the AWS codec, whatever the headers and the payload', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
    .filter((text) => Buffer.byteLength(text) < 256)
  const headers = fc.dictionary(name, fc.string({ maxLength: 200, unit: 'grapheme' }), { maxKeys: 6 })
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 2_000 }), (names, body) => {
      const expected = codec.encode({ headers: strings(names), body })
      assert.deepEqual(encodeFrame(encodeHeaders(names), body), Buffer.from(expected))
    }),
    { numRuns: 300 },
  )
})

test('writes events, exceptions and errors as the AWS codec does', () => {
  const json = { ':content-type': 'application/json' }
  const text = '{"delta":{"text":"grüß 👋"}}'
  const pairs: [Buffer, Record<string, string>, string][] = [
    [
      eventFrame('contentBlockDelta', text),
      { ':event-type': 'contentBlockDelta', ...json, ':message-type': 'event' },
      text,
    ],
    [
      exceptionFrame('throttlingException', text),
      { ':exception-type': 'throttlingException', ...json, ':message-type': 'exception' },
      text,
    ],
    [
      errorFrame('Oops', 'It broke.'),
      { ':error-code': 'Oops', ':error-message': 'It broke.', ':message-type': 'error' },
      '',
    ],
  ]
  for (const [frame, headers, body] of pairs) {
    assert.deepEqual(frame, Buffer.from(codec.encode({ headers: strings(headers), body: Buffer.from(body) })))
  }
})

test('cuts a recording at its frame borders and leaves a torn end as it is', () => {
  const frames = [eventFrame('messageStart', '{}'), eventFrame('messageStop', '{"stopReason":"end_turn"}')]
  const torn = Buffer.concat([...frames, frames[0]!.subarray(0, 20)])
  assert.deepEqual([...splitFrames(torn)], [...frames, frames[0]!.subarray(0, 20)])
  assert.deepEqual(frames.map(eventType), ['messageStart', 'messageStop'])
  assert.equal(eventType(exceptionFrame('throttlingException', '{}')), undefined)
})
