import type { ConversationId, ConversationSummary, Owner } from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import { auditOfCalls, auditOfFilters } from './audit.ts'
import { checkLimit, decodeCursor, encodeCursor, ListCursor, listCursorOf, SearchCursor } from './cursor.ts'
import { newEntry } from './entry.ts'
import { claimed, type Head, isFenced, summaryOf } from './head.ts'
import { isPassing } from './passing.ts'
import { type Changes, type Known, project } from './projection.ts'
import { NotApplied, openAccounts } from './sqlite/accounts.ts'
import { openAudit } from './sqlite/audit.ts'
import { openBudgets } from './sqlite/budgets.ts'
import { groupCommits } from './sqlite/commits.ts'
import { type Durability, failure, openDatabase } from './sqlite/database.ts'
import { openEpoch } from './sqlite/epoch.ts'
import { openFiles } from './sqlite/files.ts'
import { openForget } from './sqlite/forget.ts'
import { HEAD, type HeadRow, type Located, openHeads } from './sqlite/heads.ts'
import { openIdle } from './sqlite/idle.ts'
import { type MergeOptions, openLog } from './sqlite/log.ts'
import { openOwners } from './sqlite/owners.ts'
import { openRecords } from './sqlite/records.ts'
import { openRuns } from './sqlite/runs.ts'
import { openSealed } from './sqlite/sealed.ts'
import { openSearch } from './sqlite/search.ts'
import { openTimers } from './sqlite/timers.ts'
import { openUsage } from './sqlite/usage.ts'
import {
  type AppendOptions,
  type Entry,
  Fenced,
  type ListOptions,
  MAX_FILE_BYTES,
  type NewEvent,
  type Page,
  type Store,
} from './store.ts'

export interface SqliteStoreOptions {
  /** The database's file; its folder is made if need be. `:memory:` is gone when it closes. */
  readonly path: string
  /** The store's clock, in milliseconds since 1970. */
  readonly now?: () => number
  /** The largest the database may become, in bytes; appends fail beyond. Without it the disk is the limit. */
  readonly maxBytes?: number
  /** Told how long each commit took, in milliseconds. */
  readonly onCommit?: (ms: number) => void
  /** How the log moves to its place, for tests that look at it on its way. */
  readonly merge?: MergeOptions
  /** Names the machine's current start, for tests of what follows a power cut. */
  readonly boot?: string
}

/**
 * Keeps everything in one SQLite database, for one server at a time.
 *
 * @throws Error when another server has the database open, or a newer version wrote it.
 */
export function sqliteStore({ path, now = Date.now, maxBytes, onCommit, merge, boot }: SqliteStoreOptions): Store {
  const db = openDatabase(path, maxBytes)
  const epoch = openEpoch(db, boot)
  const log = openLog(db, merge)
  const heads = openHeads(db, log.isBehind)
  const owners = openOwners(db)
  const runs = openRuns(db)
  const sealed = openSealed(db)
  const usage = openUsage(db)
  const search = openSearch(db)
  const files = openFiles(db)
  const timers = openTimers(db, owners)
  const records = openRecords(db, owners, timers, now)
  const accounts = openAccounts(db, now)
  const budgets = openBudgets(db)
  const audit = openAudit(db)
  const forget = openForget(db, owners)
  const idle = openIdle(db)
  const listed = db.prepare(`
    select ${HEAD} where conversation.owner = ? and conversation.archived = ? and (pinned, updated_at, id) < (?, ?, ?)
    order by pinned desc, updated_at desc, id desc limit ?`)
  const commits = groupCommits(commit, onCommit)
  let isClosed = false

  return {
    epoch: epoch.id,

    append(conversation, events, options = {}) {
      if (events.length === 0) return Promise.resolve([])
      if (isClosed) return Promise.reject(new StreambedError('store-failed', 'It is closed.'))
      const { promise, resolve, reject } = Promise.withResolvers<readonly Entry[]>()
      commits.add({ conversation, events, options, passes: events.every(isPassing), resolve, reject })
      return promise
    },

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

    async find(owner, conversation) {
      return query(() => {
        const located = ownedBy(owner, conversation)
        return located && summaryOf(located.head)
      })
    },

    async list(owner, options) {
      checkLimit(options.limit)
      return query(() => (options.query?.trim() ? found(owner, options.query, options) : newest(owner, options)))
    },

    async idle(options) {
      return query(() => idle(options))
    },

    async erase(owner, conversation) {
      const located = query(() => ownedBy(owner, conversation))
      if (!located) return
      const { number } = located
      change('durable', () => {
        for (const part of [budgets, log, runs, sealed, search, files]) part.erase(number)
        heads.delete(conversation)
      })
      log.forget(number)
    },

    async forget(owner) {
      change('durable', () => forget(owner))
    },

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

    async saveFile(owner, file) {
      if (file.bytes.length > MAX_FILE_BYTES) throw new StreambedError('bad-file', 'It is larger than 5 MB.')
      // Whatever waits for the disk next, such as the message that names it, makes it durable.
      change('lazy', () => files.save(owners.findOrAdd(owner), file, now()))
    },

    async file(owner, file) {
      return query(() => {
        const number = owners.find(owner)
        return number === undefined ? undefined : files.find(number, file)
      })
    },

    usage: {
      sum: async (whose, period) => query(() => usage.sum(whose, period)),
    },

    audit: {
      add: async (entry) => change('durable', () => audit.add(entry, new Date(now()).toISOString())),
      list: async (org, options) => query(() => audit.list(org, options)),
      prune: async (before) => change('lazy', () => audit.prune(before)),
      verify: (noted) => audit.verify(noted),
    },

    budgets: {
      list: async (org) => query(() => budgets.list(org)),
      set: async (org, budget) => change('durable', () => budgets.set(org, budget)),
      remove: async (org, key) => change('durable', () => budgets.remove(org, key)),
      reserve: async (reservation, lines) => change('lazy', () => budgets.reserve(reservation, lines)),
      standing: async (lines) => query(() => budgets.standing(lines)),
      tell: async (line, percent) => change('lazy', () => budgets.tell(line, percent)),
    },

    timers: {
      set: async (timer) => change('durable', () => timers.set(timer)),
      find: async (owner, key) => query(() => timers.find(owner, key)),
      cancel: async (owner, key) => change('durable', () => timers.cancel(owner, key)),
      due: async (time, limit) => query(() => timers.due(time, limit)),
      next: async () => query(() => timers.next()),
      settle: async (settlement) => change('durable', () => timers.settle(settlement)),
      postpone: async (timer, until) => change('lazy', () => timers.postpone(timer, until)),
    },

    records: {
      create: async (...args) => change('durable', () => records.create(...args)),
      find: async (...args) => query(() => records.find(...args)),
      list: async (...args) => query(() => records.list(...args)),
      change: async (...args) => change('durable', () => records.change(...args)),
      erase: async (...args) => change('durable', () => records.erase(...args)),
    },

    accounts: {
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
    },

    async [Symbol.asyncDispose]() {
      if (isClosed) return
      isClosed = true
      using _db = db
      using _log = log
      commits.flush()
      log.merge()
      epoch.markClean()
      db.checkpoint()
    },
  }

  /** Everything that waited, as one transaction. What the rules refuse is left out of it. */
  function commit(waiting: readonly Waiting[]): void {
    const at = new Date(now()).toISOString()
    const durability = waiting.every((append) => append.passes) ? 'lazy' : 'durable'
    try {
      const outcomes = change(durability, () => {
        const outcomes = waiting.map((append) => outcomeOf(append, at))
        log.write()
        return outcomes
      })
      for (const [i, { resolve, reject }] of waiting.entries()) {
        const outcome = outcomes[i]!
        if ('refusal' in outcome) reject(outcome.refusal)
        else resolve(outcome.entries)
      }
    } catch (error) {
      const isOwnFault = !(error instanceof StreambedError)
      if (isOwnFault && waiting.length > 1) for (const append of waiting) commit([append])
      else for (const { reject } of waiting) reject(error)
    }
  }

  function outcomeOf({ conversation, events, options, passes }: Waiting, at: string): Outcome {
    const located = heads.get(conversation)
    if (located && passes && isOfActiveRun(located.head, events, options)) return { entries: grow(located, events, at) }
    const known: Known = {
      run(id) {
        const run = runs.find(id)
        return run && run.conversation !== conversation ? 'elsewhere' : run
      },
      isTaken(owner, request) {
        const number = owners.find(owner)
        return number !== undefined && runs.findRequest(number, request) !== undefined
      },
    }
    try {
      if (options.settles && !timers.mayBe(options.settles)) throw new Fenced()
      const changes = project(conversation, located?.head, events, at, options, known)
      if (options.settles) timers.settle(options.settles)
      return { entries: apply(located, changes, events, at) }
    } catch (refusal) {
      if (refusal instanceof Fenced || refusal instanceof StreambedError) return { refusal }
      throw refusal
    }
  }

  /** What nearly all appends are: more of an answer. Nothing but the log changes, and its row follows later. */
  function grow(located: Located, events: readonly NewEvent[], at: string): readonly Entry[] {
    const entries = entriesAfter(located.head.seq, events, at)
    log.add(located.number, entries)
    heads.grow(located, located.head.seq + events.length)
    return entries
  }

  function apply(
    before: Located | undefined,
    { head, ...changes }: Changes,
    events: readonly NewEvent[],
    at: string,
  ): readonly Entry[] {
    const entries = entriesAfter(before?.head.seq ?? 0, events, at)
    const located = before ? { ...before, head } : heads.insert(owners.findOrAdd(head.owner), head)
    if (before) heads.update(located)
    const { number, owner } = located
    for (const run of changes.newRuns) runs.add(number, run)
    for (const { of, by } of changes.retries) runs.setRetriedBy(of, by)
    for (const run of changes.runs) {
      runs.stand(run)
      if (run.status !== 'active') budgets.release(run.run)
    }
    for (const { request, record } of changes.requests) runs.addRequest(owner, number, request, record)
    for (const text of changes.texts) search.add(owner, number, text)
    for (const file of changes.files) files.use(owner, number, file)
    for (const block of changes.sealed) sealed.add(number, block)
    for (const record of changes.usage) {
      usage.add(owner, record)
      budgets.settle(head.owner, record)
    }
    for (const entry of auditOfCalls(head.owner, changes.usage, events)) audit.add(entry, at)
    for (const entry of auditOfFilters(head.owner, head.id, events)) audit.add(entry, at)
    log.add(number, entries)
    return entries
  }

  function newest(owner: Owner, { cursor, limit, archived = false }: ListOptions): Page<ConversationSummary> {
    const [, pinned, updatedAt, id] = cursor === undefined ? BEFORE_ALL : decodeCursor(ListCursor, cursor)
    const number = owners.find(owner)
    if (number === undefined) return { items: [], cursor: null }
    const rows = listed.all(number, Number(archived), Number(pinned), updatedAt, id, limit + 1) as unknown as HeadRow[]
    const page = rows.slice(0, limit).map((row) => heads.of(row).head)
    return {
      items: page.map(summaryOf),
      cursor: rows.length > limit ? encodeCursor(listCursorOf(page.at(-1)!)) : null,
    }
  }

  function found(owner: Owner, query: string, { cursor, limit, archived = false }: ListOptions) {
    const [, shown, newest] =
      cursor === undefined ? (['search', 0, search.newest()] as const) : decodeCursor(SearchCursor, cursor)
    const number = owners.find(owner)
    const hits = number === undefined ? [] : search.find(number, query, archived, newest)
    const end = shown + limit
    return {
      items: hits.slice(shown, end).map((hit) => {
        const snippet = search.snippet(query, hit)
        return { ...summaryOf(heads.of(hit.row).head), snippet }
      }),
      cursor: hits.length > end ? encodeCursor(['search', end, newest]) : null,
    }
  }

  function ownedBy(owner: Owner, conversation: ConversationId): Located | undefined {
    const located = heads.get(conversation)
    return located?.head.owner.org === owner.org && located.head.owner.user === owner.user ? located : undefined
  }

  /** A transaction; memory follows it only once it has succeeded. */
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

interface Waiting {
  readonly conversation: ConversationId
  readonly events: readonly NewEvent[]
  readonly options: AppendOptions
  /** It holds nothing but what `isPassing`. */
  readonly passes: boolean
  resolve(entries: readonly Entry[]): void
  reject(reason: unknown): void
}

type Outcome = { readonly entries: readonly Entry[] } | { readonly refusal: unknown }

/** Sorts before every place in the list: pinned ones are 1, times and ids are plain letters and digits. */
const BEFORE_ALL = ['list', 2, '', ''] as const

function isOfActiveRun(head: Head, events: readonly NewEvent[], options: AppendOptions): boolean {
  const run = head.claim?.run
  if (options.fence === undefined || isFenced(head, options)) return false
  return events.every((event) => isPassing(event) && event.run === run && event.sealed === undefined)
}

function entriesAfter(seq: number, events: readonly NewEvent[], at: string): readonly Entry[] {
  return events.map((event, i) => newEntry(seq + 1 + i, at, event))
}

function query<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw failure(error)
  }
}
