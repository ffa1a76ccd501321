import type { ConversationId } from '@streambed/protocol'

/** What one user has in this deployment. */
export interface Account {
  /** The user's conversations in which these words stand, best match first; the one that asks is left out. */
  searchConversations(query: string, limit: number): Promise<readonly FoundConversation[]>
  /** What the user's model calls have cost in a period: ISO dates in UTC, the first day and the day after the last. */
  usage(period: { readonly from: string; readonly to: string; readonly by: UsageKey }): Promise<readonly UsageSum[]>
}

export interface FoundConversation {
  readonly conversation: ConversationId
  readonly title: string | null
  readonly updatedAt: string
  /** Where the words were found. */
  readonly snippet: string
}

export type UsageKey = 'day' | 'model' | 'agent' | 'conversation'

export interface UsageSum {
  readonly key: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly microDollars: number
}

/** Where nothing is known of anybody. */
export const noAccount: Account = {
  searchConversations: async () => [],
  usage: async () => [],
}
