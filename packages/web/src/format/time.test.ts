import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatClock, formatDay, formatDuration, formatMoment, formatSeconds, secondsUntil, timeLeft } from './time.ts'

test('tells a duration in the unit that fits it', () => {
  const durations = [0, 12.4, 850, 994, 995, 4_234, 9_949, 9_950, 59_400, 59_600, 60_000, 125_000, 3_600_000, 3_840_000]
  assert.deepEqual(
    durations.map((duration) => formatDuration(duration)),
    [
      '0 ms',
      '12 ms',
      '850 ms',
      '994 ms',
      '1 s',
      '4.2 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min',
      '1 min',
      '2 min 5 s',
      '1 h',
      '1 h 4 min',
    ],
  )
})

test('tells how long a thought took in whole seconds, one at least', () => {
  assert.deepEqual([80, 1_400, 4_200, 61_000].map(formatSeconds), ['1 s', '1 s', '4 s', '1 min 1 s'])
})

test('tells the time of today and the date of other days', () => {
  const now = new Date(2026, 10, 20, 15, 0)
  const moment = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()
  assert.equal(formatMoment(moment(2026, 10, 20, 9, 5), now), '09:05')
  assert.equal(formatMoment(moment(2026, 10, 20, 14, 5), now, 'en-US'), '14:05')
  assert.equal(formatMoment(moment(2026, 10, 19, 9, 5), now), 'Nov 19')
  assert.equal(formatMoment(moment(2025, 10, 19, 9, 5), now), 'Nov 19, 2025')
})

test('tells the time of day in one way, whatever the locale', () => {
  const moment = new Date(2026, 10, 20, 16, 20, 7)
  assert.deepEqual(
    ['en', 'en-US', 'de'].map((locale) => formatClock(moment, locale)),
    ['16:20', '16:20', '16:20'],
  )
  assert.equal(formatClock(moment, 'en-US', 'second'), '16:20:07')
  assert.equal(formatClock(new Date(2026, 10, 20, 0, 5), 'en-US'), '00:05')
})

test('tells a day as people write it, wherever they are', () => {
  assert.deepEqual([formatDay('2026-10-09'), formatDay('2026-10-09', 'de')], ['Oct 9, 2026', '9. Okt. 2026'])
})

test('counts down while both clocks make sense', () => {
  const now = Date.parse('2026-11-20T10:00:00.000Z')
  assert.equal(secondsUntil('2026-11-20T10:00:02.100Z', now), 3)
  assert.equal(secondsUntil('2026-11-20T10:00:00.000Z', now), null)
  assert.equal(secondsUntil('2026-11-20T09:59:00.000Z', now), null)
  assert.equal(secondsUntil('2026-11-21T10:00:00.000Z', now), null, 'a day ahead is a wrong clock')
})

test('tells how long is left in the unit that fits it', () => {
  const lengths = [-5_000, 45_000, 89_000, 90_000, 3_600_000, 7_200_000, 86_400_000, 3 * 86_400_000]
  assert.deepEqual(
    lengths.map((length) => timeLeft(length)),
    [
      'in 0 seconds',
      'in 45 seconds',
      'in 89 seconds',
      'in 2 minutes',
      'in 60 minutes',
      'in 2 hours',
      'in 24 hours',
      'in 3 days',
    ],
  )
  assert.equal(timeLeft(7_200_000, 'de'), 'in 2 Stunden')
})
