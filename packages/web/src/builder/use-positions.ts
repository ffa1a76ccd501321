import { useEffect, useRef, useState } from 'react'
import type { Undoable } from './moves.ts'
import { anchored, type Direction, type Point, type Positions, place, tidy } from './placement.ts'
import { type CanvasView, readView, writeView } from './stored-view.ts'
import type { Flow } from './strategy.ts'
import { useGlide } from './use-glide.ts'
import { type MovesInUse, useMoves } from './use-moves.ts'

export interface PositionsInUse extends CanvasView, MovesInUse {
  /** Moves nodes to other places; while `isHeld` they are still in somebody's hand. */
  readonly move: (points: ReadonlyMap<string, Point>, isHeld: boolean) => void
  /** Lays everything out anew. */
  readonly tidyUp: (direction?: Direction) => void
}

/**
 * Where the nodes of a conversation's flowchart stand: nobody's but this browser's, and kept over reloads. What stands stays;
 * new nodes are given a place. What an answer has added while it was written glides to where the finished flow has it.
 *
 * @param flow as it is now
 * @param shown as it is looked at; an earlier state perhaps
 * @param log what its last changes are: moves are taken back in turn with them
 */
export function usePositions(
  conversation: string,
  flow: Flow,
  shown: Flow,
  isWriting: boolean,
  log: Undoable,
): PositionsInUse {
  const [view, setView] = useState(() => readView(conversation))
  const glide = useGlide((positions) => setView((view) => ({ ...view, positions })))
  const placed = place(shown, place(flow, view.positions, view.direction), view.direction)
  const current = placed === view.positions ? view : { ...view, positions: placed }
  if (current !== view) setView(current)

  const moved = useRef(new Set<string>())
  const before = useRef<Positions>(view.positions)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the beginning and the end of an answer count
  useEffect(() => {
    if (isWriting) {
      before.current = view.positions
      moved.current.clear()
      return () => glide.stop()
    }
    const known = [...current.positions].filter(([id]) => before.current.has(id) || moved.current.has(id))
    const [first] = flow.nodes
    if (before.current === current.positions || !first) return
    const settled = known.some(([id]) => flow.nodes.some((node) => node.id === id))
      ? place(flow, new Map(known), current.direction)
      : anchored(tidy(flow, current.direction), first.id, current.positions.get(first.id))
    before.current = settled
    glide.start(current.positions, new Map([...current.positions, ...settled]))
  }, [isWriting])

  useEffect(() => {
    const timer = setTimeout(() => writeView(conversation, view), 250)
    return () => clearTimeout(timer)
  }, [conversation, view])

  const { note, isNext, turn } = useMoves(log, ({ direction, positions }) => {
    glide.stop()
    setView((view) => ({ direction, positions: new Map([...view.positions, ...positions]) }))
  })
  /** Where those stood that somebody holds. */
  const held = useRef<Positions>(new Map())

  return {
    ...current,
    move(points, isHeld) {
      glide.stop()
      for (const id of points.keys()) moved.current.add(id)
      const whole = new Map([...points].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }] as const))
      setView((view) => ({ ...view, positions: new Map([...view.positions, ...whole]) }))

      const { direction, positions } = current
      const isGrabbed = [...points.keys()].some((id) => !held.current.has(id))
      if (isGrabbed) held.current = new Map([...positions].filter(([id]) => points.has(id)))
      if (isHeld) return
      note({ from: { direction, positions: held.current }, to: { direction, positions: whole }, isNudge: isGrabbed })
      held.current = new Map()
    },
    tidyUp(direction = current.direction) {
      const [first] = flow.nodes
      const settled = tidy(flow, direction)
      const target = first ? anchored(settled, first.id, current.positions.get(first.id)) : settled
      note({ from: current, to: { direction, positions: target }, isNudge: false })
      setView((view) => ({ ...view, direction }))
      glide.start(current.positions, target)
    },
    isNext,
    turn,
  }
}
