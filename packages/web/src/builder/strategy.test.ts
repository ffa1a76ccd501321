import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SAMPLE } from './sample.fixture.ts'
import { isEmpty, readStrategy } from './strategy.ts'

test('reads a whole strategy', () => {
  const strategy = readStrategy(SAMPLE)
  assert.partialDeepStrictEqual(strategy, { risk: 'Low', monthlyReturn: 3, capital: 5000, isWhole: true })
  assert.deepEqual(strategy.edges[0], { id: 'e1', source: 'n1', target: 'n2', label: '' })
  assert.equal(strategy.nodes.length, 4)
})

test('shows what is there of one that is being written, and says that it is not whole', () => {
  const { nodes } = SAMPLE.flowchart
  const early = readStrategy({ flowchart: { nodes: nodes.slice(0, 2), edges: SAMPLE.flowchart.edges } })
  assert.deepEqual(
    [early.nodes.length, early.edges.map(({ id }) => id), early.risk, early.isWhole, isEmpty(early)],
    [2, ['e1'], null, false, false],
  )
  assert.equal(isEmpty(readStrategy(null)), true)
})

test('whatever stands in the state, something can be drawn', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (nodes, edges, rest) => {
      for (const value of [rest, { flowchart: { nodes, edges }, guardrails: rest, strategy_metrics: rest }]) {
        const strategy = readStrategy(value)
        for (const { source, target } of strategy.edges)
          assert.ok([source, target].every((end) => strategy.nodes.some(({ id }) => id === end)))
      }
    }),
  )
})
