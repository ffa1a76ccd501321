import type { ConversationHandle, LiveState, Patch } from '@streambed/client'
import { useRef, useState } from 'react'
import { builderText } from '../text/builder.ts'
import { toasts } from '../ui/toast.tsx'
import { readStrategy, type Strategy } from './strategy.ts'

export interface Edits {
  /** The newest state that is known: an edit's answer is often here before its event. */
  readonly state: LiveState
  /** Makes a change of the strategy as it will be when its turn has come. Resolves with whether it was made. */
  readonly edit: (change: (strategy: Strategy) => Patch) => Promise<boolean>
  /** Takes the log's last change back, when its turn has come; `instead` may have done something in its place by then. */
  readonly undo: (instead?: Instead) => Promise<boolean>
  readonly redo: (instead?: Instead) => Promise<boolean>
}

/** Returns whether there is nothing left to do. Is given the state as it is then. */
type Instead = (state: LiveState) => boolean

/** A person's changes of the live state, one after the other. What is refused says so, and why. */
export function useEdits(handle: ConversationHandle, state: LiveState): Edits {
  const [answered, setAnswered] = useState(state)
  const latest = answered.revision > state.revision ? answered : state
  const newest = useRef(latest)
  if (latest.revision > newest.current.revision) newest.current = latest
  const queue = useRef<Promise<unknown>>(Promise.resolve())

  /** What is on show here: a change that came from elsewhere meanwhile is not taken back unseen. */
  const seen = () => ({ revision: newest.current.revision })
  const inTurn = (change: () => Promise<LiveState | undefined>): Promise<boolean> => {
    const turn = queue.current.then(async () => {
      try {
        const next = await change()
        if (next && next.revision > newest.current.revision) newest.current = next
        if (next) setAnswered(next)
        return true
      } catch (error) {
        toasts.add({ title: sentenceFor(error) })
        return false
      }
    })
    queue.current = turn
    return turn
  }
  return {
    state: latest,
    edit: (change) =>
      inTurn(async () => {
        const { revision, value } = newest.current
        const patch = change(readStrategy(value))
        return patch.length > 0 ? handle.editState(patch, { revision }) : undefined
      }),
    undo: (instead) => inTurn(async () => (instead?.(newest.current) ? undefined : handle.undoState(seen()))),
    redo: (instead) => inTurn(async () => (instead?.(newest.current) ? undefined : handle.redoState(seen()))),
  }
}

/** What people are told when a change was refused. */
function sentenceFor(error: unknown): string {
  const { change } = builderText
  const { code, message } = error as { code?: string; message?: string } // a `Failure`, or anything
  if (code === 'state-changed') return change.changed
  if (code === 'run-open') return change.busy
  if (code === 'nothing-to-undo') return change.nothingToUndo
  return `${change.failed} ${message ?? ''}`.trim()
}
