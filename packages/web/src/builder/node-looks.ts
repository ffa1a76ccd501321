import { Flag, type LucideIcon, Repeat2, ShieldAlert, Split, Zap } from 'lucide-react'
import type { NodeType } from './strategy.ts'

interface NodeLook {
  readonly icon: LucideIcon
  /** Colours the icon: its ground, and what is drawn on it. */
  readonly tile: string
  /** The same for drawings. */
  readonly fill: string
  readonly stroke: string
  /** Rounds the card: each kind of step has its own outline, so that colour is not all there is. */
  readonly shape: string
  readonly radius: number
  readonly isDashed: boolean
}

/** How each kind of step looks, on the canvas and in pictures of it. */
export const LOOKS: Record<NodeType, NodeLook> = {
  trigger: {
    icon: Zap,
    tile: 'bg-node-trigger/12 text-node-trigger',
    fill: 'fill-node-trigger/12',
    stroke: 'text-node-trigger',
    shape: 'rounded-[2.7rem] ps-4',
    radius: 42,
    isDashed: false,
  },
  condition: {
    icon: Split,
    tile: 'bg-node-condition/12 text-node-condition',
    fill: 'fill-node-condition/12',
    stroke: 'text-node-condition',
    shape: 'rounded-xl',
    radius: 18,
    isDashed: false,
  },
  action: {
    icon: Repeat2,
    tile: 'bg-node-action/12 text-node-action',
    fill: 'fill-node-action/12',
    stroke: 'text-node-action',
    shape: 'rounded-md',
    radius: 9,
    isDashed: false,
  },
  risk: {
    icon: ShieldAlert,
    tile: 'bg-node-risk/12 text-node-risk',
    fill: 'fill-node-risk/12',
    stroke: 'text-node-risk',
    shape: 'rounded-xl border-dashed',
    radius: 18,
    isDashed: true,
  },
  output: {
    icon: Flag,
    tile: 'bg-node-output/12 text-node-output',
    fill: 'fill-node-output/12',
    stroke: 'text-node-output',
    shape: 'rounded-[2.7rem] ps-4',
    radius: 42,
    isDashed: false,
  },
}
