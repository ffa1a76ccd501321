import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anchored, boundsOf, NODE, type Positions, place, tidy } from './placement.ts'
import { SAMPLE } from './sample.fixture.ts'
import { type Flow, readStrategy } from './strategy.ts'

const { nodes, edges } = readStrategy(SAMPLE)
const nothing: Positions = new Map()

test('a flow goes down, or to the right, one step after the other', () => {
  const down = [...tidy({ nodes, edges }, 'down').values()]
  assert.ok(down.every(({ x, y }, i) => x === down[0]!.x && (i === 0 || y > down[i - 1]!.y + NODE.height)))
  const right = [...tidy({ nodes, edges }, 'right').values()]
  assert.ok(right.every(({ x, y }, i) => y === right[0]!.y && (i === 0 || x > right[i - 1]!.x + NODE.width)))
})

test('while a flow is written, its nodes stand where the finished flow has them', () => {
  let known = nothing
  for (let count = 1; count <= nodes.length; count++)
    known = place({ nodes: nodes.slice(0, count), edges: [] }, known, 'down')
  for (let count = 1; count <= edges.length; count++)
    known = place({ nodes, edges: edges.slice(0, count) }, known, 'down')
  assert.deepEqual([...known], [...tidy({ nodes, edges }, 'down')])
})

test('what was moved stays there, and what is new comes beside it', () => {
  const known = new Map([...place({ nodes, edges }, nothing, 'down'), ['n4', { x: 900, y: 40 }]])
  const more: Flow = {
    nodes: [...nodes, { id: 'n5', type: 'risk', label: 'Stop', detail: '' }],
    edges: [...edges, { id: 'e4', source: 'n4', target: 'n5', label: '' }],
  }
  const placed = place(more, known, 'down')
  for (const [id, point] of known) assert.deepEqual(placed.get(id), point)
  assert.ok(placed.get('n5')!.y > 40 + NODE.height && Math.abs(placed.get('n5')!.x - 900) < NODE.width)
})

test('in whatever order a flow comes, nothing known moves and no node covers another', () => {
  const ids = fc.integer({ min: 0, max: 11 }).map((number) => `n${number}`)
  const pairs = fc.array(fc.tuple(ids, ids), { maxLength: 20 })
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 12 }), fc.constantFrom('down', 'right'), (pairs, size, direction) => {
      let known = nothing
      for (let count = 1; count <= size; count++) {
        const nodes = Array.from(
          { length: count },
          (_, i) => ({ id: `n${i}`, type: 'action', label: '', detail: '' }) as const,
        )
        const edges = pairs
          .map(([source, target], i) => ({ id: `e${i}`, source, target, label: '' }))
          .filter(({ source, target }) => [source, target].every((end) => nodes.some(({ id }) => id === end)))
        const placed = place({ nodes, edges }, known, direction)
        for (const [id, point] of known) assert.deepEqual(placed.get(id), point)
        known = placed
      }
      const points = [...known.values()]
      points.forEach((one, i) => {
        for (const other of points.slice(i + 1))
          assert.ok(Math.abs(one.x - other.x) >= NODE.width || Math.abs(one.y - other.y) >= NODE.height)
      })
    }),
    { numRuns: 40 },
  )
})

test('a layout is moved as a whole, and measured as a whole', () => {
  const moved = anchored(tidy({ nodes, edges }, 'down'), 'n1', { x: 7, y: 9 })
  assert.deepEqual(moved.get('n1'), { x: 7, y: 9 })
  const { x, y, width } = boundsOf(nodes, moved)
  assert.deepEqual([x, y, width], [7, 9, NODE.width])
})
