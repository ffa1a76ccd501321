import { useEffect, useRef, useState } from 'react'
import { anchored, type Direction, type Point, type Positions, place, tidy } from './placement.ts'
import { isStill } from './still.ts'
import { type CanvasView, readView, writeView } from './stored-view.ts'
import type { Flow } from './strategy.ts'

export interface PositionsInUse extends CanvasView {
  readonly move: (points: ReadonlyMap<string, Point>) => void
  /** Lays everything out anew. */
  readonly tidyUp: (direction?: Direction) => void
}

/**
 * Where the nodes of a conversation's flowchart stand: nobody's but this browser's, and kept over reloads. What stands stays;
 * new nodes are given a place. What an answer has added while it was written glides to where the finished flow has it.
 *
 * @param flow as it is now
 * @param shown as it is looked at; an earlier state perhaps
 */
export function usePositions(conversation: string, flow: Flow, shown: Flow, isWriting: boolean): PositionsInUse {
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

  return {
    ...current,
    move(points) {
      glide.stop()
      for (const id of points.keys()) moved.current.add(id)
      const whole = [...points].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }] as const)
      setView((view) => ({ ...view, positions: new Map([...view.positions, ...whole]) }))
    },
    tidyUp(direction = current.direction) {
      const [first] = flow.nodes
      const settled = tidy(flow, direction)
      const target = first ? anchored(settled, first.id, current.positions.get(first.id)) : settled
      setView((view) => ({ ...view, direction }))
      glide.start(current.positions, target)
    },
  }
}

/** How long nodes take to get to another place, in milliseconds. */
const GLIDE_MS = 320

/** Moves nodes from where they stand to where they belong; at once for those who want nothing to move. */
function useGlide(show: (positions: Positions) => void) {
  const frame = useRef(0)
  const stop = () => cancelAnimationFrame(frame.current)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  const start = (from: Positions, to: Positions) => {
    stop()
    if (isStill() || isSame(from, to)) return show(to)
    const began = performance.now()
    const step = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - began) / GLIDE_MS))
      show(part === 1 ? to : between(from, to, 1 - (1 - part) ** 3))
      if (part < 1) frame.current = requestAnimationFrame(step)
    }
    frame.current = requestAnimationFrame(step)
  }
  return { start, stop }
}

function between(from: Positions, to: Positions, part: number): Positions {
  return new Map(
    [...to].map(([id, end]) => {
      const begin = from.get(id) ?? end
      return [id, { x: begin.x + (end.x - begin.x) * part, y: begin.y + (end.y - begin.y) * part }]
    }),
  )
}

function isSame(one: Positions, other: Positions): boolean {
  return [...other].every(([id, { x, y }]) => one.get(id)?.x === x && one.get(id)?.y === y)
}
