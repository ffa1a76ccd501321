import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StateChange } from '@streambed/client'
import { chaptersOf, stepsOf, withChange } from './steps.ts'

const at = '2026-01-01T00:00:00.000Z'
const change = (revision: number, value: unknown, unit: string, by: 'agent' | 'edit' | 'undo'): StateChange => ({
  type: 'state',
  seq: revision,
  at,
  revision,
  patch: [{ op: 'replace', path: '', value }],
  unit,
  by,
})
const log = [
  change(1, 'a', 'u1', 'agent'),
  change(2, 'b', 'u1', 'agent'),
  change(3, 'c', 'u2', 'edit'),
  change(4, 'b', 'u2', 'undo'),
]

test('every change is a step with the value it led to', () => {
  assert.deepEqual(
    stepsOf(log).map(({ revision, value, by }) => [revision, value, by]),
    [
      [1, 'a', 'agent'],
      [2, 'b', 'agent'],
      [3, 'c', 'edit'],
      [4, 'b', 'undo'],
    ],
  )
})

test('a change that comes twice is one step, and a gap is told', () => {
  const steps = stepsOf(log)
  assert.equal(withChange(steps, log[3]!), steps)
  assert.equal(withChange(steps.slice(0, 2), log[3]!), null)
  const misfit: StateChange = {
    ...change(5, 'd', 'u3', 'edit'),
    patch: [{ op: 'remove', path: '/not/there' }],
  } as StateChange
  assert.equal(withChange(steps, misfit), null)
})

test('a snapshot closes any gap', () => {
  const snapshot: StateChange = { type: 'state-snapshot', seq: 9, at, revision: 9, state: 'z' }
  assert.partialDeepStrictEqual(withChange([], snapshot)!, [{ revision: 9, value: 'z', by: 'edit' }])
})

test('what belongs together is one chapter', () => {
  assert.deepEqual(chaptersOf(stepsOf(log)), [
    { by: 'agent', count: 2 },
    { by: 'edit', count: 1 },
    { by: 'undo', count: 1 },
  ])
})
