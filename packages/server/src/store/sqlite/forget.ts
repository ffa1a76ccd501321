import type { Owner } from '@streambed/protocol'
import { ERASED } from '../store.ts'
import type { Database } from './database.ts'
import type { Owners } from './owners.ts'

/**
 * Removes what is kept for a user, apart from conversations. What was spent stays with the organisation, without a name; budgets know
 * it until its time is over.
 */
export function openForget(db: Database, owners: Owners): (owner: Owner) => void {
  const theirs = ['record_index', 'record', 'timer', 'file_use', 'file', 'request'].map((table) =>
    db.prepare(`delete from ${table} where owner = ?`),
  )
  const move = db.prepare(`update usage set owner = ?, conversation = '', run = '' where owner = ?`)
  const remove = db.prepare(`
    delete from owner where number = ?1 and not exists (select 1 from conversation where owner = ?1)`)

  return (owner) => {
    const number = owners.find(owner)
    if (number === undefined) return
    for (const statement of theirs) statement.run(number)
    move.run(owners.findOrAdd({ ...owner, user: ERASED }), number)
    remove.run(number)
  }
}
