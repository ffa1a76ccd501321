import type { ConversationId } from '@streambed/protocol'
import type { Database } from './database.ts'

/** Tells of damage, once of each conversation, by its number; it is met whenever somebody reads there. */
export function damageOf(db: Database, tell?: (conversation: ConversationId) => void): (conversation: number) => void {
  const told = new Set<number>()
  const select = db.prepare('select id from conversation where number = ?')
  return (conversation) => {
    if (!tell || told.has(conversation)) return
    told.add(conversation)
    const row = select.get(conversation)
    if (row) tell(row['id'] as ConversationId)
  }
}
