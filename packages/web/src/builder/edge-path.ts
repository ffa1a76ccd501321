import type { Direction, Point } from './placement.ts'

export interface EdgePath {
  /** For the `d` of an SVG path. */
  readonly path: string
  /** Where its label stands. */
  readonly middle: Point
}

/** How far an edge that turns back goes on before it turns. */
const TURN = 20
const CORNER = 14
/** How far beside the flow an edge that leads back runs. */
export const LANE = 34

/**
 * The way from the end of one node to the beginning of another. With the flow it is a curve; what leads back goes around, on a
 * lane beside the flow.
 *
 * @param lane where the flow begins, across its direction
 */
export function edgePath(source: Point, target: Point, direction: Direction, lane: number): EdgePath {
  // All is thought of as going down; a flow to the right has its axes swapped.
  const turn = (point: Point): Point => (direction === 'down' ? point : { x: point.y, y: point.x })
  const [from, to] = [turn(source), turn(target)]
  const write = (points: readonly Point[]) => points.map((point) => `${turn(point).x} ${turn(point).y}`).join(' ')
  if (isAhead(from, to)) {
    const bend = (to.y - from.y) / 2
    const curve = [{ x: from.x, y: from.y + bend }, { x: to.x, y: to.y - bend }, to]
    const middle = turn({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 })
    return { path: `M${write([from])}C${write(curve)}`, middle }
  }
  const side = lane - LANE
  const corners = [
    { x: from.x, y: from.y + TURN },
    { x: side, y: from.y + TURN },
    { x: side, y: to.y - TURN },
    { x: to.x, y: to.y - TURN },
  ]
  const rounded = corners.map((corner, i) => {
    const before = towards(corner, corners[i - 1] ?? from)
    const after = towards(corner, corners[i + 1] ?? to)
    return `L${write([before])}Q${write([corner, after])}`
  })
  return {
    path: `M${write([from])}${rounded.join('')}L${write([to])}`,
    middle: turn({ x: side, y: (from.y + to.y) / 2 }),
  }
}

/** Whether an edge goes with the flow. */
export function isAhead(from: Point, to: Point): boolean {
  return to.y >= from.y
}

/** A little way from a corner towards another point, on the straight line between the two. */
function towards(corner: Point, other: Point): Point {
  const [x, y] = [other.x - corner.x, other.y - corner.y]
  const length = Math.hypot(x, y)
  const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length
  return { x: corner.x + x * part, y: corner.y + y * part }
}
