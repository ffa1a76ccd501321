import type { ConversationId, Owner } from '@streambed/protocol'
import type { AuditCheck, AuditHead } from './audit-chain.ts'
import type { NewEvent, Page } from './store.ts'
import type { UsageRecord } from './usage.ts'

/**
 * Keeps who did what: sign-ins, changes of permissions and budgets, exports, deletions, model calls, tools and what was allowed. Entries are only ever added;
 * none is changed, and they go when their time is up. They hold names and numbers, and nothing that people or models said.
 * Events that are appended make theirs by themselves, in the same transaction.
 */
export interface AuditStore {
  add(entry: NewAuditEntry): Promise<void>
  /** Newest first. */
  list(org: string, options: AuditListOptions): Promise<Page<AuditEntry>>
  /** Removes what is older (ISO 8601). Returns how many entries that were. */
  prune(before: string): Promise<number>
  /**
   * Looks at all entries, of every organisation: each holds the hash of the one before. `noted` is the head of an earlier look, whose
   * entry must still be the same, unless it is gone because its time was up.
   */
  verify(noted?: AuditHead): Promise<AuditCheck>
}

export const AUDIT_KINDS = [
  'sign-in',
  'account-change',
  'permission-change',
  'budget-change',
  'export',
  'deletion',
  'model-call',
  'tool-call',
  'approval',
  'filter',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]

export interface NewAuditEntry {
  readonly org: string
  /** Null where nobody knows, such as at a sign-in that failed. */
  readonly user: string | null
  readonly kind: AuditKind
  readonly data: Readonly<Record<string, unknown>>
}

export interface AuditEntry extends NewAuditEntry {
  /** Grows from entry to entry. */
  readonly number: number
  /** ISO 8601. */
  readonly at: string
}

export interface AuditListOptions {
  readonly kind?: AuditKind
  readonly user?: string
  /** Not older than this, and older than that (ISO 8601). */
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
  /** 1 to 100. */
  readonly limit: number
}

/** The entries of model calls: who asked which model, how many tokens it was, and how it ended. `events` are those it came with. */
export function auditOfCalls(
  { org, user }: Owner,
  calls: readonly UsageRecord[],
  events: readonly NewEvent[],
): readonly NewAuditEntry[] {
  return calls.map(({ conversation, run, agent, event }) => {
    const { model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microDollars, estimated } = event
    const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
    const data = {
      conversation,
      run,
      agent,
      model,
      ...tokens,
      microDollars,
      estimated,
      outcome: outcomeOf(run, events),
    }
    return { org, user, kind: 'model-call', data }
  })
}

/**
 * The entries of what else has happened: which tool was used, what a run asked people and what they answered, which filter changed or
 * refused something. What it was is nowhere.
 */
export function auditOfEvents(
  { org, user }: Owner,
  conversation: ConversationId,
  events: readonly NewEvent[],
): readonly NewAuditEntry[] {
  return events.flatMap((event): NewAuditEntry[] => {
    switch (event.type) {
      case 'tool-result': {
        const { run, call, name: tool, ok } = event
        return [
          { org, user, kind: 'tool-call', data: { conversation, run, call, tool, outcome: ok ? 'done' : 'failed' } },
        ]
      }
      case 'approval-request': {
        const { run, approval, call, name: tool } = event
        return [{ org, user, kind: 'approval', data: { conversation, run, approval, call, tool, outcome: 'asked' } }]
      }
      case 'budget-request': {
        const { run, approval, scope, period } = event
        return [{ org, user, kind: 'approval', data: { conversation, run, approval, scope, period, outcome: 'asked' } }]
      }
      case 'approval-answer': {
        const { run, approval, approved, by } = event
        const outcome = by === null ? 'unanswered' : approved ? 'approved' : 'denied'
        return [{ org, user: by, kind: 'approval', data: { conversation, run, approval, outcome } }]
      }
      case 'filter': {
        const { run, filter, on, action, found } = event
        return [{ org, user, kind: 'filter', data: { conversation, run, filter, on, outcome: action, found } }]
      }
      default:
        return []
    }
  })
}

/** The last call of a run comes with its end. After the others it goes on, with tools or in another call. */
function outcomeOf(run: string, events: readonly NewEvent[]): string {
  const end = events.find((event) => event.type === 'run-end' && event.run === run)
  if (end?.type !== 'run-end') return 'goes on'
  return end.detail ?? end.error?.code ?? end.reason
}
