import type { UsageQuery, UsageReport } from '@streambed/client'
import { useClient } from '@streambed/client/react'
import { useCallback } from 'react'
import { type List, useList } from '../sign-in/use-list.ts'

/** What a period has cost; null until just that is there. */
export function useUsage({ from, to, by, of }: UsageQuery): List<UsageReport> {
  const client = useClient()
  const read = useCallback(async () => {
    const report = await client.usage({
      ...(from && { from }),
      ...(to && { to }),
      ...(by && { by }),
      ...(of && { of }),
    })
    return { report, of }
  }, [client, from, to, by, of])
  const { value, problem, reload } = useList(read)
  const isAsked =
    value !== null && value.of === of && value.report.by === by && value.report.from === from && value.report.to === to
  return { value: isAsked ? value.report : null, problem, reload }
}
