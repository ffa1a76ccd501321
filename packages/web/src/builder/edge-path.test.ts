import assert from 'node:assert/strict'
import { test } from 'node:test'
import { edgePath, lanesOf } from './edge-path.ts'
import { NODE, place } from './placement.ts'
import { SAMPLE } from './sample.fixture.ts'
import { readStrategy } from './strategy.ts'

test('an edge is a curve with its label in the middle', () => {
  assert.deepEqual(edgePath({ x: 0, y: 0 }, { x: 40, y: 100 }, 'down', null), {
    path: 'M0 0C0 50 40 50 40 100',
    middle: { x: 20, y: 50 },
  })
  assert.deepEqual(edgePath({ x: 0, y: 0 }, { x: 100, y: 40 }, 'right', null).path, 'M0 0C50 0 50 40 100 40')
})

test('on a lane it goes around, with round corners', () => {
  const { path, middle } = edgePath({ x: 100, y: 500 }, { x: 100, y: 0 }, 'down', -20)
  assert.deepEqual(middle, { x: -20, y: 250 })
  assert.match(path, /^M100 500L100 510Q100 520 86 520L.*L100 0$/)
  assert.deepEqual(edgePath({ x: 500, y: 100 }, { x: 0, y: 100 }, 'right', -20).middle, { x: 250, y: -20 })
})

test('what leads back gets a lane on the one side, what would run behind a node on the other', () => {
  const { nodes, edges } = readStrategy(SAMPLE)
  const flow = {
    nodes,
    edges: [
      ...edges,
      { id: 'back', source: 'n4', target: 'n1', label: '' },
      { id: 'also back', source: 'n3', target: 'n1', label: '' },
      { id: 'past', source: 'n1', target: 'n3', label: '' },
    ],
  }
  const positions = place({ nodes, edges }, new Map(), 'down')
  const lanes = lanesOf(flow, positions, 'down')
  const { x } = positions.get('n1')!
  assert.deepEqual([...lanes.keys()], ['back', 'also back', 'past'])
  assert.ok(lanes.get('also back')! < lanes.get('back')! && lanes.get('back')! < x)
  assert.ok(lanes.get('past')! > x + NODE.width)
})
