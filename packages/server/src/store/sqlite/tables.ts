import type { ConversationId } from '@streambed/protocol'
import { openAccounts } from './accounts.ts'
import { openAudit } from './audit.ts'
import { openBudgets } from './budgets.ts'
import { damageOf } from './damage.ts'
import { type Durability, openDatabase } from './database.ts'
import { openEpoch } from './epoch.ts'
import { openFiles } from './files.ts'
import { openForget } from './forget.ts'
import { openHeads } from './heads.ts'
import { openIdle } from './idle.ts'
import { openList } from './list.ts'
import { openLog } from './log.ts'
import { openMark } from './mark.ts'
import type { MergeOptions } from './merging.ts'
import { openOwners } from './owners.ts'
import { openRecords } from './records.ts'
import { openRuns } from './runs.ts'
import { openSealed } from './sealed.ts'
import { openSearch } from './search.ts'
import { openTimers } from './timers.ts'
import { openUsage } from './usage.ts'

export interface TablesOptions {
  readonly path: string
  readonly now: () => number
  readonly maxBytes?: number | undefined
  readonly merge?: MergeOptions | undefined
  readonly onDamage?: ((conversation: ConversationId) => void) | undefined
  readonly boot?: string | undefined
}

/** All that one database holds, part by part, each with its own statements. What changes, changes inside `change`. */
export type Tables = ReturnType<typeof openTables>

export function openTables({ path, now, maxBytes, merge, boot, onDamage }: TablesOptions) {
  const db = openDatabase(path, maxBytes)
  const epoch = openEpoch(db, openMark(path), boot)
  const log = openLog(db, damageOf(db, onDamage), merge)
  const heads = openHeads(db, log.isBehind)
  const owners = openOwners(db)
  const search = openSearch(db)
  const timers = openTimers(db, owners)

  return {
    now,
    db,
    epoch,
    log,
    heads,
    owners,
    search,
    timers,
    runs: openRuns(db),
    sealed: openSealed(db),
    usage: openUsage(db),
    files: openFiles(db),
    records: openRecords(db, owners, timers, now),
    accounts: openAccounts(db, now),
    budgets: openBudgets(db),
    audit: openAudit(db),
    list: openList(db, owners, heads, search),
    idle: openIdle(db),
    forget: openForget(db, owners),
    change,
  }

  /** A transaction; what is kept in memory follows it only once it has succeeded. */
  function change<Result>(durability: Durability, work: () => Result): Result {
    try {
      const result = db.transaction(durability, work)
      heads.keep()
      log.keep()
      return result
    } catch (error) {
      heads.drop()
      log.drop()
      throw error
    }
  }
}
