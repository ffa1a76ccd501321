import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './comparison.ts'
import { SAMPLE } from './sample.fixture.ts'
import { readStrategy, type Strategy } from './strategy.ts'

const one = readStrategy(SAMPLE)

test('a strategy is the same as itself', () => {
  const { counts, guardrails } = compare(one, one)
  assert.deepEqual(counts, { same: 4, changed: 0, only: [0, 0] })
  assert.deepEqual(
    guardrails.map(({ differs }) => differs),
    [false],
  )
})

test('nodes are paired by what they say, not by their ids', () => {
  const [first, second, third, last] = one.nodes
  const other: Strategy = {
    ...one,
    nodes: [
      { ...first!, id: 'n7' },
      { ...third!, id: 'n1', detail: 'At most 5 %.' },
      { id: 'n9', type: 'risk', label: 'Stop', detail: '' },
      last!,
    ],
    guardrails: [
      { ...one.guardrails[0]!, status: 'warning' },
      { id: 'cap', label: 'Cap', status: 'ok', detail: '' },
    ],
  }
  const { nodes, counts, guardrails } = compare(one, other)
  assert.deepEqual(Object.fromEntries(nodes[0]), { n1: 'same', n2: 'only', n3: 'changed', n4: 'same' })
  assert.deepEqual(Object.fromEntries(nodes[1]), { n7: 'same', n1: 'changed', n9: 'only', n4: 'same' })
  assert.deepEqual(counts, { same: 2, changed: 1, only: [1, 1] })
  assert.equal(second!.id, 'n2')
  assert.deepEqual(
    guardrails.map(({ pair: [a, b], differs }) => [a?.id, b?.id, differs]),
    [
      ['stop_loss', 'stop_loss', true],
      [undefined, 'cap', true],
    ],
  )
})
