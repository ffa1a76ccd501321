import type { Mark } from './comparison.ts'
import { LOOKS } from './node-looks.ts'
import { boundsOf, type Direction, NODE, type Point, type Positions, tidy } from './placement.ts'
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
  const positions = props.positions ?? tidy(flow, direction)
  const bounds = boundsOf(flow.nodes, positions)
  const head = caption ? caption.length * LINE + 14 : 0
  const width = Math.max(bounds.width, caption ? 420 : 0) + 2 * PADDING
  const x = bounds.x - (width - bounds.width) / 2
  const y = bounds.y - PADDING - head
  const height = bounds.height + 2 * PADDING + head
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
      {caption?.map((line, i) => (
        <text
          key={line}
          x={x + PADDING}
          y={y + PADDING + 8 + i * LINE}
          fontSize={i === 0 ? 17 : 13}
          fontWeight={i === 0 ? 650 : 400}
          className={i === 0 ? 'fill-ink' : 'fill-soft'}
        >
          {line}
        </text>
      ))}
      {flow.edges.map((edge) => (
        <EdgeDrawing
          key={edge.id}
          edge={edge}
          from={at(edge.source)}
          to={at(edge.target)}
          {...{ direction, isDetailed }}
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

interface NodeDrawingProps {
  readonly node: FlowNode
  readonly at: Point
  readonly isDetailed: boolean
  readonly mark: Mark
  readonly word: string | undefined
}

const MARKED: Record<Mark, string> = { same: 'stroke-line', changed: 'stroke-warning', only: 'stroke-accent' }
const WORDS: Record<Mark, string> = { same: '', changed: 'fill-warning', only: 'fill-accent' }

function NodeDrawing({ node, at: { x, y }, isDetailed, mark, word }: NodeDrawingProps) {
  const { icon: Icon, fill, stroke, radius, isDashed } = LOOKS[node.type]
  const left = x + (radius > 30 ? 18 : 15)
  const middle = y + NODE.height / 2
  const textLeft = left + 52
  const room = NODE.width - (textLeft - x) - (radius > 30 ? 22 : 14)
  const label = isDetailed ? linesOf(node.label, { width: room, size: 13.5, weight: 600, most: 1 }) : []
  const detail = isDetailed ? linesOf(node.detail, { width: room, size: 12, weight: 400, most: 2 }) : []
  const top = middle - ((label.length + detail.length) * 17) / 2 + 13
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={NODE.width}
        height={NODE.height}
        rx={radius}
        className={`fill-raised ${MARKED[mark]}`}
        strokeWidth={mark === 'same' ? (isDetailed ? 1.25 : 3) : 3}
        strokeDasharray={isDashed ? (isDetailed ? '5 4' : '10 8') : undefined}
      />
      <rect x={left} y={middle - 20} width={40} height={40} rx={12} className={fill} />
      <Icon x={left + 10} y={middle - 10} width={20} height={20} className={stroke} aria-hidden="true" />
      {isDetailed ? (
        [...label, ...detail].map((line, i) => (
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
        ))
      ) : (
        <>
          <rect x={textLeft} y={middle - 17} width={room * 0.72} height={11} rx={5.5} className="fill-edge" />
          <rect x={textLeft} y={middle + 5} width={room * 0.95} height={9} rx={4.5} className="fill-line" />
        </>
      )}
      {word && mark !== 'same' && (
        <text x={x + NODE.width - 16} y={y - 6} fontSize={12} fontWeight={650} textAnchor="end" className={WORDS[mark]}>
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
  readonly isDetailed: boolean
}

function EdgeDrawing({ edge, from, to, direction, isDetailed }: EdgeDrawingProps) {
  const isDown = direction === 'down'
  const [sx, sy] = isDown
    ? [from.x + NODE.width / 2, from.y + NODE.height]
    : [from.x + NODE.width, from.y + NODE.height / 2]
  const [tx, ty] = isDown ? [to.x + NODE.width / 2, to.y] : [to.x, to.y + NODE.height / 2]
  const bend = Math.max(24, Math.abs(isDown ? ty - sy : tx - sx) / 2)
  const [ax, ay, bx, by] = isDown ? [sx, sy + bend, tx, ty - bend] : [sx + bend, sy, tx - bend, ty]
  const tip = isDown
    ? `M${tx - 5} ${ty - 8}L${tx} ${ty - 1}L${tx + 5} ${ty - 8}`
    : `M${tx - 8} ${ty - 5}L${tx - 1} ${ty}L${tx - 8} ${ty + 5}`
  const [lx, ly] = [(sx + tx) / 2, (sy + ty) / 2]
  const half = edge.label.length * 3.3 + 10
  return (
    <g>
      <path
        d={`M${sx} ${sy}C${ax} ${ay} ${bx} ${by} ${tx} ${ty}${tip}`}
        fill="none"
        strokeWidth={isDetailed ? 1.5 : 3.5}
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-edge"
      />
      {isDetailed && edge.label !== '' && (
        <>
          <rect x={lx - half} y={ly - 10} width={2 * half} height={20} rx={10} className="fill-ground stroke-line" />
          <text x={lx} y={ly + 4} fontSize={11} fontWeight={500} textAnchor="middle" className="fill-soft">
            {edge.label}
          </text>
        </>
      )}
    </g>
  )
}
