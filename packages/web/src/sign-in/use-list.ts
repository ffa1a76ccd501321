import { Failure } from '@streambed/client'
import { useCallback, useEffect, useState } from 'react'

/** What was read from the server, and a way to read it again. */
export interface List<Value> {
  readonly value: Value | null
  readonly problem: string | null
  readonly reload: () => void
}

/** Reads once, and whenever it is told to. `read` must stay the same. */
export function useList<Value>(read: () => Promise<Value>): List<Value> {
  const [value, setValue] = useState<Value | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [count, setCount] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new count asks anew
  useEffect(() => {
    let isHere = true
    read().then(
      (value) => {
        if (!isHere) return
        setValue(() => value)
        setProblem(null)
      },
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error
        if (isHere) setProblem(error.message)
      },
    )
    return () => void (isHere = false)
  }, [read, count])
  return { value, problem, reload: useCallback(() => setCount((count) => count + 1), []) }
}
