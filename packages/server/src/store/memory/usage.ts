import type { ConversationId, Owner, RunId } from '@streambed/protocol'
import { ERASED } from '../store.ts'
import type { UsageRecord, UsageStore, UsageSum } from '../usage.ts'

export interface MemoryUsage extends UsageStore {
  add(owner: Owner, record: UsageRecord): void
  /** Makes an owner's usage that of nobody in the same organisation. */
  forget(owner: Owner): void
}

export function memoryUsage(): MemoryUsage {
  let kept: { readonly owner: Owner; readonly record: UsageRecord }[] = []
  return {
    add: (owner, record) => void kept.push({ owner, record }),
    forget({ org, user }) {
      kept = kept.map((line) => {
        if (line.owner.org !== org || line.owner.user !== user) return line
        const nowhere = { conversation: '' as ConversationId, run: '' as RunId } // no id: there is none any more
        return { owner: { org, user: ERASED }, record: { ...line.record, ...nowhere } }
      })
    },
    async sum({ org, user }, { from, to, by }) {
      const counted = kept.filter(({ owner, record: { at } }) => {
        const isWhose = (org === undefined || owner.org === org) && (user === undefined || owner.user === user)
        return isWhose && at >= from && at < to
      })
      const groups = Map.groupBy(counted, ({ owner, record: { at, event, agent, conversation } }) => {
        const day = at.slice(0, 10)
        return { day, model: event.model, agent, conversation, user: owner.user, organisation: owner.org }[by]
      })
      const records = Array.from(groups, ([key, group]) => ({ key, records: group.map(({ record }) => record) }))
      return records.map(({ key, records }) => sumOf(key, records)).sort((a, b) => (a.key < b.key ? -1 : 1))
    },
  }
}

function sumOf(key: string, records: readonly UsageRecord[]): UsageSum {
  const total = (field: (event: UsageRecord['event']) => number): number =>
    records.reduce((sum, { event }) => sum + field(event), 0)
  const waited = records.flatMap(({ event }) => event.firstTokenMs ?? [])
  return {
    key,
    calls: records.length,
    inputTokens: total((event) => event.inputTokens),
    outputTokens: total((event) => event.outputTokens),
    cacheReadTokens: total((event) => event.cacheReadTokens),
    cacheWriteTokens: total((event) => event.cacheWriteTokens),
    microDollars: total((event) => event.microDollars ?? 0),
    unpricedCalls: total((event) => Number(event.microDollars === null)),
    estimatedCalls: total((event) => Number(event.estimated)),
    firstTokenMs: waited.length === 0 ? null : waited.reduce((sum, ms) => sum + ms, 0) / waited.length,
  }
}
