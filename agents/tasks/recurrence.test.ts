import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { nextRing, type Schedule, WEEKDAYS } from './recurrence.ts'

const EVERY_DAY = [...WEEKDAYS]

/** The next rings after an instant, as UTC. */
function rings(schedule: Partial<Schedule> & { readonly zone: string }, after: string, count = 3): readonly string[] {
  const whole = { time: '07:30', days: [], date: null, ...schedule }
  const found: string[] = []
  let from = new Date(after)
  for (let next = nextRing(whole, from); next && found.length < count; next = nextRing(whole, from)) {
    found.push(next.toISOString().replace(':00.000Z', 'Z'))
    from = next
  }
  return found
}

test('one that rings once rings the next time it is that time', () => {
  assert.deepEqual(rings({ zone: 'Europe/Oslo' }, '2027-02-01T05:00:00Z', 1), ['2027-02-01T06:30Z'])
  assert.deepEqual(rings({ zone: 'Europe/Oslo' }, '2027-02-01T06:30:00Z', 1), ['2027-02-02T06:30Z'])
  assert.deepEqual(rings({ zone: 'Asia/Kathmandu', time: '00:05' }, '2027-02-01T18:00:00Z', 1), ['2027-02-01T18:20Z'])
})

test('one with a date rings on that day, or never when it is over', () => {
  const schedule = { zone: 'America/Sao_Paulo', date: '2027-06-10' }
  assert.deepEqual(rings(schedule, '2027-02-01T00:00:00Z'), ['2027-06-10T10:30Z'])
  assert.deepEqual(rings(schedule, '2027-06-10T10:30:00Z'), [])
})

test('it rings on its days alone, across the ends of months and years', () => {
  const weekend = rings({ zone: 'Pacific/Auckland', days: ['sat', 'sun'] }, '2027-12-30T12:00:00Z', 4)
  assert.deepEqual(weekend, ['2027-12-31T18:30Z', '2028-01-01T18:30Z', '2028-01-07T18:30Z', '2028-01-08T18:30Z'])
})

test('a time that the clocks jump over rings an hour later by the clock, once', () => {
  const night = { time: '02:30', days: EVERY_DAY }
  assert.deepEqual(rings({ ...night, zone: 'Europe/Oslo' }, '2027-03-27T12:00:00Z'), [
    '2027-03-28T01:30Z', // 03:30, as 02:30 is not there
    '2027-03-29T00:30Z',
    '2027-03-30T00:30Z',
  ])
  assert.deepEqual(rings({ ...night, zone: 'America/New_York' }, '2027-03-13T12:00:00Z', 2), [
    '2027-03-14T07:30Z',
    '2027-03-15T06:30Z',
  ])
})

test('a time that comes twice rings the first time alone', () => {
  const night = { time: '02:30', days: EVERY_DAY }
  assert.deepEqual(rings({ ...night, zone: 'Europe/Oslo' }, '2027-10-30T12:00:00Z'), [
    '2027-10-31T00:30Z',
    '2027-11-01T01:30Z',
    '2027-11-02T01:30Z',
  ])
  assert.deepEqual(rings({ ...night, time: '01:45', zone: 'Australia/Lord_Howe' }, '2027-04-03T12:00:00Z', 2), [
    '2027-04-03T14:45Z', // the clocks go back by half an hour
    '2027-04-04T15:15Z',
  ])
})

test('a morning alarm keeps its time on the clock when the clocks change', () => {
  const morning = { days: EVERY_DAY, zone: 'Europe/London' }
  assert.deepEqual(rings(morning, '2027-03-26T12:00:00Z'), [
    '2027-03-27T07:30Z',
    '2027-03-28T06:30Z',
    '2027-03-29T06:30Z',
  ])
})

test('a day that a zone leaves out rings at most once', () => {
  const samoa = rings({ zone: 'Pacific/Apia', days: EVERY_DAY }, '2011-12-29T00:00:00Z', 4)
  assert.deepEqual(samoa, ['2011-12-29T17:30Z', '2011-12-30T17:30Z', '2011-12-31T17:30Z', '2012-01-01T17:30Z'])
})

const zones = ['UTC', 'Europe/Oslo', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago']
const schedule = fc.record({
  time: fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':')),
  days: fc.subarray(EVERY_DAY),
  date: fc.constant(null),
  zone: fc.constantFrom(...zones),
})

test('whatever the schedule: later than before, on its days, at its time, and the next one is not left out', () => {
  const instants = fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2034-01-01') })
  fc.assert(
    fc.property(schedule, instants, (schedule, after) => {
      const next = nextRing(schedule, new Date(after))
      assert.ok(next && next.getTime() > after)
      const local = Temporal.Instant.fromEpochMilliseconds(next.getTime()).toZonedDateTimeISO(schedule.zone)
      if (schedule.days.length > 0) assert.ok(schedule.days.includes(WEEKDAYS[local.dayOfWeek - 1]!))
      const clock = local.toPlainTime().toString().slice(0, 5)
      const jump = local.subtract({ hours: 1 }).offsetNanoseconds !== local.offsetNanoseconds
      assert.ok(clock === schedule.time || jump, `${clock} for ${schedule.time}`)
      // Asked a moment before, it is the same one: between two rings there is none.
      assert.deepEqual(nextRing(schedule, new Date(next.getTime() - 1)), next)
      const middle = new Date((after + next.getTime()) / 2)
      assert.deepEqual(nextRing(schedule, middle), next)
    }),
    { numRuns: 500 },
  )
})

test('once on each of its days: a year of rings has as many as the year has such days', () => {
  fc.assert(
    fc.property(schedule, (schedule) => {
      const end = Date.parse('2028-01-08T00:00:00Z')
      const days = new Set<string>()
      let count = 0
      for (let at = nextRing(schedule, new Date('2027-01-01T00:00:00Z')); at && at.getTime() < end; ) {
        count++
        days.add(
          Temporal.Instant.fromEpochMilliseconds(at.getTime())
            .toZonedDateTimeISO(schedule.zone)
            .toPlainDate()
            .toString(),
        )
        at = nextRing(schedule, at)
      }
      assert.equal(days.size, count)
    }),
    { numRuns: 10 },
  )
})
