import { Failure } from '@streambed/client'
import { useState } from 'react'

/** Something that a button does at the server: whether it is under way, and what went wrong the last time. */
export interface Deed {
  readonly isBusy: boolean
  readonly problem: Failure | null
  /** Does it, unless it is being done. */
  run(deed: () => Promise<unknown>): Promise<void>
}

export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Failure | null>(null)
  return {
    isBusy,
    problem,
    async run(deed) {
      if (isBusy) return
      setBusy(true)
      setProblem(null)
      try {
        await deed()
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        setProblem(error)
      } finally {
        setBusy(false)
      }
    },
  }
}
