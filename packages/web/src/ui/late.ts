import { useSyncExternalStore } from 'react'

/**
 * A hook for something that is loaded when it is first needed: undefined until then, which every user draws something for. Should it
 * not come, the next one who needs it tries again.
 */
export function late<Value>(load: () => Promise<Value>): () => Value | undefined {
  let value: Value | undefined
  let isLoading = false
  const listeners = new Set<() => void>()

  function subscribe(listener: () => void): () => void {
    listeners.add(listener)
    if (value === undefined && !isLoading) {
      isLoading = true
      load()
        .then((loaded) => {
          value = loaded
          for (const listener of [...listeners]) listener()
        })
        .catch(() => {}) // what shows without it goes on showing
        .finally(() => {
          isLoading = false
        })
    }
    return () => listeners.delete(listener)
  }
  const read = () => value
  return () => useSyncExternalStore(subscribe, read, read)
}
