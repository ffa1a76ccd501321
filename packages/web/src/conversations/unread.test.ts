import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, RunId } from '@streambed/client'
import { isUnread, withSeen } from './unread.ts'

const one = { id: 'c_1' as ConversationId, updatedAt: '2027-03-01T10:00:00Z', activeRun: null }

test('what happened after somebody looked is new', () => {
  assert.equal(isUnread(one, new Map([['c_1', '2027-03-01T10:00:00Z']])), false)
  assert.equal(isUnread(one, new Map([['c_1', '2027-03-01T09:59:59Z']])), true)
  assert.equal(isUnread(one, new Map()), true, 'one that came from elsewhere')
})

test('nothing is new to whoever comes for the first time, and an answer under way tells of itself', () => {
  assert.equal(isUnread(one, null), false)
  assert.equal(isUnread({ ...one, activeRun: 'r_1' as RunId }, new Map()), false)
})

test('what was seen stays seen, and what was looked at last is remembered longest', () => {
  const at = (hour: number) => `2027-03-01T${hour}:00:00Z`
  const seen = new Map(Object.entries({ c_1: at(11), c_2: at(10) }))
  assert.equal(withSeen(seen, [['c_1', at(10)]]), seen, 'as a list has it that was read before')
  assert.deepEqual([...withSeen(seen, [['c_1', at(12)]])], Object.entries({ c_2: at(10), c_1: at(12) }))
  const many = Array.from({ length: 400 }, (_, i) => [`c_${i}`, at(13)] as const)
  assert.deepEqual([...withSeen(seen, many)], many.slice(-300))
})
