import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDateWithTimezone } from './parse-date.ts'
import { toolContext } from './tool-context.fixture.ts'

const { context } = toolContext({ now: () => new Date('2026-11-20T12:00:00.500Z') })
const parse = (input: { text: string; zone?: string }) => parseDateWithTimezone.run(input as never, context)

test('a deadline is an instant, what clocks show there, and why', async () => {
  assert.deepEqual(await parse({ text: 'Brent trades below 50 dollars by March 2027', zone: 'Europe/Oslo' }), {
    found: true,
    phrase: 'by March 2027',
    instant: '2027-03-31T21:59:59Z',
    local: '2027-03-31T23:59:59+02:00',
    zone: 'Europe/Oslo',
    isPast: false,
    reasoning:
      '"by March 2027": That is Monday 1 March 2027 to Wednesday 31 March 2027. It counts until that day has ended. ' +
      'In Europe/Oslo that is Wednesday 31 March 2027 at 23:59:59 (UTC+02:00).',
  })
})

test('words about hours count from now', async () => {
  const { instant } = (await parse({ text: 'in 10 minutes' })) as { instant: string }
  assert.equal(instant, '2026-11-20T12:10:00Z')
})

test('where there is no date, it says so', async () => {
  assert.deepEqual(await parse({ text: 'the S&P 500', zone: '' }), {
    found: false,
    reasoning: 'No date was found in "the S&P 500". Ask for a date, such as "by March 2027" or "in 3 weeks".',
  })
})

test('a zone that does not exist is answered with one that does', async () => {
  await assert.rejects(parse({ text: 'tomorrow', zone: 'Oslo' }), {
    message: '"Oslo" is not an IANA time zone. Did you mean Europe/Oslo?',
  })
})
