import type { ConversationId, EventOf, RunId } from '@streambed/protocol'

/** What every model call has cost, kept apart from the logs: an erased conversation still had its price. */
export interface UsageStore {
  /** The calls of a period, summed by what they have in common; ordered by it. */
  sum(whose: Whose, query: UsageQuery): Promise<readonly UsageSum[]>
}

/** One user's, all of an organisation's, or all there are. */
export interface Whose {
  readonly org?: string
  /** Only with `org`. */
  readonly user?: string
}

export const USAGE_KEYS = ['day', 'model', 'agent', 'conversation', 'user', 'organisation'] as const
export type UsageKey = (typeof USAGE_KEYS)[number]

export interface UsageQuery {
  /** ISO dates in UTC: the first day, and the day after the last. */
  readonly from: string
  readonly to: string
  readonly by: UsageKey
}

export interface UsageSum {
  /** The day, the model, the agent, the conversation, the user or the organisation. */
  readonly key: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** Of the calls whose price is known. */
  readonly microDollars: number
  readonly unpricedCalls: number
  readonly estimatedCalls: number
  /** The mean of the calls that got as far as a first token; null when none did. */
  readonly firstTokenMs: number | null
}

/** One model call, as its `usage` event told it. */
export interface UsageRecord {
  readonly conversation: ConversationId
  readonly run: RunId
  readonly agent: string
  /** ISO 8601. */
  readonly at: string
  readonly event: EventOf<'usage'>
}
