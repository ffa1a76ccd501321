import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strategies } from './strategies.ts'
import type { Strategy } from './strategy.ts'

const strategy: Strategy = {
  account: { workspace: 'Acme', section: 'My Strategies' },
  flowchart: {
    nodes: [
      { id: 'n1', type: 'trigger', label: 'Every day', detail: '' },
      { id: 'n2', type: 'output', label: 'Result', detail: '' },
    ],
    edges: [{ id: 'e1', source: 'n1', target: 'n2' }],
  },
  degen_class: { selected: 'Low' },
  strategy_metrics: { impact_monthly_return_delta_pct: 3, estimated_capital_required_usd: 5000 },
  guardrails: { enabled: [] },
}
const noon = new Date('2026-03-01T12:00:00.000Z')
const later = new Date('2026-03-02T12:00:00.000Z')

test('a strategy is dated when it is kept, and again when it changes, but not for another name', () => {
  const saved = strategies.schema.parse({ name: ' Calm ', strategy, conversation: 'c_1' })
  const kept = strategies.settle(saved, { before: undefined, now: noon })
  assert.deepEqual(kept, { name: 'Calm', strategy, conversation: 'c_1', savedAt: noon.toISOString() })
  const renamed = strategies.settle({ ...kept, name: 'Calmer' }, { before: kept, now: later })
  assert.equal(renamed.savedAt, noon.toISOString())
  const bolder = { ...strategy, degen_class: { selected: 'High' as const } }
  assert.equal(
    strategies.settle({ ...kept, strategy: bolder }, { before: kept, now: later }).savedAt,
    later.toISOString(),
  )
})

test('only a whole strategy is kept: its edges join nodes that are there', () => {
  const edges = [{ id: 'e1', source: 'n1', target: 'n9' }]
  const broken = { ...strategy, flowchart: { ...strategy.flowchart, edges } }
  assert.match(
    strategies.schema.safeParse({ name: 'Broken', strategy: broken }).error?.message ?? '',
    /edge e1 names n9, which is no node/,
  )
  const { nodes } = strategy.flowchart
  const twice = { ...strategy, flowchart: { nodes: [...nodes, nodes[0]], edges: [] } }
  assert.match(
    strategies.schema.safeParse({ name: 'Twice', strategy: twice }).error?.message ?? '',
    /the id n1 is there twice/,
  )
})
