import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupConversations } from './grouping.ts'

const now = new Date(2026, 10, 20, 9, 30)
const item = (id: string, updatedAt: Date, pinned = false) => ({ id, pinned, updatedAt: updatedAt.toISOString() })

test('groups by pin and by the days of the calendar', () => {
  const groups = groupConversations(
    [
      item('old but pinned', new Date(2025, 0, 1), true),
      item('ahead of this clock', new Date(2026, 10, 20, 9, 31)),
      item('this morning', new Date(2026, 10, 20, 0, 0)),
      item('last minute of yesterday', new Date(2026, 10, 19, 23, 59)),
      item('the day before', new Date(2026, 10, 18, 23, 59)),
      item('a week ago', new Date(2026, 10, 13, 0, 0)),
      item('longer ago', new Date(2026, 10, 12, 23, 59)),
    ],
    now,
  )
  assert.deepEqual(
    groups.map((group) => [group.name, group.items.map(({ id }) => id)]),
    [
      ['pinned', ['old but pinned']],
      ['today', ['ahead of this clock', 'this morning']],
      ['yesterday', ['last minute of yesterday']],
      ['week', ['the day before', 'a week ago']],
      ['older', ['longer ago']],
    ],
  )
})

test('shows every conversation exactly once', () => {
  const items = fc.array(
    fc.record({
      pinned: fc.boolean(),
      updatedAt: fc
        .date({ noInvalidDate: true, min: new Date(2020, 0), max: new Date(2027, 0) })
        .map((date) => date.toISOString()),
    }),
  )
  fc.assert(
    fc.property(items, (all) => {
      const shown = groupConversations(all, now).flatMap((group) => group.items)
      assert.equal(shown.length, all.length)
      assert.deepEqual(new Set(shown), new Set(all))
    }),
  )
})
