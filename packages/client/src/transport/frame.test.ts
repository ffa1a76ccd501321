import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readEvent, readFrame } from './frame.ts'

test('frames are read as the protocol has them', () => {
  const event = { seq: 3, at: '2026-01-01T00:00:00.000Z', type: 'text-delta', run: 'run', block: 1, text: 'Hello' }
  const error = { code: 'not-found', message: 'There is nothing here.', retry: false }
  const frames: [object, object | undefined][] = [
    [
      { conversation: 'one', ...event },
      { type: 'event', conversation: 'one', event },
    ],
    [
      { conversation: 'one', ...event, type: 'from-the-future' },
      { type: 'event', conversation: 'one', event: { ...event, type: 'from-the-future' } },
    ],
    [
      { type: 'ack', requestId: 'q' },
      { type: 'ack', requestId: 'q' },
    ],
    [
      { type: 'error', error },
      { type: 'error', error },
    ],
    [{ type: 'error', error: 'oh' }, undefined],
    [{ type: 'changed' }, { type: 'changed' }],
    [{ type: 'erased' }, { type: 'erased' }],
    [{ type: 'pong' }, { type: 'pong' }],
    [
      { type: 'goaway', reconnectAfterMs: 100 },
      { type: 'goaway', reconnectAfterMs: 100 },
    ],
    [
      { type: 'goaway', reconnectAfterMs: -5 },
      { type: 'goaway', reconnectAfterMs: 0 },
    ],
    [{ type: 'from-the-future' }, undefined],
  ]
  for (const [frame, expected] of frames) assert.deepEqual(readFrame(JSON.stringify(frame)), expected)
})

test('no text makes reading it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readFrame(text)
      readEvent(text)
    }),
  )
})
