import { type ConversationId, StreambedError } from '@streambed/protocol'
import { checkLimit } from './cursor.ts'
import { checkRoom, checkSize } from './file-limits.ts'
import { claimed, summaryOf } from './head.ts'
import { NotApplied } from './sqlite/accounts.ts'
import { openAppends } from './sqlite/appends.ts'
import { query } from './sqlite/database.ts'
import type { MergeOptions } from './sqlite/merging.ts'
import { openTables, type Tables } from './sqlite/tables.ts'
import type { Store } from './store.ts'

export interface SqliteStoreOptions {
  /** The database's file; its folder is made if need be. `:memory:` is gone when it closes. */
  readonly path: string
  /** The store's clock, in milliseconds since 1970. */
  readonly now?: () => number
  /** The largest the database may become, in bytes; appends fail beyond. Without it the disk is the limit. */
  readonly maxBytes?: number
  /** Told how long each commit took, in milliseconds. */
  readonly onCommit?: (ms: number) => void
  /** Told once of each conversation in whose log something is found that the disk has not kept as it was written. */
  readonly onDamage?: (conversation: ConversationId) => void
  /** How the log moves to its place, for tests that look at it on its way. */
  readonly merge?: MergeOptions
  /** Names the machine's current start, for tests of what follows a power cut. */
  readonly boot?: string
}

/**
 * Keeps everything in one SQLite database, for one server at a time. What it does is told here, with what waits for the disk and
 * what does not; how, in the parts that `openTables` names.
 *
 * @throws Error when another server has the database open, or a newer version wrote it.
 */
export function sqliteStore({ now = Date.now, onCommit, ...options }: SqliteStoreOptions): Store {
  const tables = openTables({ ...options, now })
  const appends = openAppends(tables, onCommit)
  let isClosed = false

  return {
    epoch: tables.epoch.id,

    append(conversation, events, options = {}) {
      if (events.length === 0) return Promise.resolve([])
      if (isClosed) return Promise.reject(new StreambedError('store-failed', 'It is closed.'))
      return appends.add(conversation, events, options)
    },

    ...readingOf(tables),
    ...conversationsOf(tables),
    ...erasingOf(tables),
    ...requestsOf(tables),
    ...runsOf(tables),
    ...claimsOf(tables),
    ...snapshotsOf(tables),
    ...filesOf(tables),
    usage: usageOf(tables),
    budgets: budgetsOf(tables),
    audit: auditOf(tables),
    timers: timersOf(tables),
    records: recordsOf(tables),
    accounts: accountsOf(tables),

    async [Symbol.asyncDispose]() {
      if (isClosed) return
      isClosed = true
      using db = tables.db
      using log = tables.log
      appends.flush()
      log.merge()
      tables.epoch.markClean()
      db.checkpoint()
    },
  }
}

function readingOf({ heads, log, sealed }: Tables): Pick<Store, 'read' | 'sealed'> {
  return {
    async read(conversation, after) {
      return query(() => {
        const located = heads.get(conversation)
        return located && after < located.head.seq ? log.read(located.number, Math.max(0, after)) : []
      })
    },

    async sealed(conversation, wanted) {
      return query(() => {
        const located = heads.get(conversation)
        return located ? sealed.find(located.number, wanted) : []
      })
    },
  }
}

function conversationsOf({ heads, list, idle }: Tables): Pick<Store, 'find' | 'list' | 'idle'> {
  return {
    async find(owner, conversation) {
      return query(() => {
        const located = heads.ownedBy(owner, conversation)
        return located && summaryOf(located.head)
      })
    },

    async list(owner, options) {
      checkLimit(options.limit)
      return query(() => list(owner, options))
    },

    async idle(options) {
      return query(() => idle(options))
    },
  }
}

function erasingOf(tables: Tables): Pick<Store, 'erase' | 'forget'> {
  const { heads, log, runs, sealed, search, files, budgets, accounts, forget, change } = tables
  return {
    async erase(owner, conversation) {
      const located = query(() => heads.ownedBy(owner, conversation))
      if (!located) return
      const { number } = located
      change('durable', () => {
        for (const part of [budgets, log, runs, sealed, search, files]) part.erase(number)
        accounts.eraseLinks(conversation)
        heads.delete(conversation)
      })
      log.forget(number)
    },

    async forget(owner) {
      change('durable', () => {
        accounts.forgetLinks(owner)
        forget(owner)
      })
    },
  }
}

function requestsOf({ owners, runs }: Tables): Pick<Store, 'findRequest' | 'requestsLike'> {
  return {
    async findRequest(owner, request) {
      return query(() => {
        const number = owners.find(owner)
        return number === undefined ? undefined : runs.findRequest(number, request)
      })
    },

    async requestsLike(owner, prefix, limit) {
      return query(() => {
        const number = owners.find(owner)
        return number === undefined ? [] : runs.requestsLike(number, prefix, limit)
      })
    },
  }
}

function runsOf({ heads, owners, runs }: Tables): Pick<Store, 'findRun' | 'openRuns' | 'parkedRuns'> {
  return {
    async findRun(owner, run) {
      const record = query(() => runs.find(run))
      return record?.owner.org === owner.org && record.owner.user === owner.user ? record : undefined
    },

    async openRuns(conversation) {
      return query(() => {
        const located = heads.get(conversation)
        return located ? runs.open(located.number) : []
      })
    },

    async parkedRuns(owner) {
      return query(() => {
        const number = owners.find(owner)
        return number === undefined ? 0 : runs.countParked(number)
      })
    },
  }
}

function claimsOf({ heads, runs, now, change }: Tables): Pick<Store, 'claim' | 'renew' | 'orphans'> {
  return {
    async claim(conversation, run, server, leaseMs) {
      return change('lazy', () => {
        const located = heads.get(conversation)
        const record = runs.find(run)
        if (!located || record?.conversation !== conversation || record.status === 'ended') return undefined
        const head = claimed(located.head, run, server, now(), leaseMs)
        if (!head) return undefined
        if (located.head.claim) runs.setStatus(located.head.claim.run, 'queued')
        runs.setStatus(run, 'active')
        heads.update({ ...located, head })
        return head.fence
      })
    },

    async renew(server, leaseMs) {
      return change('lazy', () => heads.renew(server, now() + leaseMs))
    },

    async orphans() {
      return query(() => runs.orphans(now()))
    },
  }
}

function snapshotsOf({ heads, files, change }: Tables): Pick<Store, 'snapshot' | 'saveSnapshot'> {
  return {
    async snapshot(conversation) {
      return query(() => {
        const located = heads.get(conversation)
        return located && files.snapshot(located.number)
      })
    },

    async saveSnapshot(fold) {
      change('lazy', () => {
        const located = heads.get(fold.id)
        if (located) files.saveSnapshot(located.number, fold)
      })
    },
  }
}

function filesOf({ owners, files, now, change }: Tables): Pick<Store, 'saveFile' | 'file' | 'files'> {
  return {
    async saveFile(owner, file, { room = Number.POSITIVE_INFINITY } = {}) {
      checkSize(file)
      // Whatever waits for the disk next, such as the message that names it, makes it durable.
      change('lazy', () => {
        const number = owners.findOrAdd(owner)
        files.save(number, file, now())
        checkRoom(files.taken(number), room) // what does not fit is taken back
      })
    },

    async file(owner, file) {
      return query(() => {
        const number = owners.find(owner)
        return number === undefined ? undefined : files.find(number, file)
      })
    },

    async files(owner, { cursor = '', limit }) {
      checkLimit(limit)
      return query(() => {
        const number = owners.find(owner)
        const found = number === undefined ? [] : files.list(number, cursor, limit + 1)
        const items = found.slice(0, limit)
        return { items, cursor: found.length > limit ? items.at(-1)!.id : null }
      })
    },
  }
}

function usageOf({ usage }: Tables): Store['usage'] {
  return {
    sum: async (whose, period) => query(() => usage.sum(whose, period)),
  }
}

function budgetsOf({ budgets, change }: Tables): Store['budgets'] {
  return {
    list: async (org) => query(() => budgets.list(org)),
    set: async (org, budget) => change('durable', () => budgets.set(org, budget)),
    remove: async (org, key) => change('durable', () => budgets.remove(org, key)),
    reserve: async (reservation, lines) => change('lazy', () => budgets.reserve(reservation, lines)),
    standing: async (lines) => query(() => budgets.standing(lines)),
    tell: async (line, percent) => change('lazy', () => budgets.tell(line, percent)),
  }
}

function auditOf({ audit, now, change }: Tables): Store['audit'] {
  return {
    add: async (entry) => change('durable', () => audit.add(entry, new Date(now()).toISOString())),
    list: async (org, options) => query(() => audit.list(org, options)),
    prune: async (before) => change('lazy', () => audit.prune(before)),
    verify: (noted) => audit.verify(noted),
  }
}

function timersOf({ timers, change }: Tables): Store['timers'] {
  return {
    set: async (timer) => change('durable', () => timers.set(timer)),
    find: async (owner, key) => query(() => timers.find(owner, key)),
    cancel: async (owner, key) => change('durable', () => timers.cancel(owner, key)),
    due: async (time, limit) => query(() => timers.due(time, limit)),
    next: async () => query(() => timers.next()),
    settle: async (settlement) => change('durable', () => timers.settle(settlement)),
    postpone: async (timer, until) => change('lazy', () => timers.postpone(timer, until)),
  }
}

function recordsOf({ records, change }: Tables): Store['records'] {
  return {
    create: async (...args) => change('durable', () => records.create(...args)),
    find: async (...args) => query(() => records.find(...args)),
    list: async (...args) => query(() => records.list(...args)),
    change: async (...args) => change('durable', () => records.change(...args)),
    erase: async (...args) => change('durable', () => records.erase(...args)),
  }
}

function accountsOf({ accounts, change }: Tables): Store['accounts'] {
  return {
    find: async (kind, id) => query(() => accounts.find(kind, id)),
    named: async (kind, name) => query(() => accounts.named(kind, name)),
    list: async (kind, of, after) => query(() => accounts.list(kind, of, after)),
    async apply(changes) {
      try {
        change('durable', () => accounts.apply(changes))
        return true
      } catch (error) {
        if (error instanceof NotApplied) return false
        throw error
      }
    },
    prune: async () => change('lazy', () => accounts.prune()),
  }
}
