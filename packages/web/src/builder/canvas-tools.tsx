import { ArrowDownFromLine, ArrowRightFromLine, CirclePlus, Redo2, Undo2, WandSparkles } from 'lucide-react'
import { builderText } from '../text/builder.ts'
import { IconButton } from '../ui/button.tsx'
import type { Direction } from './placement.ts'
import type { Undoing } from './use-undoing.ts'

interface CanvasToolsProps {
  readonly undoing: Undoing
  readonly isReadOnly: boolean
  readonly direction: Direction
  readonly onTidy: (direction?: Direction) => void
  readonly onAdd: () => void
}

/** What can be done on the canvas. */
export function CanvasTools({ undoing, isReadOnly, direction, onTidy, onAdd }: CanvasToolsProps) {
  const { canUndo, canRedo, undo, redo } = undoing
  const { canvas } = builderText
  const isDown = direction === 'down'
  return (
    <div className="flex items-center rounded-lg border border-line bg-raised p-0.5 shadow-low">
      <IconButton size="small" label={canvas.undo} icon={Undo2} disabled={!canUndo} onClick={undo} />
      <IconButton size="small" label={canvas.redo} icon={Redo2} disabled={!canRedo} onClick={redo} />
      <span aria-hidden="true" className="mx-1 h-4 w-px bg-line" />
      <IconButton size="small" label={canvas.add} icon={CirclePlus} disabled={isReadOnly} onClick={onAdd} />
      <span aria-hidden="true" className="mx-1 h-4 w-px bg-line" />
      <IconButton size="small" label={canvas.tidy} icon={WandSparkles} onClick={() => onTidy()} />
      <IconButton
        size="small"
        label={isDown ? canvas.right : canvas.down}
        icon={isDown ? ArrowRightFromLine : ArrowDownFromLine}
        onClick={() => onTidy(isDown ? 'right' : 'down')}
      />
    </div>
  )
}
