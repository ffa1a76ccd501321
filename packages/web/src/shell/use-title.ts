import { useEffect, useSyncExternalStore } from 'react'
import { text } from '../text/text.ts'

let title: string | null = null
let news = 0
const listeners = new Set<() => void>()

/** Names the page in the browser's tab. */
export function useTitle(name: string | null): void {
  useEffect(() => set({ name }), [name])
}

/** Says in the browser's tab how many conversations have something new: answers that were done while nobody looked. */
export function useNewsInTitle(count: number): void {
  useEffect(() => set({ count }), [count])
  const shown = useSyncExternalStore(subscribe, titleNow)
  useEffect(() => {
    document.title = shown
  }, [shown])
}

function set({ name = title, count = news }: { readonly name?: string | null; readonly count?: number }): void {
  title = name
  news = count
  for (const listener of [...listeners]) listener()
}

function titleNow(): string {
  const name = title ? `${title} · ${text.app.name}` : text.app.name
  return news > 0 ? `(${news}) ${name}` : name
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
