import type { ConversationId, EventOf, LiveState, LoggedEvent, Patch } from '@streambed/protocol'
import { failure, quiet } from '../failure.ts'
import type { Http } from '../http.ts'

/** One change of a conversation's live UI state, as its log has it. */
export type StateChange = LoggedEvent & (EventOf<'state'> | EventOf<'state-snapshot'>)

/** People's changes of a conversation's live UI state, and what it was before. */
export interface StateDoor {
  /**
   * Changes the live UI state, as a person. Resolves with the state after it, often before its event is read; the agent sees the
   * change on its next turn. `revision` is the one that the patch was made on: the one on show where it is left out.
   * Rejects with `state-changed` when that is not the last one, `run-open` while an agent is at it, `bad-request` for what does
   * not fit the agent's schema.
   */
  editState(patch: Patch, options?: { readonly revision?: number }): Promise<LiveState>
  /**
   * Takes the last change back: all that one answer changed, or one person at once. Rejects with `nothing-to-undo`; where a `revision`
   * is named, such as the one on show, and that is not the last one, with `state-changed`.
   */
  undoState(options?: { readonly revision?: number }): Promise<LiveState>
  /** Brings back what was undone last. Rejects as `undoState` does. */
  redoState(options?: { readonly revision?: number }): Promise<LiveState>
  /** Every change of the state so far, in order. What comes later, `listen` tells. */
  stateChanges(): Promise<readonly StateChange[]>
}

/** The door of one conversation, which has neither id nor state before its first message. */
export function stateDoor(http: Http, id: () => ConversationId | null, revision: () => number): StateDoor {
  const ask = async <T>(path: string, method: string, body?: unknown): Promise<T> => {
    const conversation = id()
    if (conversation === null) throw failure('not-begun')
    return http.json<T>(`/v1/conversations/${encodeURIComponent(conversation)}/state${path}`, { method, body })
  }
  return {
    editState: (patch, options) => quiet(ask('', 'PATCH', { revision: options?.revision ?? revision(), patch })),
    undoState: (options) => quiet(ask('/undo', 'POST', options)),
    redoState: (options) => quiet(ask('/redo', 'POST', options)),
    stateChanges: () => quiet(ask<{ items: readonly StateChange[] }>('/changes', 'GET').then(({ items }) => items)),
  }
}
