import { Graph, layout } from '@dagrejs/dagre'
import type { Flow, FlowNode } from './strategy.ts'

/** Where a node's upper left corner is, in the canvas's own pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

export type Positions = ReadonlyMap<string, Point>

/** Where the flow goes. */
export type Direction = 'down' | 'right'

export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of every node, in the canvas's own pixels. */
export const NODE: Size = { width: 252, height: 80 }
/** Between one step and the next: room for an edge's label. */
export const STEP_GAP = 44
/** Between two nodes side by side. */
const SIDE_GAP = 44
/** How close two nodes may come before one has to give way. */
const MARGIN = 20

/**
 * A place for every node. Known nodes keep theirs; a new one goes to where a layout of the whole would have it, seen from its
 * nearest known neighbour, or beside that where something stands there already.
 */
export function place(flow: Flow, known: Positions, direction: Direction): Positions {
  const missing = flow.nodes.filter(({ id }) => !known.has(id))
  if (missing.length === 0) return known
  const ideal = tidy(flow, direction)
  const placed = new Map(known)
  for (const node of missing) {
    const anchor = anchorOf(flow, node, placed)
    const wanted = anchor ? moved(placed.get(anchor)!, ideal.get(anchor)!, ideal.get(node.id)!) : ideal.get(node.id)!
    placed.set(node.id, freeSpot(wanted, taken(flow, placed), direction))
  }
  return placed
}

/** The layout of a whole flowchart, as if nobody had moved anything. */
export function tidy(flow: Flow, direction: Direction, size: Size = NODE): Positions {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: direction === 'down' ? 'TB' : 'LR', ranksep: STEP_GAP, nodesep: SIDE_GAP })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id } of flow.nodes) graph.setNode(id, { ...size })
  for (const [source, target, id] of links(flow)) graph.setEdge(source, target, {}, id)
  layout(graph)
  return new Map(
    flow.nodes.map(({ id }) => {
      const { x, y } = graph.node(id) as { x: number; y: number } // the layout has just set them
      return [id, { x: Math.round(x - size.width / 2), y: Math.round(y - size.height / 2) }]
    }),
  )
}

/** The same places, moved together so that a node stays where it was. */
export function anchored(positions: Positions, id: string, at: Point | undefined): Positions {
  const from = positions.get(id)
  if (!from || !at) return positions
  return new Map([...positions].map(([id, point]) => [id, moved(at, from, point)]))
}

/** Whether all that stands somewhere in the other stands there in the one, too. */
export function isSame(one: Positions, other: Positions): boolean {
  return [...other].every(([id, { x, y }]) => one.get(id)?.x === x && one.get(id)?.y === y)
}

/** The smallest rectangle around these nodes. */
export function boundsOf(nodes: readonly { readonly id: string }[], positions: Positions, size: Size = NODE) {
  const points = nodes.flatMap(({ id }) => positions.get(id) ?? [])
  if (points.length === 0) return { x: 0, y: 0, ...size }
  const x = Math.min(...points.map((point) => point.x))
  const y = Math.min(...points.map((point) => point.y))
  const right = Math.max(...points.map((point) => point.x)) + size.width
  const bottom = Math.max(...points.map((point) => point.y)) + size.height
  return { x, y, width: right - x, height: bottom - y }
}

/**
 * What leads to what. Agents name the nodes first and join them later: until then a node is taken to follow the one before it.
 */
function links({ nodes, edges }: Flow): readonly (readonly [source: string, target: string, id: string])[] {
  const joined = new Set(edges.flatMap(({ source, target }) => [source, target]))
  const assumed = nodes.flatMap(({ id }, i) =>
    i > 0 && !joined.has(id) ? [[nodes[i - 1]!.id, id, `:${id}`] as const] : [],
  )
  return [...edges.map(({ source, target, id }) => [source, target, id] as const), ...assumed]
}

/** The known node that a new one is placed by. */
function anchorOf(flow: Flow, { id }: FlowNode, placed: Positions): string | undefined {
  const known = links(flow).filter(([source, target]) => source !== target && (source === id || target === id))
  const before = known.find(([source, target]) => target === id && placed.has(source))?.[0]
  const after = known.find(([source, target]) => source === id && placed.has(target))?.[1]
  const index = flow.nodes.findIndex((node) => node.id === id)
  return before ?? after ?? flow.nodes.slice(0, index).findLast((node) => placed.has(node.id))?.id
}

function moved(by: Point, from: Point, point: Point): Point {
  return { x: by.x + point.x - from.x, y: by.y + point.y - from.y }
}

function taken({ nodes }: Flow, placed: Positions): readonly Point[] {
  return nodes.flatMap(({ id }) => placed.get(id) ?? [])
}

/** Where nothing stands yet: the wanted spot, or the first free one across the flow. */
function freeSpot(wanted: Point, others: readonly Point[], direction: Direction): Point {
  let spot = wanted
  while (others.some((other) => isTooClose(spot, other)))
    spot =
      direction === 'down'
        ? { x: spot.x + NODE.width + SIDE_GAP, y: spot.y }
        : { x: spot.x, y: spot.y + NODE.height + SIDE_GAP }
  return spot
}

function isTooClose(one: Point, other: Point): boolean {
  return Math.abs(one.x - other.x) < NODE.width + MARGIN && Math.abs(one.y - other.y) < NODE.height + MARGIN
}
