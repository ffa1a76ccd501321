import type { ConversationHandle, LiveState } from '@streambed/client'
import { useConnection } from '@streambed/client/react'
import { useEffect, useRef, useState } from 'react'
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
  const [reading, setReading] = useState<'no' | 'yes' | 'failed'>('no')
  /** What the state was when it was last read: what a reading does not bring, another one of the same state does not. */
  const readFor = useRef(0)

  useEffect(
    () =>
      handle.listen((event) => {
        if (event.type !== 'state' && event.type !== 'state-snapshot') return
        setSteps((steps) => steps && withChange(steps, event))
      }),
    [handle],
  )
  const { revision } = state
  const isBehind = (steps?.at(-1)?.revision ?? 0) < revision
  useEffect(() => {
    if (!isBehind || !isConnected || reading !== 'no' || readFor.current >= revision) return
    readFor.current = revision
    setReading('yes')
    handle.stateChanges().then(
      (changes) => {
        setSteps(stepsOf(changes))
        setReading('no')
      },
      () => {
        readFor.current = 0
        setReading('failed')
      },
    )
  }, [handle, isBehind, isConnected, reading, revision])
  return { steps, hasFailed: reading === 'failed', reload: () => setReading('no') }
}
