import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { edgePath } from './edge-path.ts'
import type { Direction } from './placement.ts'

export type LabelledEdge = Edge<
  { readonly label: string; readonly direction: Direction; readonly lane: number | null },
  'labelled'
>

/** What leads from one step to the next, with its label in the middle. */
export const FlowEdge = memo(function FlowEdge({ id, data, markerEnd, selected, ...ends }: EdgeProps<LabelledEdge>) {
  const { sourceX, sourceY, targetX, targetY } = ends
  const { direction = 'down', lane = null } = data ?? {}
  const { path, middle } = edgePath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, direction, lane)
  const label = data?.label ?? ''
  return (
    <>
      <BaseEdge id={id} path={path} interactionWidth={24} {...(markerEnd !== undefined && { markerEnd })} />
      {label !== '' && (
        <EdgeLabelRenderer>
          <span
            className={`pointer-events-none absolute animate-appear rounded-full border bg-ground px-2 text-2xs font-medium ${selected ? 'border-accent text-accent' : 'border-line text-soft'}`}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
})
