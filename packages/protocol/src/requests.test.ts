import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimeZone } from './requests.ts'

test('a time zone is one that IANA names, in whatever case it is written', () => {
  const read = (name: string) => TimeZone.safeParse(name).data
  assert.deepEqual(['Europe/Oslo', 'europe/oslo', 'AMERICA/PORT-AU-PRINCE', 'utc'].map(read), [
    'Europe/Oslo',
    'Europe/Oslo',
    'America/Port-au-Prince',
    'UTC',
  ])
  assert.deepEqual(['Asia/Kolkata', 'Japan', 'Etc/GMT+5'].map(read), ['Asia/Kolkata', 'Japan', 'Etc/GMT+5'])
  assert.deepEqual(['Mars/Olympus', '+02:00', '-0500', '', '5', 'Europe'].map(read), Array(6).fill(undefined))
})
