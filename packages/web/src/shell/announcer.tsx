import { useSyncExternalStore } from 'react'

let said = ''
const listeners = new Set<() => void>()

/** Has a screen reader say something when it is done with what it is saying. */
export function announce(words: string): void {
  said = said === words ? `${words}\u00a0` : words // the same words again must differ to be heard
  for (const listener of [...listeners]) listener()
}

/** Where a screen reader listens. Drawn once, at the root. */
export function Announcer() {
  const words = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => said,
  )
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {words}
    </div>
  )
}
