import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyPatch } from '@streambed/client'
import { addNode, canConnect, changeNode, connect, edgePart, freshId, labelEdge, removeParts } from './patches.ts'
import { SAMPLE } from './sample.fixture.ts'
import { readStrategy } from './strategy.ts'

const strategy = readStrategy(SAMPLE)
const after = (patch: Parameters<typeof applyPatch>[1]) => readStrategy(applyPatch(SAMPLE, patch))
const edgesOf = (patch: Parameters<typeof applyPatch>[1]) => after(patch).edges.map(({ id }) => id)

test('a changed node is patched where it differs and nowhere else', () => {
  const node = { ...strategy.nodes[1]!, label: 'Momentum', type: 'risk' as const }
  assert.deepEqual(changeNode(strategy, node), [
    { op: 'replace', path: '/flowchart/nodes/1/type', value: 'risk' },
    { op: 'replace', path: '/flowchart/nodes/1/label', value: 'Momentum' },
  ])
  assert.deepEqual(changeNode(strategy, strategy.nodes[1]!), [])
  assert.deepEqual(changeNode(strategy, { ...node, id: 'gone' }), [])
})

test('a new node follows the one it was added to', () => {
  const node = { id: freshId('n', strategy.nodes), type: 'risk', label: 'Stop', detail: '' } as const
  const made = after(addNode(strategy, node, 'n3'))
  assert.deepEqual(made.nodes.at(-1), node)
  assert.deepEqual(made.edges.at(-1), { id: 'e4', source: 'n3', target: 'n5', label: '' })
  assert.equal(after(addNode(strategy, node, null)).edges.length, 3)
})

test('two nodes are joined once, and none with itself', () => {
  assert.deepEqual(edgesOf(connect(strategy, 'n1', 'n4')), ['e1', 'e2', 'e3', 'e4'])
  assert.deepEqual(connect(strategy, 'n1', 'n2'), [])
  assert.equal(canConnect(strategy, 'n1', 'n1'), false)
})

test('an edge gets a label, another one, or none', () => {
  const label = (id: string, label: string) => after(labelEdge(strategy, id, label)).edges.map((edge) => edge.label)
  assert.deepEqual(label('e1', 'open'), ['open', 'yes', ''])
  assert.deepEqual(label('e2', 'up'), ['', 'up', ''])
  assert.deepEqual(label('e2', ''), ['', '', ''])
  assert.deepEqual(labelEdge(strategy, 'e2', 'yes'), [])
})

test('with a node go its edges, whatever else goes with it', () => {
  const made = after(removeParts(strategy, new Set(['n2', 'n1', edgePart('e3')])))
  assert.deepEqual([made.nodes.map(({ id }) => id), made.edges], [['n3', 'n4'], []])
  assert.deepEqual(edgesOf(removeParts(strategy, new Set([edgePart('e2')]))), ['e1', 'e3'])
})

test('a fresh id is nobody’s', () => {
  assert.equal(freshId('n', [{ id: 'n2' }, { id: 'n3' }]), 'n4')
  assert.equal(freshId('n', []), 'n1')
})
