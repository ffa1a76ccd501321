import type { Mark } from './comparison.ts'
import { edgePath, entry, exit, lanesOf } from './edge-path.ts'
import { LOOKS } from './node-looks.ts'
import { boundsOf, type Direction, NODE, type Point, type Positions, type Size, tidy } from './placement.ts'
import type { Flow, FlowEdge, FlowNode } from './strategy.ts'
import { linesOf } from './text-lines.ts'

interface FlowPictureProps {
  readonly flow: Flow
  /** What it is a picture of, for those who do not see it. */
  readonly label: string
  /** As on the canvas; laid out anew where left out. */
  readonly positions?: Positions
  readonly direction?: Direction
  /** With words; without, it is small enough that nobody could read them. */
  readonly isDetailed?: boolean
  /** What differs from another flow, and the words for it. */
  readonly marks?: ReadonlyMap<string, Mark>
  readonly markWords?: Readonly<Record<Mark, string>>
  /** Stands above, in an image that is kept by itself. */
  readonly caption?: readonly [title: string, ...lines: string[]]
  readonly className?: string
}

const PADDING = 20
const LINE = 22

/** A flowchart as a drawing: nothing on it can be moved or changed. */
export function FlowPicture(props: FlowPictureProps) {
  const { flow, label, direction = 'down', isDetailed = false, marks, markWords, caption, className } = props
  const size = isDetailed ? NODE : TILE
  const positions = props.positions ?? tidy(flow, direction, size)
  const lanes = lanesOf(flow, positions, direction, size)
  const bounds = withLanes(boundsOf(flow.nodes, positions, size), lanes, direction, isDetailed ? LABEL : 4)
  const width = Math.max(bounds.width, caption ? WIDTH_OF_CAPTION : 0) + 2 * PADDING
  const head = captionLines(caption, width - 2 * PADDING)
  const headHeight = head.length > 0 ? head.length * LINE + 14 : 0
  const x = bounds.x - (width - bounds.width) / 2
  const y = bounds.y - PADDING - headHeight
  const height = bounds.height + 2 * PADDING + headHeight
  const at = (id: string): Point => positions.get(id) ?? { x: 0, y: 0 }
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${x} ${y} ${width} ${height}`}
      width={width}
      height={height}
      className={className}
      fontFamily="system-ui, sans-serif"
    >
      {head.map(({ line, isTitle }, i) => (
        <text
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          key={i}
          x={x + PADDING}
          y={y + PADDING + 8 + i * LINE}
          fontSize={isTitle ? 17 : 13}
          fontWeight={isTitle ? 650 : 400}
          className={isTitle ? 'fill-ink' : 'fill-soft'}
        >
          {line}
        </text>
      ))}
      {flow.edges.map((edge) => (
        <EdgeDrawing
          key={edge.id}
          edge={edge}
          from={exit(at(edge.source), size, direction)}
          to={entry(at(edge.target), size, direction)}
          direction={direction}
          lane={lanes.get(edge.id) ?? null}
          isDetailed={isDetailed}
        />
      ))}
      {flow.nodes.map((node) => {
        const mark = marks?.get(node.id) ?? 'same'
        return (
          <NodeDrawing
            key={node.id}
            node={node}
            at={at(node.id)}
            isDetailed={isDetailed}
            mark={mark}
            word={markWords?.[mark]}
          />
        )
      })}
    </svg>
  )
}

/** The narrowest that an image with words above it may be. */
const WIDTH_OF_CAPTION = 420

function captionLines(caption: FlowPictureProps['caption'], width: number) {
  if (!caption) return []
  const [title, ...rest] = caption
  const titleLines = linesOf(title, { width, size: 17, weight: 650, most: 2 })
  return [...titleLines.map((line) => ({ line, isTitle: true })), ...rest.map((line) => ({ line, isTitle: false }))]
}

/** Too small for words: a step is its picture. */
const TILE: Size = { width: 76, height: 76 }

type Bounds = ReturnType<typeof boundsOf>

/** With room for the lanes at its sides. */
function withLanes(bounds: Bounds, lanes: ReadonlyMap<string, number>, direction: Direction, room: number): Bounds {
  const { x, y, width, height } = bounds
  const [from, to] = direction === 'down' ? [x, x + width] : [y, y + height]
  const least = Math.min(from, ...[...lanes.values()].map((lane) => lane - room))
  const most = Math.max(to, ...[...lanes.values()].map((lane) => lane + room))
  if (direction === 'down') return { x: least, y, width: most - least, height }
  return { x, y: least, width, height: most - least }
}

/** What the label of an edge may take up at each side of its lane. */
const LABEL = 34

interface NodeDrawingProps {
  readonly node: FlowNode
  readonly at: Point
  readonly isDetailed: boolean
  readonly mark: Mark
  readonly word: string | undefined
}

const MARKED: Record<Mark, string> = { same: 'stroke-line', changed: 'stroke-warning', only: 'stroke-accent' }
const WORDS: Record<Mark, string> = { same: '', changed: 'fill-warning', only: 'fill-accent' }

function NodeDrawing(props: NodeDrawingProps) {
  return props.isDetailed ? <WordsDrawing {...props} /> : <TileDrawing {...props} />
}

function TileDrawing({ node, at: { x, y } }: NodeDrawingProps) {
  const { icon: Icon, fill, stroke, radius, isDashed } = LOOKS[node.type]
  const common = { x, y, ...TILE, rx: Math.min(radius * 1.4, TILE.width / 2) }
  return (
    <g>
      <rect
        {...common}
        className="fill-raised stroke-line"
        strokeWidth={3}
        strokeDasharray={isDashed ? '9 7' : undefined}
      />
      <rect {...common} className={fill} />
      <Icon x={x + 21} y={y + 21} width={34} height={34} className={stroke} aria-hidden="true" />
    </g>
  )
}

function WordsDrawing({ node, at: { x, y }, mark, word }: NodeDrawingProps) {
  const { icon: Icon, fill, stroke, radius, isDashed } = LOOKS[node.type]
  const left = x + (radius > 30 ? 18 : 15)
  const middle = y + NODE.height / 2
  const textLeft = left + 52
  const room = NODE.width - (textLeft - x) - (radius > 30 ? 22 : 14)
  const label = linesOf(node.label, { width: room, size: 13.5, weight: 600, most: 1 })
  const detail = linesOf(node.detail, { width: room, size: 12, weight: 400, most: 2 })
  const top = middle - ((label.length + detail.length) * 17) / 2 + 13
  return (
    <g>
      <rect
        x={x}
        y={y}
        {...NODE}
        rx={Math.min(radius, NODE.height / 2)}
        className={`fill-raised ${MARKED[mark]}`}
        strokeWidth={mark === 'same' ? 1.25 : 3}
        strokeDasharray={isDashed ? '5 4' : undefined}
      />
      <rect x={left} y={middle - 20} width={40} height={40} rx={12} className={fill} />
      <Icon x={left + 10} y={middle - 10} width={20} height={20} className={stroke} aria-hidden="true" />
      {[...label, ...detail].map((line, i) => (
        <text
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          key={i}
          x={textLeft}
          y={top + i * 17}
          fontSize={i < label.length ? 13.5 : 12}
          fontWeight={i < label.length ? 600 : 400}
          className={i < label.length ? 'fill-ink' : 'fill-soft'}
        >
          {line}
        </text>
      ))}
      {word && mark !== 'same' && (
        <text x={x + NODE.width - 16} y={y - 7} fontSize={13} fontWeight={650} textAnchor="end" className={WORDS[mark]}>
          {word}
        </text>
      )}
    </g>
  )
}

interface EdgeDrawingProps {
  readonly edge: FlowEdge
  readonly from: Point
  readonly to: Point
  readonly direction: Direction
  readonly lane: number | null
  readonly isDetailed: boolean
}

function EdgeDrawing({ edge, from, to, direction, lane, isDetailed }: EdgeDrawingProps) {
  const { path, middle } = edgePath(from, to, direction, lane)
  const wing = isDetailed ? 5 : 8
  const tip =
    direction === 'down'
      ? `M${to.x - wing} ${to.y - 2 * wing}L${to.x} ${to.y - 1}L${to.x + wing} ${to.y - 2 * wing}`
      : `M${to.x - 2 * wing} ${to.y - wing}L${to.x - 1} ${to.y}L${to.x - 2 * wing} ${to.y + wing}`
  const half = edge.label.length * 3.3 + 10
  return (
    <g>
      <path
        d={path + tip}
        fill="none"
        strokeWidth={isDetailed ? 1.5 : 3}
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-edge"
      />
      {isDetailed && edge.label !== '' && (
        <>
          <rect
            x={middle.x - half}
            y={middle.y - 10}
            width={2 * half}
            height={20}
            rx={10}
            className="fill-ground stroke-line"
          />
          <text x={middle.x} y={middle.y + 4} fontSize={11} fontWeight={500} textAnchor="middle" className="fill-soft">
            {edge.label}
          </text>
        </>
      )}
    </g>
  )
}
