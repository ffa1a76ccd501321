import type { ConversationId, Owner } from '@streambed/protocol'
import type { Account } from '../agent/account.ts'
import type { Engine } from './engine.ts'

/** What a user has here, as seen from one of the user's conversations. */
export function accountOf({ store }: Engine, owner: Owner, asking: ConversationId): Account {
  return {
    async searchConversations(query, limit) {
      const { items } = await store.list(owner, { query, limit: Math.min(limit + 1, 50) })
      return items
        .filter(({ id }) => id !== asking)
        .slice(0, limit)
        .map(({ id: conversation, title, updatedAt, snippet = '' }) => ({
          conversation,
          title,
          updatedAt,
          snippet: snippet.replace(/[⟦⟧]/g, ''),
        }))
    },
    usage: (period) => store.usage.sum(owner, period),
  }
}
