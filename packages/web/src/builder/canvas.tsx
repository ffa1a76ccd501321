import {
  Background,
  type Connection,
  type EdgeChange,
  MarkerType,
  type NodeChange,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './builder.css'
import { Maximize, Minus, Plus } from 'lucide-react'
import { type FocusEvent, type KeyboardEvent, useEffect, useMemo, useState } from 'react'
import { builderText } from '../text/builder.ts'
import { IconButton } from '../ui/button.tsx'
import { Camera, type CameraMode, MIN_ZOOM } from './camera.tsx'
import { lanesOf } from './edge-path.ts'
import { FlowEdge, type LabelledEdge } from './flow-edge.tsx'
import { type CardNode, NodeCard } from './node-card.tsx'
import { edgePart } from './patches.ts'
import { type Direction, NODE, type Point, type Positions } from './placement.ts'
import { isStill } from './still.ts'
import type { Flow } from './strategy.ts'

export interface CanvasProps {
  readonly flow: Flow
  readonly positions: Positions
  readonly direction: Direction
  /** What the camera keeps in view; more than the flow where an earlier state of it is shown. */
  readonly wholeFlow: Flow
  /** Steps come in one after the other: the camera leaves room for more. */
  readonly isGrowing: boolean
  readonly isReadOnly: boolean
  readonly selection: ReadonlySet<string>
  readonly onSelect: (parts: ReadonlySet<string>) => void
  /** `isHeld`: they are still in somebody's hand. */
  readonly onMove: (points: ReadonlyMap<string, Point>, isHeld: boolean) => void
  /** A step or a connection is to be looked at; `byKey`: from the keyboard. */
  readonly onOpen: (part: string, byKey: boolean) => void
  readonly onConnect: (source: string, target: string) => void
  readonly canConnect: (source: string, target: string) => boolean
  readonly onRemove: (parts: ReadonlySet<string>) => void
}

const NODE_TYPES = { step: NodeCard }
const EDGE_TYPES = { labelled: FlowEdge }

/** The flowchart: to look at, to move about and, where it is not read-only, to change. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <FlowView {...props} />
    </ReactFlowProvider>
  )
}

function FlowView(props: CanvasProps) {
  const { positions, direction, isReadOnly, selection, onSelect, onMove, onOpen, onRemove } = props
  const [mode, setMode] = useState<CameraMode>('reading')
  const nodes = useCards(props)
  useEffect(() => {
    if (props.isGrowing) setMode('reading')
  }, [props.isGrowing])
  const edges = useEdges(props)

  const nodesChanged = (changes: readonly NodeChange<CardNode>[]) => {
    const moves = changes.flatMap((change) =>
      change.type === 'position' && change.position ? [{ ...change, position: change.position }] : [],
    )
    if (moves.length > 0) {
      setMode('still') // what is under the hand must not run away
      onMove(
        new Map(moves.map(({ id, position }) => [id, position])),
        moves.some(({ dragging }) => dragging),
      )
    }
    select(changes)
  }
  const select = (changes: readonly (NodeChange<CardNode> | EdgeChange<LabelledEdge>)[]) => {
    const chosen = changes.flatMap((change) => (change.type === 'select' ? [change] : []))
    if (chosen.length === 0) return
    const next = new Set(selection)
    for (const { id, selected } of chosen) selected ? next.add(id) : next.delete(id)
    onSelect(next)
  }
  const focused = ({ target }: FocusEvent) => {
    const part = partAt(target)
    if (part && target.matches(':focus-visible')) onSelect(new Set([part]))
  }
  const pressed = (event: KeyboardEvent) => {
    const part = partAt(event.target)
    if (!part) return
    if (event.key === 'Enter') onOpen(part, true)
    else if ((event.key === 'Delete' || event.key === 'Backspace') && !isReadOnly)
      onRemove(selection.has(part) ? selection : new Set([part]))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="absolute inset-0" onFocusCapture={focused} onKeyDownCapture={pressed}>
      <ReactFlow<CardNode, LabelledEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={nodesChanged}
        onEdgesChange={select}
        onNodeClick={(event, { id }) => !event.shiftKey && onOpen(id, false)}
        onEdgeClick={(event, { id }) => !event.shiftKey && onOpen(id, false)}
        onConnect={({ source, target }) => props.onConnect(source, target)}
        isValidConnection={({ source, target }: Connection | LabelledEdge) => props.canConnect(source, target)}
        onMoveStart={(event) => event && setMode('still')}
        nodesConnectable={!isReadOnly}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={MIN_ZOOM}
        maxZoom={1.75}
        ariaLabelConfig={ARIA}
        aria-label={builderText.canvas.label}
        attributionPosition="top-right"
      >
        <Background gap={22} size={1.5} />
        <Camera {...props} positions={positions} direction={direction} mode={mode} />
        <ZoomButtons onFit={() => setMode('all')} />
      </ReactFlow>
    </div>
  )
}

const ARIA = {
  'node.a11yDescription.default': builderText.canvas.nodeHint,
  'node.a11yDescription.keyboardDisabled': builderText.canvas.nodeHint,
  'edge.a11yDescription.default': builderText.canvas.edgeHint,
}

/** The step or connection that an event came from, not what stands inside of it. */
function partAt(target: EventTarget): string | undefined {
  if (!(target instanceof Element) || !target.matches('.react-flow__node, .react-flow__edge')) return undefined
  return target.getAttribute('data-id') ?? undefined
}

function useCards({ flow, positions, direction, selection }: CanvasProps): CardNode[] {
  return useMemo(() => {
    const handles = handlesOf(direction)
    return flow.nodes.map((step) => ({
      id: step.id,
      type: 'step' as const,
      position: positions.get(step.id) ?? { x: 0, y: 0 },
      data: { step, direction },
      selected: selection.has(step.id),
      ariaLabel: builderText.canvas.node(builderText.types[step.type], step.label, step.detail),
      // Every card has the same size, so that nothing has to be measured before edges can be drawn.
      ...NODE,
      measured: NODE,
      handles,
    }))
  }, [flow, positions, direction, selection])
}

function handlesOf(direction: Direction) {
  const middle = { x: NODE.width / 2, y: NODE.height / 2, width: 1, height: 1 }
  return direction === 'down'
    ? [
        { ...middle, type: 'target' as const, position: Position.Top, y: 0 },
        { ...middle, type: 'source' as const, position: Position.Bottom, y: NODE.height },
      ]
    : [
        { ...middle, type: 'target' as const, position: Position.Left, x: 0 },
        { ...middle, type: 'source' as const, position: Position.Right, x: NODE.width },
      ]
}

function useEdges({ flow, positions, direction, selection }: CanvasProps): LabelledEdge[] {
  return useMemo(() => {
    const lanes = lanesOf(flow, positions, direction)
    const labels = new Map(flow.nodes.map(({ id, label }) => [id, label]))
    return flow.edges.map(({ id, source, target, label }) => ({
      id: edgePart(id),
      source,
      target,
      type: 'labelled' as const,
      data: { label, direction, lane: lanes.get(id) ?? null },
      selected: selection.has(edgePart(id)),
      ariaLabel: builderText.canvas.edge(labels.get(source) ?? source, labels.get(target) ?? target, label),
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--color-edge)' },
    }))
  }, [flow, positions, direction, selection])
}

function ZoomButtons({ onFit }: { readonly onFit: () => void }) {
  const { zoomIn, zoomOut } = useReactFlow()
  const duration = isStill() ? 0 : 160
  const { canvas } = builderText
  return (
    <div className="nopan absolute bottom-3 left-3 z-5 flex flex-col rounded-lg border border-line bg-raised p-0.5 shadow-low">
      <IconButton size="small" label={canvas.zoomIn} icon={Plus} onClick={() => void zoomIn({ duration })} />
      <IconButton size="small" label={canvas.zoomOut} icon={Minus} onClick={() => void zoomOut({ duration })} />
      <IconButton size="small" label={canvas.fit} icon={Maximize} onClick={onFit} />
    </div>
  )
}
