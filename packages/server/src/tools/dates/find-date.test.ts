import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { findDate } from './find-date.ts'
import { NOW, PHRASES } from './phrases.fixture.ts'

const now = Temporal.Instant.from(NOW)

for (const [zone, phrases] of PHRASES) {
  suite(zone, () => {
    for (const [phrase, expected] of Object.entries(phrases)) {
      test(`"${phrase}" is ${expected ?? 'no date'}`, () => {
        const found = findDate(phrase, now, zone)
        assert.equal(
          found ? found.instant.toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' }) : null,
          expected?.replace('Z', '+00:00') ?? null,
          found?.reasoning,
        )
      })
    }
  })
}

test('the table has at least 120 rows', () => {
  assert.ok(PHRASES.flatMap(([, phrases]) => Object.keys(phrases)).length >= 120)
})

test('says how it understood the words, with their doubts', () => {
  const reasoning = (text: string) => findDate(text, now, 'Europe/Oslo')?.reasoning
  assert.equal(
    reasoning('Done before Christmas?'),
    '"before Christmas": Christmas Day is Friday 25 December 2026. "before" it means until the day before has ended. ' +
      'In Europe/Oslo that is Thursday 24 December 2026 at 23:59:59 (UTC+01:00).',
  )
  assert.match(reasoning('28 March 2027 at 2:30am')!, /The clocks skip that time/)
  assert.match(reasoning('31 October 2027 at 2:30am')!, /show that time twice .* the first is meant/)
  assert.match(reasoning('3/4/2027')!, /the first is taken as the month/)
  assert.match(reasoning('by March 2025')!, /That is already past\.$/)
})

const zones = [
  'UTC',
  'Europe/Oslo',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Asia/Beirut',
  'Australia/Lord_Howe',
]
const zone = fc.constantFrom(...zones)
const moment = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 0, 1) })
  .map((time) => Temporal.Instant.fromEpochMilliseconds(time))

test('never throws, whatever the text', () => {
  const words = fc.constantFrom(
    ...'by before end of the next last this in within from after March may Q3 H1 2027 0 3 9999 1/1 31.12 -5 5pm 24:00 12am noon weeks business days half a and Christmas Easter Friday tomorrow EST UTC+14 Tokyo time S&P 500 $ % . , : İ 🦀 \u0000'.split(
      ' ',
    ),
  )
  const sentence = fc.array(words, { maxLength: 12 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(fc.oneof(sentence, fc.string({ unit: 'binary', maxLength: 80 })), moment, zone, (text, now, zone) => {
      findDate(text, now, zone)
    }),
    { numRuns: 1_500 },
  )
})

test('a deadline that names no year is never past', () => {
  const month = fc.constantFrom(
    'January',
    'feb',
    'March',
    'Q1',
    'Q4',
    'Christmas',
    'Easter',
    'Friday',
    'the 31st',
    '5pm',
    'noon',
    '3 May',
  )
  const lead = fc.constantFrom(
    'by ',
    'before ',
    'until ',
    'by the end of ',
    'before the end of ',
    'by mid-',
    'in early ',
  )
  fc.assert(
    fc.property(lead, month, moment, zone, (lead, month, now, zone) => {
      const found = findDate(lead + month, now, zone)
      assert.ok(!found || Temporal.Instant.compare(found.instant, now) >= 0, found?.reasoning)
    }),
    { numRuns: 500 },
  )
})

test('days and hours are what Temporal makes of them in the zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 900 }),
      fc.constantFrom('day', 'week', 'month'),
      moment,
      zone,
      (count, unit, now, zone) => {
        const local = now.toZonedDateTimeISO(zone)
        const day = local.toPlainDate().add({ [`${unit}s`]: count })
        const end = day.add({ days: 1 }).toZonedDateTime(zone).toInstant().subtract({ seconds: 1 })
        assert.equal(findDate(`in ${count} ${unit}s`, now, zone)?.instant.toString(), end.toString())
        const hours = now.add({ hours: count })
        assert.equal(findDate(`${count} hours from now`, now, zone)?.instant.toString(), hours.toString())
      },
    ),
    { numRuns: 200 },
  )
})

test('a written date and time is that wall clock in the zone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 36_500 }), fc.integer({ min: 0, max: 1439 }), zone, (days, minutes, zone) => {
      const day = new Temporal.PlainDate(2000, 1, 1).add({ days })
      const time = new Temporal.PlainTime(Math.floor(minutes / 60), minutes % 60)
      const found = findDate(`on ${day} at ${time.toString().slice(0, 5)}`, now, zone)
      assert.equal(
        found?.instant.toString(),
        day.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant().toString(),
      )
    }),
    { numRuns: 300 },
  )
})

test('business days are those that a calendar counts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), moment, (count, now) => {
      let day = now.toZonedDateTimeISO('UTC').toPlainDate()
      for (let left = count; left > 0; ) {
        day = day.add({ days: 1 })
        if (day.dayOfWeek <= 5) left--
      }
      const found = findDate(`in ${count} business days`, now, 'UTC')
      assert.equal(found?.instant.toZonedDateTimeISO('UTC').toPlainDate().toString(), day.toString())
    }),
    { numRuns: 200 },
  )
})

test('a long text is read in no time', () => {
  const text = 'by the end of the next 3 days before March 2027 at 5pm in Tokyo '.repeat(400)
  const before = performance.now()
  findDate(text, now, 'Europe/Oslo')
  assert.ok(performance.now() - before < 5_000)
})
