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

for (const text of ['It is warm on 29 February 2027', 'on 31 April', 'by June 31st, 2027', 'the 30th of Feb']) {
  test(`there is no such day: ${text}`, async () => {
    const { found, reasoning } = (await parse({ text })) as { found: boolean; reasoning: string }
    assert.equal(found, false)
    assert.match(reasoning, /is no day of the calendar/)
  })
}

test('where only a part of the words is understood, it names them, and gives no other date for them', async () => {
  assert.deepEqual(await parse({ text: 'It closes within 90 days of the election' }), {
    found: false,
    reasoning:
      'Of "within 90 days of the election" only a part was understood, so no date was taken from it. ' +
      'Ask for the date in other words, such as "15 March 2027 at 17:00".',
  })
})

for (const text of ['The top 40 may change', '50 marines', 'The 60 march on']) {
  test(`that is no day that is missing: ${text}`, async () => {
    const { reasoning } = (await parse({ text })) as { reasoning: string }
    assert.match(reasoning, /^No date was found/)
  })
}

test('a zone that does not exist is answered with one that does', async () => {
  await assert.rejects(parse({ text: 'tomorrow', zone: 'Oslo' }), {
    message: '"Oslo" is not an IANA time zone. Did you mean Europe/Oslo?',
  })
})
