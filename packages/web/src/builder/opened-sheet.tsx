import { builderText } from '../text/builder.ts'
import { EdgeSheet } from './edge-sheet.tsx'
import { NodeSheet } from './node-sheet.tsx'
import { addNode, changeNode, edgePart, freshId, labelEdge } from './patches.ts'
import type { Strategy } from './strategy.ts'
import type { Edits } from './use-edits.ts'

/** What is looked at beside the canvas: a step, a connection, or a step that is about to be. */
export type Opened = { readonly part: string; readonly byKey: boolean } | { readonly after: string | null }

interface OpenedSheetProps {
  readonly opened: Opened | null
  readonly shown: Strategy
  readonly isReadOnly: boolean
  readonly edits: Edits
  readonly onJoin: (source: string, target: string) => void
  readonly onRemove: (parts: readonly string[]) => void
  readonly onClose: () => void
}

/** The form for what was opened; nothing where nothing is, or it is gone. */
export function OpenedSheet({ opened, shown, isReadOnly, edits, onJoin, onRemove, onClose }: OpenedSheetProps) {
  if (!opened) return null
  const { edit } = edits
  const done = (isDone: boolean) => isDone && onClose()
  if ('after' in opened)
    return isReadOnly ? null : (
      <NodeSheet
        strategy={shown}
        node={null}
        after={opened.after}
        isReadOnly={false}
        isFocused
        onSave={(fields, after) =>
          void edit((strategy) => addNode(strategy, { id: freshId('n', strategy.nodes), ...fields }, after)).then(done)
        }
        onConnect={() => {}}
        onRemove={() => {}}
        onClose={onClose}
      />
    )
  const { part, byKey } = opened
  const node = shown.nodes.find(({ id }) => id === part)
  const edge = shown.edges.find(({ id }) => edgePart(id) === part)
  if (node)
    return (
      <NodeSheet
        key={part}
        strategy={shown}
        node={node}
        after={null}
        isReadOnly={isReadOnly}
        isFocused={byKey}
        onSave={(fields) => void edit((strategy) => changeNode(strategy, { id: part, ...fields })).then(done)}
        onConnect={(target) => onJoin(part, target)}
        onRemove={onRemove}
        onClose={onClose}
      />
    )
  if (!edge) return null
  const labelOf = (id: string) => shown.nodes.find((node) => node.id === id)?.label ?? id
  return (
    <EdgeSheet
      key={part}
      edge={edge}
      title={builderText.canvas.edge(labelOf(edge.source), labelOf(edge.target), '')}
      isReadOnly={isReadOnly}
      isFocused={byKey}
      onSave={(label) => void edit((strategy) => labelEdge(strategy, edge.id, label)).then(done)}
      onRemove={() => onRemove([part])}
      onClose={onClose}
    />
  )
}
