import type { ConversationHandle, LiveState } from '@streambed/client'
import { useConnection } from '@streambed/client/react'
import { useCallback, useEffect, useState } from 'react'
import { type Step, stepsOf, withChange } from './steps.ts'

export interface History {
  /** Null until they have been read. */
  readonly steps: readonly Step[] | null
  readonly hasFailed: boolean
  readonly reload: () => void
}

/** Every change of a conversation's live state: read once, then added to as events come; read anew where one was missed. */
export function useSteps(handle: ConversationHandle, state: LiveState): History {
  const isConnected = useConnection().status === 'connected'
  const [steps, setSteps] = useState<readonly Step[] | null>(null)
  const [hasFailed, setFailed] = useState(false)
  const reload = useCallback(() => {
    setFailed(false)
    handle.stateChanges().then(
      (changes) => setSteps(stepsOf(changes)),
      () => setFailed(true),
    )
  }, [handle])

  useEffect(
    () =>
      handle.listen((event) => {
        if (event.type !== 'state' && event.type !== 'state-snapshot') return
        setSteps((steps) => steps && withChange(steps, event))
      }),
    [handle],
  )
  const known = steps?.at(-1)?.revision ?? 0
  const isBehind = state.revision > 0 && (steps === null || known < state.revision)
  useEffect(() => {
    if (isBehind && isConnected && !hasFailed) reload()
  }, [isBehind, isConnected, hasFailed, reload])
  return { steps, hasFailed, reload }
}
