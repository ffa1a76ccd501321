import { boundsOf, type Direction, NODE, type Point, type Positions, type Size } from './placement.ts'
import type { Flow } from './strategy.ts'

export interface EdgePath {
  /** For the `d` of an SVG path. */
  readonly path: string
  /** Where its label stands. */
  readonly middle: Point
}

/** How far an edge on a lane goes on before it turns. */
const TURN = 20
const CORNER = 14
/** How far beside the flow the first lane is, and each further one beside that. */
const LANE = 34
const NEXT_LANE = 16

/** Where an edge leaves a node. */
export const exit = ({ x, y }: Point, { width, height }: Size, direction: Direction): Point =>
  direction === 'down' ? { x: x + width / 2, y: y + height } : { x: x + width, y: y + height / 2 }

/** Where an edge comes to a node. */
export const entry = ({ x, y }: Point, { width, height }: Size, direction: Direction): Point =>
  direction === 'down' ? { x: x + width / 2, y } : { x, y: y + height / 2 }

/**
 * The way from one node to another: a curve, or around on a lane beside the flow.
 *
 * @param lane where the lane is, across the flow's direction; null for none
 */
export function edgePath(source: Point, target: Point, direction: Direction, lane: number | null): EdgePath {
  const turn = turner(direction)
  const [from, to] = [turn(source), turn(target)]
  const write = (...points: readonly Point[]) => points.map((point) => `${turn(point).x} ${turn(point).y}`).join(' ')
  if (lane === null) {
    const [one, other] = bends(from, to)
    const middle = turn({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 })
    return { path: `M${write(from)}C${write(one, other, to)}`, middle }
  }
  const corners = [
    { x: from.x, y: from.y + TURN },
    { x: lane, y: from.y + TURN },
    { x: lane, y: to.y - TURN },
    { x: to.x, y: to.y - TURN },
  ]
  const rounded = corners.map((corner, i) => {
    const before = towards(corner, corners[i - 1] ?? from)
    const after = towards(corner, corners[i + 1] ?? to)
    return `L${write(before)}Q${write(corner, after)}`
  })
  return {
    path: `M${write(from)}${rounded.join('')}L${write(to)}`,
    middle: turn({ x: lane, y: (from.y + to.y) / 2 }),
  }
}

/**
 * The lanes of the edges that need one: what leads back goes around on the one side, what would run behind another node on
 * the other. Edges that are not named are curves.
 */
export function lanesOf(
  flow: Flow,
  positions: Positions,
  direction: Direction,
  size: Size = NODE,
): ReadonlyMap<string, number> {
  const turn = turner(direction)
  const { x, y, width, height } = boundsOf(flow.nodes, positions, size)
  const [near, far] = direction === 'down' ? [x, x + width] : [y, y + height]
  const lanes = new Map<string, number>()
  let [before, after] = [near - LANE, far + LANE]
  for (const { id, source, target } of flow.edges) {
    const [start, end] = [positions.get(source), positions.get(target)]
    if (!start || !end) continue
    const [from, to] = [turn(exit(start, size, direction)), turn(entry(end, size, direction))]
    const others = flow.nodes.flatMap((node) => {
      const corner = node.id === source || node.id === target ? undefined : positions.get(node.id)
      return corner ? [turn(corner)] : []
    })
    if (to.y < from.y) {
      lanes.set(id, before)
      before -= NEXT_LANE
    } else if (others.some((corner) => passes(from, to, corner, turn({ x: size.width, y: size.height })))) {
      lanes.set(id, after)
      after += NEXT_LANE
    }
  }
  return lanes
}

/** All is thought of as going down; a flow to the right has its axes swapped. */
function turner(direction: Direction): (point: Point) => Point {
  return direction === 'down' ? (point) => point : ({ x, y }) => ({ x: y, y: x })
}

function bends(from: Point, to: Point): readonly [Point, Point] {
  const bend = (to.y - from.y) / 2
  return [
    { x: from.x, y: from.y + bend },
    { x: to.x, y: to.y - bend },
  ]
}

/** Whether the curve between two points runs behind a node. */
function passes(from: Point, to: Point, corner: Point, size: Point): boolean {
  const [one, other] = bends(from, to)
  for (let step = 1; step < 12; step++) {
    const t = step / 12
    const at = (axis: 'x' | 'y') =>
      (1 - t) ** 3 * from[axis] +
      3 * (1 - t) ** 2 * t * one[axis] +
      3 * (1 - t) * t ** 2 * other[axis] +
      t ** 3 * to[axis]
    const [x, y] = [at('x') - corner.x, at('y') - corner.y]
    if (x > 0 && x < size.x && y > 0 && y < size.y) return true
  }
  return false
}

/** A little way from a corner towards another point, on the straight line between the two. */
function towards(corner: Point, other: Point): Point {
  const [x, y] = [other.x - corner.x, other.y - corner.y]
  const length = Math.hypot(x, y)
  const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length
  return { x: corner.x + x * part, y: corner.y + y * part }
}
