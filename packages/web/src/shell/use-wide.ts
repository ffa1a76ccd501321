import { useSyncExternalStore } from 'react'

const query = matchMedia('(min-width: 54rem)')

/** Whether there is room for the conversations beside the page. */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches)
}

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
