import { Failure } from '@streambed/client'
import { useConnection } from '@streambed/client/react'
import { useCallback, useEffect, useState } from 'react'

/** What was read from the server, and a way to read it again. What was read stays while something is wrong. */
export interface List<Value> {
  readonly value: Value | null
  readonly problem: Failure | null
  readonly reload: () => void
}

/** Reads once, whenever it is told to, and when the connection is back. `read` must stay the same. */
export function useList<Value>(read: () => Promise<Value>): List<Value> {
  const isConnected = useConnection().status === 'connected'
  const [value, setValue] = useState<Value | null>(null)
  const [problem, setProblem] = useState<Failure | null>(null)
  const [count, setCount] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new count asks anew
  useEffect(() => {
    if (!isConnected) return
    let isHere = true
    read().then(
      (value) => {
        if (!isHere) return
        setValue(() => value)
        setProblem(null)
      },
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error
        if (isHere) setProblem(error)
      },
    )
    return () => void (isHere = false)
  }, [read, count, isConnected])
  return { value, problem, reload: useCallback(() => setCount((count) => count + 1), []) }
}
