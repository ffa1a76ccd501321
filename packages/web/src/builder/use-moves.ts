import { useRef } from 'react'
import { broughtBack, type Move, type Moves, NO_MOVES, standing, takenBack, type Undoable, withMove } from './moves.ts'
import { isSame } from './placement.ts'
import type { CanvasView } from './stored-view.ts'

export interface MovesInUse {
  /** Whether a move is the next thing to be taken back, or brought back, and not a change of the log. */
  readonly isNext: (way: Way, log: Undoable) => boolean
  /** Takes the last move back, or brings it back. Returns false, and does nothing, where none is next. */
  readonly turn: (way: Way, log: Undoable) => boolean
}

export type Way = 'undo' | 'redo'

/**
 * What somebody has moved on a canvas, to take it back in turn with the changes of its log.
 *
 * @param arrange puts nodes to where they stand in a view
 */
export function useMoves(log: Undoable, arrange: (view: CanvasView) => void) {
  const moves = useRef(NO_MOVES) // every change of them is one of the view, which is drawn again
  moves.current = standing(moves.current, log)
  return {
    /** Remembers a move that was made. */
    note(move: Move): void {
      const { from, to } = move
      if (from.direction !== to.direction || !isSame(from.positions, to.positions))
        moves.current = withMove(moves.current, move, log)
    },
    isNext: (way: Way, log: Undoable) => turned(way, moves.current, log) !== null,
    turn(way: Way, log: Undoable) {
      const next = turned(way, standing(moves.current, log), log)
      if (!next) return false
      moves.current = next.moves
      arrange(way === 'undo' ? next.move.from : next.move.to)
      return true
    },
  }
}

function turned(way: Way, moves: Moves, log: Undoable) {
  return way === 'undo' ? takenBack(moves, log) : broughtBack(moves, log)
}
