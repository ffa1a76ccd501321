import type { ConversationId, ConversationSummary, EventOf, Owner, RunId } from '@streambed/protocol'
import type { AppendOptions } from './store.ts'

/** What a store knows of a conversation without reading its log. */
export interface Head {
  readonly id: ConversationId
  readonly owner: Owner
  readonly agent: string
  /** As somebody named it, or else the beginning of the first message. */
  readonly title: string | null
  readonly pinned: boolean
  readonly archived: boolean
  /** The client's own name for it. */
  readonly alias: string | null
  readonly createdAt: string
  /** When a message was written or a run got on; pieces of text do not count. */
  readonly updatedAt: string
  readonly seq: number
  readonly claim: Claim | null
  /** The last fence that was given out. */
  readonly fence: number
}

/** Who answers now, and until when that holds by the store's clock. */
export interface Claim {
  readonly run: RunId
  readonly server: string
  readonly until: number
}

/** The head of a conversation that begins. */
export function firstHead(id: ConversationId, event: EventOf<'conversation-start'>, at: string): Head {
  const { owner, agent, title, alias = null } = event
  return {
    id,
    owner,
    agent,
    title,
    pinned: false,
    archived: false,
    alias,
    createdAt: at,
    updatedAt: at,
    seq: 1,
    claim: null,
    fence: 0,
  }
}

/** The head once `run` is its active one; undefined when another claim still holds. */
export function claimed(head: Head, run: RunId, server: string, now: number, leaseMs: number): Head | undefined {
  if (head.claim && head.claim.until > now) return undefined
  return { ...head, claim: { run, server, until: now + leaseMs }, fence: head.fence + 1 }
}

/** Whether an append's writer is no longer the one. */
export function isFenced(head: Head, { fence }: AppendOptions): boolean {
  return fence !== undefined && (!head.claim || head.fence !== fence)
}

export function summaryOf(head: Head): ConversationSummary {
  const { id, agent, title, pinned, archived, alias, createdAt, updatedAt, seq, claim } = head
  return { id, agent, title, pinned, archived, alias, createdAt, updatedAt, seq, activeRun: claim?.run ?? null }
}
