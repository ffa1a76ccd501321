import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, ErrorBody, type ErrorCode, StreambedError } from './errors.ts'

for (const [code, line] of Object.entries(ERRORS)) {
  test(`${code} has a status, a close code and a sentence`, () => {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(line.status >= 400 && line.status <= 599, `status ${line.status}`)
    assert.ok([1001, 1009, 1011].includes(line.close) || (line.close >= 4000 && line.close <= 4999), `${line.close}`)
    assert.match(line.text, /^[A-Z].*\.$/)
    assert.ok(line.text.length <= 140, 'short enough for a close reason and a toast')
  })
}

test('an error tells clients its code, its sentence and whether to try again', () => {
  const error = new StreambedError('model-throttled', 'Two more runs wait.', { retryAfterMs: 1_500, cause: 'secret' })
  assert.deepEqual(error.body, {
    code: 'model-throttled',
    message: `${ERRORS['model-throttled'].text} Two more runs wait.`,
    retry: true,
    retryAfterMs: 1_500,
  })
  assert.equal(error.status, 429)
  assert.equal(error.cause, 'secret')
})

test('every error of the table can be read by a client', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { body } = new StreambedError(code)
    assert.deepEqual(ErrorBody.parse(JSON.parse(JSON.stringify(body))), body)
  }
})

test('what a run ended with is an error again, in its own words', () => {
  const body = new StreambedError('budget-spent', 'It renews tomorrow.', { retryAfterMs: 3_000 }).body
  assert.deepEqual(StreambedError.from(body).body, body)
  assert.equal(StreambedError.from({ code: 'toString', message: 'From a newer server.', retry: false }).status, 500)
})

test('what is not ours is internal and says nothing of itself', () => {
  const thrown = new Error('password: hunter2')
  const error = StreambedError.of(thrown)
  assert.deepEqual(error.body, { code: 'internal', message: ERRORS.internal.text, retry: true })
  assert.equal(error.cause, thrown)
  const ours = new StreambedError('not-found')
  assert.equal(StreambedError.of(ours), ours)
})
