import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import type { CanvasProps } from './canvas.tsx'
import { boundsOf, NODE, STEP_GAP } from './placement.ts'
import { isStill } from './still.ts'

/** `all` shows everything, however small; `reading` no smaller than one can read; `still` stays where somebody looks. */
export type CameraMode = 'reading' | 'all' | 'still'

type CameraProps = Pick<CanvasProps, 'flow' | 'wholeFlow' | 'positions' | 'direction' | 'isGrowing'> & {
  readonly mode: CameraMode
}

/** Keeps everything in view; where that would be too small to read, the end of a flow that comes or goes, else its beginning. */
export function Camera({ flow, wholeFlow, positions, direction, isGrowing, mode }: CameraProps) {
  const width = useStore((store) => store.width)
  const height = useStore((store) => store.height)
  const { setViewport } = useReactFlow()
  const hasMoved = useRef(false)
  const whole = boundsOf(wholeFlow.nodes, positions)
  const shown = boundsOf(flow.nodes, positions)
  const isAtEnd = isGrowing || flow !== wholeFlow
  const room = isGrowing && direction === 'down' ? ROOM * (NODE.height + STEP_GAP) : 0

  const [free, high] = [width - 2 * EDGES.side, height - EDGES.top - EDGES.bottom]
  const fitting = Math.min(1, free / whole.width, high / Math.max(whole.height, room))
  const zoom = mode === 'all' || fitting >= TIGHT ? Math.max(MIN_ZOOM, fitting) : COMFORT
  const x = along(EDGES.side, free, whole.x * zoom, whole.width * zoom, isAtEnd ? (shown.x + shown.width) * zoom : null)
  const size = Math.max(whole.height, room) * zoom
  const y = along(EDGES.top, high, whole.y * zoom, size, isAtEnd ? (shown.y + shown.height) * zoom : null)
  useEffect(() => {
    if (mode === 'still' || width === 0 || height === 0) return
    void setViewport({ x, y, zoom }, { duration: hasMoved.current && !isStill() ? 320 : 0 })
    hasMoved.current = true
  }, [mode, width, height, x, y, zoom, setViewport])
  return null
}

/** Where the canvas's origin goes on one axis: so that all is in the middle, or else its end, or its beginning, is in view. */
function along(edge: number, room: number, from: number, size: number, end: number | null): number {
  if (size <= room) return edge + (room - size) / 2 - from
  return end === null ? edge - from : Math.min(edge - from, edge + room - end)
}

export const MIN_ZOOM = 0.2
/** Words can be read well down to here. */
const COMFORT = 0.62
/** A little smaller still, where all of it is in view then: seven steps on a phone. */
const TIGHT = 0.53
/** So many steps have room while a flow grows, so that the camera rests. */
const ROOM = 5
/** What stands over the canvas at its edges, in pixels. */
const EDGES = { top: 60, bottom: 56, side: 28 }
