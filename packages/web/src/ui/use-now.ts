import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** The time in milliseconds, anew each second while `isTicking`. */
export function useNow(isTicking: boolean): number {
  return useSyncExternalStore(isTicking ? everySecond : never, currentSecond)
}

/** Steady within a second, as a snapshot must be. */
function currentSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000
}

function everySecond(listener: () => void): () => void {
  const timer = setInterval(listener, 250) // four looks a second, so that no second is skipped
  return () => clearInterval(timer)
}
