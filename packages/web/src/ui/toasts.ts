/** Something told in passing, with what can be done about it. */
export interface Toast {
  readonly title: string
  readonly actionProps?: { readonly children: string; readonly onClick: () => void }
  /** Called once, when it is gone, whatever the reason. */
  readonly onRemove?: () => void
}

export type ShownToast = Toast & { readonly id: number }

/** How long a toast stays, and so how long its deed can be undone, in milliseconds. */
export const TOAST_MS = 7000
/** The oldest give way to those that come. */
const MAX_SHOWN = 3

let shown: readonly ShownToast[] = []
let made = 0
const listeners = new Set<() => void>()

/** What can be told in passing from anywhere: `toasts.add({ title, actionProps })`. */
export const toasts = {
  /** Answers its name. */
  add(toast: Toast): number {
    const id = ++made
    const gone = shown.slice(0, Math.max(0, shown.length + 1 - MAX_SHOWN))
    set([...shown.slice(gone.length), { ...toast, id }])
    for (const { onRemove } of gone) onRemove?.()
    return id
  },
  /** Harmless where it is gone already. */
  close(id: number): void {
    const toast = shown.find((toast) => toast.id === id)
    if (!toast) return
    set(shown.filter((other) => other !== toast))
    toast.onRemove?.()
  },
  get: (): readonly ShownToast[] => shown,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

function set(next: readonly ShownToast[]): void {
  shown = next
  for (const listener of [...listeners]) listener()
}
