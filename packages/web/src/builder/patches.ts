import type { Patch, PatchStep } from '@streambed/client'
import type { FlowNode, Strategy } from './strategy.ts'

// What people change on the canvas, as patches of the strategy's document. They name places in its lists, so each is made for
// the revision that is on show and for no other.

/** The limits that the agent's schema sets, so that a form can keep to them. */
export const MAX_LABEL = 200
export const MAX_DETAIL = 500
export const MAX_EDGE_LABEL = 100
export const MAX_NODES = 60
const MAX_EDGES = 120

export function changeNode(strategy: Strategy, { id, ...fields }: FlowNode): Patch {
  const index = strategy.nodes.findIndex((node) => node.id === id)
  const before = strategy.nodes[index]
  if (!before) return []
  const names = (['type', 'label', 'detail'] as const).filter((name) => fields[name] !== before[name])
  return names.map((name) => ({ op: 'replace', path: `/flowchart/nodes/${index}/${name}`, value: fields[name] }))
}

/** A new step, and the edge that leads to it where it comes after one. */
export function addNode(strategy: Strategy, node: FlowNode, after: string | null): Patch {
  const added: PatchStep = { op: 'add', path: '/flowchart/nodes/-', value: node }
  return after === null ? [added] : [added, newEdge(strategy, after, node.id)]
}

export function connect(strategy: Strategy, source: string, target: string): Patch {
  return canConnect(strategy, source, target) ? [newEdge(strategy, source, target)] : []
}

export function canConnect({ edges }: Strategy, source: string, target: string): boolean {
  const isThere = edges.some((edge) => edge.source === source && edge.target === target)
  return source !== target && !isThere && edges.length < MAX_EDGES
}

export function labelEdge({ edges }: Strategy, id: string, label: string): Patch {
  const index = edges.findIndex((edge) => edge.id === id)
  const before = edges[index]?.label
  if (before === undefined || before === label) return []
  const path = `/flowchart/edges/${index}/label`
  return [label === '' ? { op: 'remove', path } : { op: before === '' ? 'add' : 'replace', path, value: label }]
}

/** Names an edge among the parts of a flowchart, as a node may have the same id. */
export const edgePart = (id: string): string => `edge:${id}`

/** Takes out nodes and edges, and every edge that would lead nowhere. */
export function removeParts({ nodes, edges }: Strategy, gone: ReadonlySet<string>): Patch {
  const lost = edges.filter(({ id, source, target }) => gone.has(edgePart(id)) || gone.has(source) || gone.has(target))
  const removals = (list: 'nodes' | 'edges', indexes: readonly number[]): PatchStep[] =>
    indexes.toReversed().map((index) => ({ op: 'remove', path: `/flowchart/${list}/${index}` })) // the last one first
  return [
    ...removals(
      'edges',
      lost.map((edge) => edges.indexOf(edge)),
    ),
    ...removals(
      'nodes',
      nodes.flatMap(({ id }, index) => (gone.has(id) ? [index] : [])),
    ),
  ]
}

/** A short id that nothing has yet: `n8` after `n7`. */
export function freshId(letter: 'n' | 'e', taken: readonly { readonly id: string }[]): string {
  const ids = new Set(taken.map(({ id }) => id))
  for (let number = taken.length + 1; ; number++) if (!ids.has(letter + number)) return letter + number
}

function newEdge({ edges }: Strategy, source: string, target: string): PatchStep {
  return { op: 'add', path: '/flowchart/edges/-', value: { id: freshId('e', edges), source, target } }
}
