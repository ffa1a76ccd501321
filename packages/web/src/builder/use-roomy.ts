import { useSyncExternalStore } from 'react'

const query = matchMedia('(min-width: 72rem)')

/** Whether there is room for a chat and a canvas beside each other. */
export function useRoomy(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches)
}

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
