import type { Conversation, ConversationId, Owner, RunId } from '@streambed/protocol'
import { checkLimit } from './cursor.ts'
import { checkRoom, checkSize } from './file-limits.ts'
import { claimed, summaryOf } from './head.ts'
import { append } from './memory/append.ts'
import { list } from './memory/list.ts'
import { changeRun, isSame, keyOf, type Log, openTables, ownerOfKey, type Tables } from './memory/tables.ts'
import { type Entry, type RunRecord, SMALLEST_FILE, type Store } from './store.ts'

export interface MemoryStoreOptions {
  /** The store's clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** A store for tests and for trying things out. Everything goes when the process does. */
export function memoryStore({ now = Date.now }: MemoryStoreOptions = {}): Store {
  const tables = openTables(now)
  const { logs, runs, requests, files, usage, budgets, audit, timers, records, accounts } = tables

  return {
    epoch: crypto.randomUUID(),
    append: async (conversation, events, options = {}) => append(tables, conversation, events, options),
    ...readingOf(tables),
    ...conversationsOf(tables),
    ...erasingOf(tables),
    ...requestsOf(tables),
    ...runsOf(tables),
    ...claimsOf(tables),
    ...snapshotsOf(tables),
    ...filesOf(tables),
    usage,
    budgets,
    audit,
    timers,
    records,
    accounts,

    async [Symbol.asyncDispose]() {
      for (const part of [logs, runs, requests, files, timers, records, accounts, budgets, audit]) part.clear()
    },
  }
}

function readingOf({ logs }: Tables): Pick<Store, 'read' | 'sealed'> {
  return {
    async read(conversation, after) {
      return pageOf(logs.get(conversation)?.entries ?? [], Math.max(0, after))
    },

    async sealed(conversation, wanted) {
      return (logs.get(conversation)?.sealed ?? []).filter((block) => wanted.includes(block.run))
    },
  }
}

/** How much of a log one read gives, in characters. */
const PAGE = 32 * 1024

function pageOf(entries: readonly Entry[], first: number): readonly Entry[] {
  let end = first
  for (let size = 0; end < entries.length; end++) {
    size += entries[end]!.json.length
    if (size > PAGE && end > first) break
  }
  return entries.slice(first, end)
}

function conversationsOf(tables: Tables): Pick<Store, 'find' | 'list' | 'idle'> {
  const { logs } = tables
  return {
    async find(owner, conversation) {
      const log = logs.get(conversation)
      return log && isSame(owner, log.head.owner) ? summaryOf(log.head) : undefined
    },

    async list(owner, options) {
      checkLimit(options.limit)
      return list(tables, owner, options)
    },

    async idle({ before, org, limit }) {
      return [...logs]
        .filter(([, { head }]) => head.updatedAt < before && (org === undefined || head.owner.org === org))
        .slice(0, limit)
        .map(([conversation, { head }]) => ({ owner: head.owner, conversation }))
    },
  }
}

function erasingOf(tables: Tables): Pick<Store, 'erase' | 'forget'> {
  const { logs, requests, files, timers, records, usage, accounts } = tables
  return {
    async erase(owner, conversation) {
      const log = logs.get(conversation)
      if (!log || !isSame(owner, log.head.owner)) return
      logs.delete(conversation)
      eraseRuns(tables, conversation)
      eraseFiles(tables, log)
      accounts.eraseLinks(conversation)
    },

    async forget(owner) {
      for (const kept of [files, requests]) {
        for (const key of kept.keys()) if (isSame(owner, ownerOfKey(key))) kept.delete(key)
      }
      for (const part of [records, timers, usage]) part.forget(owner)
      accounts.forgetLinks(owner)
    },
  }
}

function eraseRuns({ runs, requests, budgets }: Tables, conversation: ConversationId): void {
  for (const [id, run] of runs) {
    if (run.conversation !== conversation) continue
    runs.delete(id)
    budgets.release(id)
  }
  for (const [id, request] of requests) if (request.conversation === conversation) requests.delete(id)
}

/** Those that no other conversation of this owner's names. */
function eraseFiles({ logs, files }: Tables, erased: Log): void {
  const { owner } = erased.head
  const used = new Set([...logs.values()].flatMap((log) => (isSame(owner, log.head.owner) ? [...log.files] : [])))
  for (const file of erased.files.difference(used)) files.delete(keyOf(owner, file))
}

function requestsOf({ requests }: Tables): Pick<Store, 'findRequest' | 'requestsLike'> {
  return {
    async findRequest(owner, request) {
      return requests.get(keyOf(owner, request))
    },

    async requestsLike(owner, prefix, limit) {
      const like = keyOf(owner, prefix).slice(0, -2) // without the closing quote and bracket
      const found = [...requests].filter(([id]) => id.startsWith(like)).sort(([a], [b]) => (a < b ? 1 : -1))
      return found.slice(0, limit).map(([, record]) => record)
    },
  }
}

function runsOf({ runs }: Tables): Pick<Store, 'findRun' | 'openRuns' | 'parkedRuns'> {
  return {
    async findRun(owner, run) {
      const record = runs.get(run)
      return record && isSame(owner, record.owner) ? record : undefined
    },

    async openRuns(conversation) {
      return [...runs.values()].filter((run) => run.conversation === conversation && run.status !== 'ended')
    },

    async parkedRuns(owner) {
      return runs
        .values()
        .reduce((count, run) => count + Number(run.status === 'parked' && isSame(owner, run.owner)), 0)
    },
  }
}

function claimsOf(tables: Tables): Pick<Store, 'claim' | 'renew' | 'orphans'> {
  const { logs, runs, now } = tables
  return {
    async claim(conversation, run, server, leaseMs) {
      const log = logs.get(conversation)
      const record = runs.get(run)
      if (!log || record?.conversation !== conversation || record.status === 'ended') return undefined
      const head = claimed(log.head, run, server, now(), leaseMs)
      if (!head) return undefined
      if (log.head.claim) changeRun(tables, log.head.claim.run, { status: 'queued' })
      changeRun(tables, run, { status: 'active' })
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
      return [...runs.values()].filter((run) => isOrphan(tables, run)).slice(0, 1000)
    },
  }
}

function isOrphan({ logs, runs, now }: Tables, { run, conversation, status, approvals }: RunRecord): boolean {
  const claim = logs.get(conversation)?.head.claim
  if (claim) return claim.run === run && claim.until <= now()
  if (status === 'parked') return approvals.some(({ until }) => until <= now())
  return (
    status === 'queued' && !runs.values().some((one) => one.conversation === conversation && one.status === 'parked')
  )
}

function snapshotsOf({ logs }: Tables): Pick<Store, 'snapshot' | 'saveSnapshot'> {
  return {
    async snapshot(conversation) {
      return savedIn(logs.get(conversation))
    },

    async saveSnapshot(conversation) {
      const log = logs.get(conversation.id)
      if (!log) return
      const saved = savedIn(log)
      if (!saved || saved.position.seq < conversation.position.seq) log.snapshot = JSON.stringify(conversation)
    },
  }
}

function savedIn(log: Log | undefined): Conversation | undefined {
  return log?.snapshot === undefined ? undefined : (JSON.parse(log.snapshot) as Conversation) // as we wrote it
}

function filesOf({ files }: Tables): Pick<Store, 'saveFile' | 'file' | 'files'> {
  const ownedBy = (owner: Owner) => [...files].filter(([key]) => isSame(owner, ownerOfKey(key))).map(([, file]) => file)
  return {
    async saveFile(owner, file, { room = Number.POSITIVE_INFINITY } = {}) {
      checkSize(file)
      const others = ownedBy(owner).filter(({ id }) => id !== file.id)
      checkRoom(
        [...others, file].reduce((sum, { bytes }) => sum + Math.max(bytes.length, SMALLEST_FILE), 0),
        room,
      )
      files.set(keyOf(owner, file.id), { ...file, bytes: file.bytes.slice() })
    },

    async file(owner, file) {
      return files.get(keyOf(owner, file))
    },

    async files(owner, { cursor = '', limit }) {
      checkLimit(limit)
      const after = ownedBy(owner).filter(({ id }) => id > cursor)
      const sorted = after.sort((a, b) => (a.id < b.id ? -1 : 1))
      const items = sorted.slice(0, limit).map(({ bytes, ...about }) => ({ ...about, size: bytes.length }))
      return { items, cursor: sorted.length > limit ? items.at(-1)!.id : null }
    },
  }
}
