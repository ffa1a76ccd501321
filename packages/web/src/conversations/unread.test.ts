import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, RunId } from '@streambed/client'
import { isUnread } from './unread.ts'

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
