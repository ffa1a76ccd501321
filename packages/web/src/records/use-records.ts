import type { Kept, RecordsQuery } from '@streambed/client'
import { useClient, useConnection, useConversations } from '@streambed/client/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { inWords } from '../text/problems.ts'

export interface RecordList<Value> {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly items: readonly Kept<Value>[]
  /** Why the last reading failed. What was read before stays. */
  readonly problem: string | null
  /** Reads the next page; null where there is none. */
  readonly loadMore: (() => void) | null
  readonly reload: () => void
}

/**
 * The user's records of a collection. They are read again whenever the server says that something of the user's has changed, and when the connection is back. Nothing is read while `isWanted` is false.
 */
export function useRecords<Value extends object>(
  collection: string,
  query: RecordsQuery,
  isWanted = true,
): RecordList<Value> {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const { items: conversations } = useConversations()
  const key = JSON.stringify(query)
  const records = useMemo(() => client.records<Value>(collection), [client, collection])
  const newest = useRef(0)
  const [read, setRead] = useState<Read<Value>>(nothing)

  const readPage = useCallback(
    (after: string | null) => {
      const number = ++newest.current
      const page: RecordsQuery = { ...JSON.parse(key), ...(after !== null && { cursor: after }) }
      records.list(page).then(
        ({ items, cursor }) => {
          if (number !== newest.current) return
          setRead((read) => ({
            key,
            status: 'ready',
            items: after === null ? items : [...read.items, ...items],
            cursor,
            problem: null,
          }))
        },
        (error: Error) => {
          if (number !== newest.current) return
          setRead((read) => ({
            ...read,
            status: read.status === 'ready' ? 'ready' : 'failed',
            problem: inWords(error),
          }))
        },
      )
    },
    [records, key],
  )
  const reload = useCallback(() => readPage(null), [readPage])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is read again at the same sign
  useEffect(() => {
    if (isConnected && isWanted) reload()
  }, [isConnected, isWanted, reload, conversations])

  const shown = read.key === key || read.status === 'failed' ? read : { ...nothing, items: [] }
  const { status, items, problem, cursor } = shown
  return { status, items, problem, loadMore: cursor === null ? null : () => readPage(cursor), reload }
}

interface Read<Value> {
  /** What was asked. */
  readonly key: string
  readonly status: RecordList<Value>['status']
  readonly items: readonly Kept<Value>[]
  readonly cursor: string | null
  readonly problem: string | null
}

const nothing = { key: '', status: 'loading', items: [], cursor: null, problem: null } as const
