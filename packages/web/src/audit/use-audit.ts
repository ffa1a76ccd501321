import { Failure } from '@streambed/client'
import type { AuditEntry, AuditPage, AuditQuery } from '@streambed/client/admin'
import { useConnection } from '@streambed/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { admin } from '../admin/admin.ts'

export interface AuditList {
  /** Null until the first page is there. */
  readonly entries: readonly AuditEntry[] | null
  readonly problem: Failure | null
  /** Reads the next page; null where there is none, and while one is being read. */
  readonly loadMore: (() => void) | null
  readonly isLast: boolean
  readonly reload: () => void
}

/** The entries that a query means, page by page. They are read anew when the query changes and when the connection is back. */
export function useAudit({ kind, user, from, to }: AuditQuery): AuditList {
  const isConnected = useConnection().status === 'connected'
  const newest = useRef(0)
  const [pages, setPages] = useState<readonly AuditPage[] | null>(null)
  const [isReading, setReading] = useState(false)
  const [problem, setProblem] = useState<Failure | null>(null)

  const read = useCallback(
    (cursor: string | null) => {
      const number = ++newest.current
      const isNewest = () => number === newest.current
      const asked = { ...(kind && { kind }), ...(user && { user }), ...(from && { from }), ...(to && { to }) }
      setReading(true)
      setProblem(null)
      admin
        .audit({ ...asked, ...(cursor !== null && { cursor }) })
        .then(
          (page) => isNewest() && setPages((pages) => (cursor === null ? [page] : [...(pages ?? []), page])),
          (error: unknown) => {
            if (!(error instanceof Failure)) throw error
            if (isNewest()) setProblem(error)
          },
        )
        .finally(() => isNewest() && setReading(false))
    },
    [kind, user, from, to],
  )
  const reload = useCallback(() => read(null), [read])
  useEffect(() => {
    if (isConnected) reload()
  }, [isConnected, reload])

  const cursor = pages?.at(-1)?.cursor ?? null
  return {
    entries: pages?.flatMap(({ items }) => items) ?? null,
    problem,
    loadMore: cursor === null || isReading ? null : () => read(cursor),
    isLast: pages !== null && cursor === null,
    reload,
  }
}
