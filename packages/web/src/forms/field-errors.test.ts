import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldErrors, isTimeZone } from './field-errors.ts'

const NAMES = ['time', 'zone', 'date']

test('what is said of single fields is taken apart, without the sentence before it', () => {
  const message =
    'The request could not be read. time: expected string, received null. zone: Use an IANA time zone, such as Europe/Oslo.'
  assert.deepEqual(fieldErrors({ code: 'bad-request', message }, NAMES), [
    { field: 'time', message: 'Expected string, received null.' },
    { field: 'zone', message: 'Use an IANA time zone, such as Europe/Oslo.' },
  ])
})

test('what is said of the whole, or of fields that are not there, stays whole', () => {
  const of = (code: string, message: string) => fieldErrors({ code, message }, NAMES)
  assert.deepEqual(of('bad-request', 'The request could not be read.'), [])
  assert.deepEqual(of('bad-request', 'The request could not be read. label: Too long.'), [])
  assert.deepEqual(of('bad-request', 'The request could not be read. timezone: Too long.'), [])
  assert.deepEqual(of('store-failed', 'The log could not be written. time: late.'), [])
})

test('knows the time zones that browsers know', () => {
  assert.deepEqual(['Europe/Oslo', 'UTC', 'America/Argentina/Buenos_Aires', 'Mars/Base', 'Oslo', ''].map(isTimeZone), [
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})
