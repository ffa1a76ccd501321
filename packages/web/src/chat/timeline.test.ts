import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Notice, PendingMessage, Turn } from '@streambed/client'
import { timeline } from './timeline.ts'

// Only what the timeline looks at.
const turn = (id: string, at: string) => ({ message: { id, at }, answers: [], versions: [] }) as unknown as Turn
const notice = (seq: number, at: string) => ({ seq, at }) as Notice
const pending = (requestId: string) => ({ requestId }) as PendingMessage

test('tells what was said, what happened in between and what is on its way, in order', () => {
  const rows = timeline(
    [turn('m_1', '2026-11-20T10:00:00Z'), turn('m_2', '2026-11-20T12:00:00Z')],
    [notice(1, '2026-11-20T09:00:00Z'), notice(5, '2026-11-20T11:00:00Z'), notice(9, '2026-11-20T13:00:00Z')],
    [pending('q_1')],
  )
  assert.deepEqual(
    rows.map((row) => row.key),
    ['notice 1', 'm_1', 'notice 5', 'm_2', 'notice 9', 'q_1'],
  )
})

test('an empty conversation has no rows', () => {
  assert.deepEqual(timeline([], [], []), [])
})
