import type { LiveState } from '@streambed/client'
import type { CanvasView } from './stored-view.ts'

/** How some nodes stood before somebody moved them, and how they stand since. */
export interface Move {
  readonly from: CanvasView
  readonly to: CanvasView
  /** By an arrow key: the next press goes on with it. */
  readonly isNudge: boolean
}

/** What the log can take back and bring back. */
export type Undoable = Pick<LiveState, 'undo' | 'redo'>

/**
 * The moves that can be taken back, and those that can be brought back, the newest last. The log knows nothing of them: each keeps
 * what the log's last change was, and its turn has come when that is the last one again.
 */
export interface Moves {
  readonly done: readonly { readonly move: Move; readonly over: Unit }[]
  /** `under`: what the log would have brought back next, so that a change made since leaves none of them. */
  readonly undone: readonly { readonly move: Move; readonly over: Unit; readonly under: Unit }[]
}

type Unit = string | undefined

export const NO_MOVES: Moves = { done: [], undone: [] }

/** How many are remembered: as many as the log's changes. */
const MAX_MOVES = 100

export function withMove({ done }: Moves, move: Move, log: Undoable): Moves {
  const over = log.undo.at(-1)
  const last = done.at(-1)
  const goesOn = last && last.over === over && last.move.isNudge && move.isNudge && isOfSame(last.move, move)
  const next = goesOn
    ? [...done.slice(0, -1), { move: { ...move, from: last.move.from }, over }]
    : [...done, { move, over }]
  return { done: next.slice(-MAX_MOVES), undone: [] }
}

/** The newest move, and what is left of them without it; null where the log's last change is newer, or there is none. */
export function takenBack({ done, undone }: Moves, { undo, redo }: Undoable) {
  const last = done.at(-1)
  if (!last || last.over !== undo.at(-1)) return null
  return { move: last.move, moves: { done: done.slice(0, -1), undone: [...undone, { ...last, under: redo.at(-1) }] } }
}

/** The move that was taken back last, where it comes before what the log would bring back. */
export function broughtBack({ done, undone }: Moves, { undo, redo }: Undoable) {
  const last = undone.at(-1)
  if (!last || last.over !== undo.at(-1) || last.under !== redo.at(-1)) return null
  const { move, over } = last
  return { move, moves: { done: [...done, { move, over }], undone: undone.slice(0, -1) } }
}

/** Where the change before a move was taken back out of turn, such as on another device, the move stands on the one that is the last now. */
export function standing(moves: Moves, { undo }: Undoable): Moves {
  const isLost = (over: Unit) => over !== undefined && !undo.includes(over)
  if (!moves.done.some(({ over }) => isLost(over))) return moves
  return { ...moves, done: moves.done.map(({ move, over }) => ({ move, over: isLost(over) ? undo.at(-1) : over })) }
}

function isOfSame({ to: one }: Move, { to: other }: Move): boolean {
  return one.positions.size === other.positions.size && [...other.positions.keys()].every((id) => one.positions.has(id))
}
