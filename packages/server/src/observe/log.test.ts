import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { openLog } from './log.ts'
import { redacted } from './redact.ts'

function lines(tell: (log: ReturnType<typeof openLog>) => void): string {
  let text = ''
  tell(openLog('info', { write: (line) => void (text += line) }))
  return text
}

function thrownBy(deed: () => unknown): unknown {
  try {
    return deed()
  } catch (error) {
    return error
  }
}

test('an error is told by its kind, its code and its place', () => {
  const cause = new TypeError('x is not a function')
  const [err] = [
    lines((log) => log.error({ err: new StreambedError('internal', undefined, { cause }) }, 'broken')),
  ].map((line) => JSON.parse(line).err)
  assert.deepEqual(
    { ...err, stack: undefined, cause: { ...err.cause, stack: undefined } },
    {
      type: 'StreambedError',
      code: 'internal',
      message: 'Something went wrong on the server. Its log has the details.',
      stack: undefined,
      cause: { type: 'TypeError', message: 'x is not a function', stack: undefined },
    },
  )
  assert.match(err.stack, /^at .*log\.test\.ts/)
})

test('what an error quotes is not told', () => {
  const canary = 'canary-4711'
  const quoting = [
    thrownBy(() => JSON.parse(`{"text": ${canary}}`)),
    thrownBy(() => z.object({ kind: z.literal('a') }).parse({ kind: canary })),
    new StreambedError('bad-request', `It says ${canary}.`, { cause: thrownBy(() => JSON.parse(canary)) }),
    Object.assign(new Error('refused'), { $response: { body: canary }, input: canary }),
    canary,
  ]
  for (const err of quoting) assert.ok(!lines((log) => log.error({ err }, 'broken')).includes(canary), String(err))
})

test('secrets and addresses are taken out of what an error says', () => {
  const secrets = [
    'AKIAIOSFODNN7EXAMPLE',
    'Bearer abcdefghijklmnop',
    `sbk_${'0'.repeat(32)}_${'A'.repeat(43)}`,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
    'postgres://app:hunter2hunter2@db/streambed',
    'ada@example.com',
  ]
  for (const secret of secrets) {
    const text = redacted(`It was ${secret}, then nothing.`)
    assert.ok(text.includes('(redacted)') && text.endsWith(', then nothing.'), text)
  }
})
