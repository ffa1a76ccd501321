import assert from 'node:assert/strict'
import { test } from 'node:test'
import { edgePath, LANE } from './edge-path.ts'

test('with the flow an edge is a curve with its label in the middle', () => {
  assert.deepEqual(edgePath({ x: 0, y: 0 }, { x: 40, y: 100 }, 'down', 0), {
    path: 'M0 0C0 50 40 50 40 100',
    middle: { x: 20, y: 50 },
  })
  assert.deepEqual(edgePath({ x: 0, y: 0 }, { x: 100, y: 40 }, 'right', 0).path, 'M0 0C50 0 50 40 100 40')
})

test('what leads back goes around the flow', () => {
  const { path, middle } = edgePath({ x: 100, y: 500 }, { x: 100, y: 0 }, 'down', -20)
  assert.deepEqual(middle, { x: -20 - LANE, y: 250 })
  assert.match(path, /^M100 500L100 510Q100 520 86 520L.*L100 0$/)
  assert.deepEqual(edgePath({ x: 500, y: 100 }, { x: 0, y: 100 }, 'right', -20).middle, { x: 250, y: -20 - LANE })
})
