import type { ConversationId, FileId, Owner, RunId } from '@streambed/protocol'
import type { Head } from '../head.ts'
import type { SearchText } from '../rules.ts'
import type { Entry, RequestRecord, RunRecord, SealedBlock, StoredFile } from '../store.ts'
import { type MemoryAccounts, memoryAccounts } from './accounts.ts'
import { type MemoryAudit, memoryAudit } from './audit.ts'
import { type MemoryBudgets, memoryBudgets } from './budgets.ts'
import { type MemoryRecords, memoryRecords } from './records.ts'
import { type MemoryTimers, memoryTimers } from './timers.ts'
import { type MemoryUsage, memoryUsage } from './usage.ts'

/** All that a memory store holds, part by part. */
export interface Tables {
  now(): number
  readonly logs: Map<ConversationId, Log>
  /** In the order in which they were asked for. */
  readonly runs: Map<RunId, RunRecord>
  /** By `keyOf`, here and below. */
  readonly requests: Map<string, RequestRecord>
  readonly files: Map<string, StoredFile>
  readonly timers: MemoryTimers
  readonly records: MemoryRecords
  readonly usage: MemoryUsage
  readonly accounts: MemoryAccounts
  readonly audit: MemoryAudit
  readonly budgets: MemoryBudgets
  /** How many texts there have been for the search. */
  textCount: number
}

export interface Log {
  head: Head
  readonly entries: Entry[]
  readonly sealed: SealedBlock[]
  readonly texts: NumberedText[]
  readonly files: Set<FileId>
  /** JSON, so that nobody changes it from outside. */
  snapshot: string | undefined
}

/** A text and when it came, counted over all logs: a search that goes on leaves out what is newer than itself. */
export interface NumberedText extends SearchText {
  readonly number: number
}

export function openTables(now: () => number): Tables {
  const runs: Tables['runs'] = new Map()
  const timers = memoryTimers()
  return {
    now,
    logs: new Map(),
    runs,
    requests: new Map(),
    files: new Map(),
    timers,
    records: memoryRecords(now, timers),
    usage: memoryUsage(),
    accounts: memoryAccounts(now),
    audit: memoryAudit(now),
    budgets: memoryBudgets((run) => runs.get(run)?.status === 'active'),
    textCount: 0,
  }
}

/** Changes what is known of a run, where it is known. */
export function changeRun({ runs }: Tables, run: RunId, changes: Partial<RunRecord>): void {
  const record = runs.get(run)
  if (record) runs.set(run, { ...record, ...changes })
}

export const keyOf = (owner: Owner, id: string): string => JSON.stringify([owner.org, owner.user, id])

export function ownerOfKey(key: string): Owner {
  const [org, user] = JSON.parse(key) as [string, string] // as `keyOf` wrote it
  return { org, user }
}

export const isSame = (a: Owner, b: Owner): boolean => a.org === b.org && a.user === b.user
