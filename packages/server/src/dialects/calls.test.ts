import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggedEvent, NewEvent } from '@streambed/protocol'
import * as z from 'zod'
import { calls, readCallRequest } from './calls.ts'

const Rain = z.object({ rain: z.boolean() })
const read = (value: unknown) => Rain.safeParse(value).data

test('a call is read with its time zone, UTC where there is none', () => {
  const call = { action: 'makecall', prompt: 'It rains' }
  for (const timezone of [undefined, null, '', ' ']) {
    assert.deepEqual(readCallRequest({ ...call, timezone }), { ...call, timezone: 'UTC' })
  }
  assert.deepEqual(readCallRequest({ ...call, timezone: 'Asia/Tokyo', more: 1 }), { ...call, timezone: 'Asia/Tokyo' })
})

test('what is no call is refused with what would be right', () => {
  const code = (frame: unknown, code: string, detail: RegExp) =>
    assert.throws(
      () => readCallRequest(frame),
      (error: { code: string; message: string }) => {
        assert.equal(error.code, code)
        assert.match(error.message, detail)
        return true
      },
    )
  code({ action: 'getcall', prompt: 'It rains' }, 'unknown-action', /It knows makecall\./)
  code({ action: 7 }, 'unknown-action', /makecall/)
  code({ prompt: 'It rains' }, 'bad-request', /Send \{"action": "makecall"/)
  code({ action: 'makecall' }, 'bad-request', /prompt/)
  code({ action: 'makecall', prompt: 5 }, 'bad-request', /prompt/)
  code({ action: 'makecall', prompt: 'It rains', timezone: 'Mars/Base' }, 'bad-request', /IANA time zone/)
  for (const frame of [null, 'makecall', []]) code(frame, 'bad-request', /Send/)
})

test('a run is status, words and tools as they happen, and the prediction as text at the end', () => {
  assert.deepEqual(
    frames([
      says('I check the time first.'),
      { type: 'tool-call', run, call: 'c1' as never, name: 'current_time', input: { zone: 'UTC' } },
      {
        type: 'state',
        run,
        revision: 1,
        patch: [{ op: 'replace', path: '', value: { rain: true } }],
        unit: run,
        by: 'agent',
      },
      { type: 'output', run, name: 'prediction', ok: true },
      done,
    ]),
    [
      { type: 'status', content: 'Processing your prediction with AI agent...' },
      { type: 'text', content: 'I check the time first.' },
      { type: 'tool', name: 'current_time', input: { zone: 'UTC' } },
      { type: 'complete', content: '{"rain":true}' },
    ],
  )
})

test('JSON among the words will do, where there is none beside them', () => {
  for (const text of [
    '{"rain": true}',
    'Here:\n```json\n{"rain": true}\n```\nGood luck {you}.',
    'So {"rain": true}, then.',
  ])
    assert.deepEqual(frames([says(text), done]).at(-1), { type: 'complete', content: '{"rain":true}' })
})

test('without a prediction there is an error that says why', () => {
  const codeOf = (...events: NewEvent[]) => (frames(events).at(-1) as { code: string }).code
  assert.equal(codeOf(says('What shall happen?'), done), 'output-missing')
  assert.equal(codeOf(says('{"rain": "maybe"}'), done), 'output-missing')
  assert.equal(codeOf({ type: 'output', run, name: 'prediction', ok: false, error: 'no' }, done), 'output-invalid')
  assert.equal(codeOf({ type: 'run-end', run, reason: 'stopped' }), 'output-missing')
  assert.equal(codeOf({ type: 'run-end', run, reason: 'interrupted' }), 'interrupted')
  const error = { code: 'model-busy', message: 'Busy.', retry: true }
  assert.deepEqual(frames([{ type: 'run-end', run, reason: 'failed', error }]).at(-1), {
    type: 'error',
    message: 'Busy.',
    code: 'model-busy',
  })
})

const run = 'r_1' as never
const done: NewEvent = { type: 'run-end', run, reason: 'done' }
const says = (text: string): NewEvent => ({ type: 'text-delta', run, block: 1, text })

function frames(events: readonly NewEvent[]): unknown[] {
  const asked: NewEvent = {
    type: 'message',
    message: 'm_1' as never,
    run,
    parent: null,
    parts: [{ type: 'text', text: 'It rains' }],
    requestId: 'q_1' as never,
    agent: 'predictions',
  }
  const encode = calls(read)
  const log = [asked, ...events].map((event, i) => ({ seq: i + 1, at: '2027-01-01T00:00:00.000Z', ...event }))
  return log.flatMap((event) => encode(event as LoggedEvent)).map((frame) => JSON.parse(frame))
}
