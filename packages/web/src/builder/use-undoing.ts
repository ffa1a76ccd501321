import { useEffect, useEffectEvent } from 'react'
import type { Edits } from './use-edits.ts'
import type { MovesInUse, Way } from './use-moves.ts'

export interface Undoing {
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly undo: () => void
  readonly redo: () => void
}

/**
 * What was done last is taken back first, whether somebody has moved something or the strategy was changed: by button, and by
 * Ctrl or Cmd with Z, and with Shift, wherever nobody is writing.
 *
 * @param canChange whether the strategy can be changed; moves can always be taken back
 */
export function useUndoing({ state, undo, redo }: Edits, { isNext, turn }: MovesInUse, canChange: boolean): Undoing {
  const go = (way: Way) => void (way === 'undo' ? undo : redo)((state) => turn(way, state) || !canChange)
  useUndoKeys(go)
  return {
    canUndo: isNext('undo', state) || (canChange && state.undo.length > 0),
    canRedo: isNext('redo', state) || (canChange && state.redo.length > 0),
    undo: () => go('undo'),
    redo: () => go('redo'),
  }
}

function useUndoKeys(go: (way: Way) => void) {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const isWriting =
      event.target instanceof Element && event.target.closest('input:not([type=range]), textarea, select')
    if (isWriting || event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey) return
    const key = event.key.toLowerCase()
    if (key !== 'z' && key !== 'y') return
    event.preventDefault()
    go(event.shiftKey || key === 'y' ? 'redo' : 'undo')
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
}
