import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'
import { LOOKS } from './node-looks.ts'
import type { Direction } from './placement.ts'
import type { FlowNode } from './strategy.ts'

export type CardNode = Node<{ readonly step: FlowNode; readonly direction: Direction }, 'step'>

/** One step of the strategy on the canvas. */
export const NodeCard = memo(function NodeCard({ data, selected, isConnectable, dragging }: NodeProps<CardNode>) {
  const { step, direction } = data
  const { icon: Icon, tile, shape } = LOOKS[step.type]
  const [from, to] = direction === 'down' ? [Position.Top, Position.Bottom] : [Position.Left, Position.Right]
  return (
    <div
      className={classes(
        'step-card flex h-full w-full items-center gap-3 border bg-raised px-3.5 text-start',
        'in-focus-visible:outline-2 in-focus-visible:outline-offset-2 in-focus-visible:outline-accent',
        selected ? 'border-accent shadow-card' : 'border-line shadow-low hover:border-edge',
        dragging && 'shadow-float',
        shape,
      )}
    >
      <Handle type="target" position={from} isConnectable={isConnectable} title={builderText.canvas.handle} />
      <span className={classes('grid size-10 shrink-0 place-items-center rounded-lg', tile)}>
        <Icon aria-hidden className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-semibold">{step.label}</span>
        <span className="mt-px line-clamp-2 text-xs leading-snug text-soft">{step.detail}</span>
      </span>
      <Handle type="source" position={to} isConnectable={isConnectable} title={builderText.canvas.handle} />
    </div>
  )
})
