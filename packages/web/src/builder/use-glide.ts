import { useEffect, useRef } from 'react'
import { isSame, type Positions } from './placement.ts'
import { isStill } from './still.ts'

/** Moves nodes from where they stand to where they belong; at once for those who want nothing to move. */
export function useGlide(show: (positions: Positions) => void) {
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

/** How long nodes take to get to another place, in milliseconds. */
const GLIDE_MS = 320

function between(from: Positions, to: Positions, part: number): Positions {
  return new Map(
    [...to].map(([id, end]) => {
      const begin = from.get(id) ?? end
      return [id, { x: begin.x + (end.x - begin.x) * part, y: begin.y + (end.y - begin.y) * part }]
    }),
  )
}
