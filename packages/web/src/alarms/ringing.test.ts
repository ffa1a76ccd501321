import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarm } from './alarm.ts'
import { nextLook, rangIn, ringing, ringKey } from './ringing.ts'

const now = Date.parse('2027-03-01T07:30:10Z')
// Only what is looked at.
const alarm = (fields: Partial<Alarm>) =>
  ({ id: 'd_1', next: null, snoozedUntil: null, heardAt: null, ...fields }) as Alarm
const rang = alarm({ rangAt: '2027-03-01T07:30:00Z' })

test('an alarm that has just rung rings until somebody has heard it', () => {
  assert.deepEqual(ringing([rang, alarm({ rangAt: null })], new Set(), now), [rang])
  assert.deepEqual(ringing([rang], new Set([ringKey(rang)]), now), [])
  assert.deepEqual(ringing([rang], new Set(), now + 31 * 60_000), [])
})

test('one that was stopped or snoozed elsewhere is silent here too', () => {
  assert.deepEqual(ringing([{ ...rang, heardAt: '2027-03-01T07:30:08Z' }], new Set(), now), [])
  assert.deepEqual(ringing([{ ...rang, snoozedUntil: '2027-03-01T07:39:00Z' }], new Set(), now), [])
})

test('hearing one ring says nothing about the next', () => {
  const next = { ...rang, rangAt: '2027-03-01T07:39:00Z', heardAt: '2027-03-01T07:30:08Z' }
  assert.deepEqual(ringing([next], new Set([ringKey(rang)]), Date.parse(next.rangAt) + 1), [next])
})

test('looks again when the next alarm is due, and soon where one should have rung', () => {
  assert.equal(nextLook([rang], now), null)
  assert.equal(nextLook([alarm({ next: '2027-03-01T08:00:00Z' })], now), Date.parse('2027-03-01T08:00:00.300Z'))
  assert.equal(nextLook([alarm({ next: '2027-03-01T07:30:00Z' })], now), now + 1_000)
})

test('an alarm rings where it was set, and one that was set by hand where all of them do', () => {
  const conversations = [
    { id: 'c_1', alias: null },
    { id: 'c_2', alias: 'timers of tasks' },
  ]
  const rings = (conversation: string | null) => rangIn(alarm({ conversation }), conversations)?.id
  assert.deepEqual([rings('c_1'), rings(null), rings('c_deleted')], ['c_1', 'c_2', 'c_2'])
})
