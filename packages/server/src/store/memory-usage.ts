import type { Owner } from '@streambed/protocol'
import type { UsageRecord, UsageStore, UsageSum } from './usage.ts'

export interface MemoryUsage extends UsageStore {
  add(owner: Owner, record: UsageRecord): void
}

export function memoryUsage(): MemoryUsage {
  const kept: { readonly owner: Owner; readonly record: UsageRecord }[] = []
  return {
    add: (owner, record) => void kept.push({ owner, record }),
    async sum({ org, user }, { from, to, by }) {
      const mine = kept.flatMap(({ owner, record }) => (owner.org === org && owner.user === user ? [record] : []))
      const inTime = mine.filter(({ at }) => at >= from && at < to)
      const groups = Map.groupBy(inTime, ({ at, event, agent, conversation }) => {
        return { day: at.slice(0, 10), model: event.model, agent, conversation }[by]
      })
      return Array.from(groups, ([key, records]) => sumOf(key, records)).sort((a, b) => (a.key < b.key ? -1 : 1))
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
