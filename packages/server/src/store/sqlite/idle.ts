import type { ConversationId } from '@streambed/protocol'
import type { IdleOptions, OwnedConversation } from '../store.ts'
import type { Database } from './database.ts'
import { ownerOf } from './owners.ts'

/** What `Store.idle` does. The index of the list has the conversations of each owner by their time. */
export function openIdle(db: Database): (options: IdleOptions) => readonly OwnedConversation[] {
  const select = db.prepare(`
    select owner.name as owner, conversation.id as conversation
    from owner cross join conversation on conversation.owner = owner.number
    where (?2 is null or owner.name ->> '$[0]' = ?2)
      and archived in (0, 1) and pinned in (0, 1) and updated_at < ?1
    limit ?3`)

  return ({ before, org = null, limit }) => {
    const rows = select.all(before, org, limit) as { owner: string; conversation: ConversationId }[] // of our own schema
    return rows.map(({ owner, conversation }) => ({ owner: ownerOf(owner), conversation }))
  }
}
