import type { Conversation, ConversationId, FileId, Owner, RunId } from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import { auditOfCalls, auditOfFilters } from './audit.ts'
import { checkLimit, decodeCursor, encodeCursor, ListCursor, listCursorOf, SearchCursor } from './cursor.ts'
import { newEntry } from './entry.ts'
import { claimed, type Head, summaryOf } from './head.ts'
import { memoryAccounts } from './memory-accounts.ts'
import { memoryAudit } from './memory-audit.ts'
import { memoryBudgets } from './memory-budgets.ts'
import { memoryRecords } from './memory-records.ts'
import { bestMatch } from './memory-search.ts'
import { memoryTimers } from './memory-timers.ts'
import { memoryUsage } from './memory-usage.ts'
import { type Changes, project } from './projection.ts'
import type { SearchText } from './rules.ts'
import {
  type Entry,
  Fenced,
  MAX_FILE_BYTES,
  type RequestRecord,
  type RunRecord,
  type SealedBlock,
  type Store,
  type StoredFile,
} from './store.ts'
import { wordsOf } from './words.ts'

export interface MemoryStoreOptions {
  /** The store's clock, in milliseconds since 1970. */
  readonly now?: () => number
}

interface Log {
  head: Head
  readonly entries: Entry[]
  readonly sealed: SealedBlock[]
  readonly texts: NumberedText[]
  readonly files: Set<FileId>
  snapshot: string | undefined
}

/** A text and when it came, counted over all logs: a search that goes on leaves out what is newer than itself. */
interface NumberedText extends SearchText {
  readonly number: number
}

/** A store for tests and for trying things out. Everything goes when the process does. */
export function memoryStore({ now = Date.now }: MemoryStoreOptions = {}): Store {
  const logs = new Map<ConversationId, Log>()
  const runs = new Map<RunId, RunRecord>() // in the order in which they were asked for
  const requests = new Map<string, RequestRecord>()
  const files = new Map<string, StoredFile>()
  const timers = memoryTimers()
  const records = memoryRecords(now, timers)
  const usage = memoryUsage()
  const accounts = memoryAccounts(now)
  const audit = memoryAudit(now)
  const budgets = memoryBudgets((run) => runs.get(run)?.status === 'active')
  let textCount = 0

  return {
    epoch: crypto.randomUUID(),
    accounts,
    records,

    async append(conversation, events, options = {}) {
      if (events.length === 0) return []
      const log = logs.get(conversation)
      const at = new Date(now()).toISOString()
      const changes = project(conversation, log?.head, events, at, options, {
        run(id) {
          const run = runs.get(id)
          return run && run.conversation !== conversation ? 'elsewhere' : run
        },
        isTaken: (owner, request) => requests.has(key(owner, request)),
      })
      if (options.settles && !timers.mayBe(options.settles)) throw new Fenced()
      const first = (log?.head.seq ?? 0) + 1
      const entries = events.map((event, i) => newEntry(first + i, at, event))
      apply(conversation, log, changes, entries)
      for (const entry of auditOfCalls(changes.head.owner, changes.usage, events)) audit.addNow(entry)
      for (const entry of auditOfFilters(changes.head.owner, conversation, events)) audit.addNow(entry)
      if (options.settles) timers.settleNow(options.settles)
      return entries
    },

    async read(conversation, after) {
      const entries = logs.get(conversation)?.entries ?? []
      const first = Math.max(0, after)
      let end = first
      for (let size = 0; end < entries.length; end++) {
        size += entries[end]!.json.length
        if (size > PAGE && end > first) break
      }
      return entries.slice(first, end)
    },

    async sealed(conversation, wanted) {
      return (logs.get(conversation)?.sealed ?? []).filter((block) => wanted.includes(block.run))
    },

    async find(owner, conversation) {
      const log = logs.get(conversation)
      return log && isOf(owner, log.head) ? summaryOf(log.head) : undefined
    },

    async list(owner, { query, cursor, limit, archived = false }) {
      checkLimit(limit)
      const mine = [...logs.values()].filter(({ head }) => isOf(owner, head) && head.archived === archived)
      return query?.trim() ? search(mine, query, cursor, limit) : newest(mine, cursor, limit)
    },

    async idle({ before, org, limit }) {
      return [...logs]
        .filter(([, { head }]) => head.updatedAt < before && (org === undefined || head.owner.org === org))
        .slice(0, limit)
        .map(([conversation, { head }]) => ({ owner: head.owner, conversation }))
    },

    async erase(owner, conversation) {
      const log = logs.get(conversation)
      if (!log || !isOf(owner, log.head)) return
      logs.delete(conversation)
      for (const [id, run] of runs) {
        if (run.conversation !== conversation) continue
        runs.delete(id)
        budgets.release(id)
      }
      for (const [id, request] of requests) if (request.conversation === conversation) requests.delete(id)
      const used = new Set([...logs.values()].flatMap(({ head, files }) => (isOf(owner, head) ? [...files] : [])))
      for (const file of log.files.difference(used)) files.delete(key(owner, file))
    },

    async forget(owner) {
      for (const kept of [files, requests]) {
        for (const name of kept.keys()) if (isSame(owner, ownerOfKey(name))) kept.delete(name)
      }
      for (const part of [records, timers, usage, budgets]) part.forget(owner)
    },

    async findRequest(owner, request) {
      return requests.get(key(owner, request))
    },

    async requestsLike(owner, prefix, limit) {
      const like = key(owner, prefix).slice(0, -2) // without the closing quote and bracket
      const found = [...requests].filter(([id]) => id.startsWith(like)).sort(([a], [b]) => (a < b ? 1 : -1))
      return found.slice(0, limit).map(([, record]) => record)
    },

    async findRun(owner, run) {
      const record = runs.get(run)
      return record && isSame(owner, record.owner) ? record : undefined
    },

    async openRuns(conversation) {
      return [...runs.values()].filter((run) => run.conversation === conversation && run.status !== 'ended')
    },

    async claim(conversation, run, server, leaseMs) {
      const log = logs.get(conversation)
      const record = runs.get(run)
      if (!log || record?.conversation !== conversation || record.status === 'ended') return undefined
      const head = claimed(log.head, run, server, now(), leaseMs)
      if (!head) return undefined
      if (log.head.claim) change(log.head.claim.run, { status: 'queued' })
      change(run, { status: 'active' })
      log.head = head
      return head.fence
    },

    async renew(server, leaseMs) {
      const until = now() + leaseMs
      const held: RunId[] = []
      for (const log of logs.values()) {
        const { claim } = log.head
        if (claim?.server !== server) continue
        log.head = { ...log.head, claim: { ...claim, until } }
        held.push(claim.run)
      }
      return held
    },

    async orphans() {
      return [...runs.values()].filter(isOrphan).slice(0, 1000)
    },

    async snapshot(conversation) {
      const json = logs.get(conversation)?.snapshot
      return json === undefined ? undefined : (JSON.parse(json) as Conversation)
    },

    async saveSnapshot(conversation) {
      const log = logs.get(conversation.id)
      if (!log) return
      const saved = log.snapshot === undefined ? undefined : (JSON.parse(log.snapshot) as Conversation)
      if (!saved || saved.position.seq < conversation.position.seq) log.snapshot = JSON.stringify(conversation)
    },

    async saveFile(owner, file) {
      if (file.bytes.length > MAX_FILE_BYTES) throw new StreambedError('bad-file', 'It is larger than 5 MB.')
      files.set(key(owner, file.id), { ...file, bytes: file.bytes.slice() })
    },

    async file(owner, file) {
      return files.get(key(owner, file))
    },

    usage,

    budgets,

    audit,

    timers,

    async [Symbol.asyncDispose]() {
      timers.clear()
      for (const kept of [logs, runs, requests, files, records, accounts, budgets, audit]) kept.clear()
    },
  }

  function apply(id: ConversationId, before: Log | undefined, changes: Changes, entries: readonly Entry[]): void {
    const { head, texts } = changes
    const log = before ?? { head, entries: [], sealed: [], texts: [], files: new Set(), snapshot: undefined }
    logs.set(id, log)
    log.head = head
    log.entries.push(...entries)
    log.sealed.push(...changes.sealed)
    for (const record of changes.usage) {
      usage.add(head.owner, record)
      budgets.settle(head.owner, record)
    }
    for (const text of texts) {
      const old = text.kind === 'title' ? log.texts.findIndex(({ kind }) => kind === 'title') : -1
      log.texts.splice(old < 0 ? log.texts.length : old, 1, { ...text, number: ++textCount })
    }
    for (const file of changes.files) log.files.add(file)
    for (const run of changes.newRuns) runs.set(run.run, run)
    for (const { of, by } of changes.retries) change(of, { retriedBy: by })
    for (const { run, ...standing } of changes.runs) {
      change(run, standing)
      if (standing.status !== 'active') budgets.release(run)
    }
    for (const { request, record } of changes.requests) requests.set(key(head.owner, request), record)
  }

  function change(run: RunId, changes: Partial<RunRecord>): void {
    const record = runs.get(run)
    if (record) runs.set(run, { ...record, ...changes })
  }

  function isOrphan({ run, conversation, status, approvals }: RunRecord): boolean {
    const claim = logs.get(conversation)?.head.claim
    if (claim) return claim.run === run && claim.until <= now()
    if (status === 'parked') return approvals.some(({ until }) => until <= now())
    return status === 'queued' && !isParked(conversation)
  }

  function isParked(conversation: ConversationId): boolean {
    return [...runs.values()].some((run) => run.conversation === conversation && run.status === 'parked')
  }

  function newest(mine: readonly Log[], cursor: string | undefined, limit: number) {
    const last = cursor === undefined ? undefined : decodeCursor(ListCursor, cursor)
    const heads = mine
      .map(({ head }) => head)
      .sort((a, b) => inListOrder(listCursorOf(a), listCursorOf(b)))
      .filter((head) => !last || inListOrder(last, listCursorOf(head)) < 0)
    const page = heads.slice(0, limit)
    return {
      items: page.map(summaryOf),
      cursor: heads.length > limit ? encodeCursor(listCursorOf(page.at(-1)!)) : null,
    }
  }

  function search(mine: readonly Log[], query: string, cursor: string | undefined, limit: number) {
    const [, shown, newest] =
      cursor === undefined ? (['search', 0, textCount] as const) : decodeCursor(SearchCursor, cursor)
    const words = wordsOf(query)
    const hits = mine
      .flatMap(({ head, texts }) => {
        const match = bestMatch(
          texts.filter(({ number }) => number <= newest),
          words,
        )
        return match ? [{ head, match }] : []
      })
      .sort((a, b) => b.match.score - a.match.score || inListOrder(listCursorOf(a.head), listCursorOf(b.head)))
    const end = shown + limit
    return {
      items: hits.slice(shown, end).map(({ head, match }) => ({ ...summaryOf(head), snippet: match.snippet })),
      cursor: hits.length > end ? encodeCursor(['search', end, newest]) : null,
    }
  }
}

/** How much of a log one read gives, in characters. */
const PAGE = 32 * 1024

const key = (owner: Owner, id: string): string => JSON.stringify([owner.org, owner.user, id])
const ownerOfKey = (key: string): Owner => {
  const [org, user] = JSON.parse(key) as [string, string] // as `key` wrote it
  return { org, user }
}
const isSame = (a: Owner, b: Owner): boolean => a.org === b.org && a.user === b.user
const isOf = (owner: Owner, head: Head): boolean => isSame(owner, head.owner)

function inListOrder([, pinnedA, updatedA, idA]: ListCursor, [, pinnedB, updatedB, idB]: ListCursor): number {
  return Number(pinnedB) - Number(pinnedA) || compare(updatedB, updatedA) || compare(idB, idA)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
