import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react'
import { memo } from 'react'

export type LabelledEdge = Edge<{ readonly label: string }, 'labelled'>

/** What leads from one step to the next, with its label in the middle. */
export const FlowEdge = memo(function FlowEdge({ id, data, markerEnd, selected, ...ends }: EdgeProps<LabelledEdge>) {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = ends
  const [path, x, y] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    borderRadius: 14,
  })
  const label = data?.label ?? ''
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className="animate-appear"
        interactionWidth={24}
        {...(markerEnd !== undefined && { markerEnd })}
      />
      {label !== '' && (
        <EdgeLabelRenderer>
          <span
            className={`pointer-events-none absolute animate-appear rounded-full border bg-ground px-2 text-2xs font-medium ${selected ? 'border-accent text-accent' : 'border-line text-soft'}`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
})
