import { useClient, useConnection } from '@streambed/client/react'
import { useCallback, useEffect, useState } from 'react'
import { builderText } from '../../text/builder.ts'
import { inWords } from '../../text/problems.ts'
import { toasts } from '../../ui/toast.tsx'
import { type KeptStrategy, savedStrategies } from '../saved-strategy.ts'

export interface StrategyList {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly items: readonly KeptStrategy[]
  /** Reads the next page; null where there is none. */
  readonly loadMore: (() => void) | null
  readonly problem: string | null
  readonly reload: () => void
  readonly rename: (record: KeptStrategy, name: string) => void
  /** Removes one for good. */
  readonly remove: (record: KeptStrategy) => Promise<void>
}

const PAGE = 24

/** The user's strategies, those that were saved last first. */
export function useStrategies(): StrategyList {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const [status, setStatus] = useState<StrategyList['status']>('loading')
  const [items, setItems] = useState<readonly KeptStrategy[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  const read = useCallback(
    (after: string | null) => {
      const page = { order: '-savedAt', limit: PAGE, ...(after !== null && { cursor: after }) }
      savedStrategies(client)
        .list(page)
        .then(
          ({ items, cursor }) => {
            setItems((known) => (after === null ? items : [...known, ...items]))
            setCursor(cursor)
            setStatus('ready')
            setProblem(null)
          },
          (error: Error) => {
            setProblem(inWords(error))
            setStatus((status) => (status === 'ready' ? 'ready' : 'failed'))
          },
        )
    },
    [client],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: at first, and again when the connection has come or come back
  useEffect(() => read(null), [isConnected, read])

  return {
    status,
    items,
    problem,
    loadMore: cursor === null ? null : () => read(cursor),
    reload: () => {
      setStatus('loading')
      read(null)
    },
    rename(record, name) {
      const show = (name: string) =>
        setItems((items) => items.map((item) => (item.id === record.id ? { ...item, name } : item)))
      show(name)
      savedStrategies(client)
        .patch(record.id, { name })
        .catch((error: Error) => {
          show(record.name)
          toasts.add({ title: `${builderText.strategies.changeFailed} ${inWords(error)}` })
        })
    },
    remove: async (record) => {
      try {
        await savedStrategies(client).remove(record.id)
        setItems((items) => items.filter(({ id }) => id !== record.id))
      } catch (error) {
        toasts.add({ title: `${builderText.strategies.changeFailed} ${inWords(error as Error)}` }) // a `Failure`
      }
    },
  }
}
