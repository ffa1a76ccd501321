import { useSyncExternalStore } from 'react'
import { text } from '../text/text.ts'
import { toasts } from '../ui/toast.tsx'

/**
 * Conversations that look deleted already and will be when their toast goes: the only delete that can be undone is
 * one not yet done.
 */
let hidden: ReadonlySet<string> = new Set()
const removals = new Map<string, () => void>()
const listeners = new Set<() => void>()

/**
 * Hides a conversation at once and removes it for good when the toast that offers to undo it is gone, or the page is.
 */
export function removeUndoably(id: string, title: string, remove: () => Promise<unknown>): void {
  if (removals.has(id)) return
  setHidden([...hidden, id])
  const finish = () => {
    if (!removals.delete(id)) return
    void remove().finally(() => setHidden([...hidden].filter((other) => other !== id)))
  }
  const undo = () => {
    removals.delete(id)
    setHidden([...hidden].filter((other) => other !== id))
    toasts.close(toast)
  }
  removals.set(id, finish)
  const toast: number = toasts.add({
    title,
    actionProps: { children: text.conversation.undo, onClick: undo },
    onRemove: finish,
  })
}

/** The conversations that are on their way out. */
export function useHidden(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => hidden)
}

addEventListener('pagehide', () => {
  for (const finish of [...removals.values()]) finish()
})

function setHidden(ids: readonly string[]): void {
  hidden = new Set(ids)
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
