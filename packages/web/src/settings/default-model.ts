import { useSyncExternalStore } from 'react'

const KEY = 'streambed.model'
const listeners = new Set<() => void>()
let chosen = read()

/** The model that answers messages from this browser; null where each agent uses its own. */
export function defaultModel(): string | null {
  return chosen
}

/** The same, and the way to change it. */
export function useDefaultModel(): readonly [string | null, (model: string | null) => void] {
  return [useSyncExternalStore(subscribe, defaultModel), choose]
}

function choose(model: string | null): void {
  chosen = model
  try {
    if (model === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, model)
  } catch {
    // Where storage is forbidden the choice lasts as long as the page.
  }
  for (const listener of [...listeners]) listener()
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null // storage is forbidden
  }
}

function subscribe(listener: () => void): () => void {
  const follow = ({ key, newValue }: StorageEvent) => {
    if (key !== KEY) return
    chosen = newValue // another tab has chosen
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', follow)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', follow)
  }
}
