import type { ConversationId } from '@streambed/protocol'
import { auditOfCalls, auditOfEvents } from '../audit.ts'
import { newEntry } from '../entry.ts'
import { type Changes, type Known, project } from '../projection.ts'
import type { SearchText } from '../rules.ts'
import { type AppendOptions, type Entry, Fenced, type NewEvent } from '../store.ts'
import { changeRun, keyOf, type Log, type Tables } from './tables.ts'

/** What `Store.append` does. */
export function append(
  tables: Tables,
  conversation: ConversationId,
  events: readonly NewEvent[],
  options: AppendOptions,
): readonly Entry[] {
  if (events.length === 0) return []
  const { logs, timers, now } = tables
  const log = logs.get(conversation)
  const at = new Date(now()).toISOString()
  const changes = project(conversation, log?.head, events, at, options, knownIn(tables, conversation))
  if (options.settles && !timers.mayBe(options.settles)) throw new Fenced()
  const first = (log?.head.seq ?? 0) + 1
  const entries = events.map((event, i) => newEntry(first + i, at, event))
  applyToLog(tables, log ?? newLog(tables, changes), changes, entries)
  applyToRuns(tables, changes)
  applyToSpending(tables, changes, events)
  if (options.settles) timers.settleNow(options.settles)
  return entries
}

function knownIn({ runs, requests }: Tables, conversation: ConversationId): Known {
  return {
    run(id) {
      const run = runs.get(id)
      return run && run.conversation !== conversation ? 'elsewhere' : run
    },
    isTaken: (owner, request) => requests.has(keyOf(owner, request)),
  }
}

function newLog({ logs }: Tables, { head }: Changes): Log {
  const log: Log = { head, entries: [], sealed: [], texts: [], files: new Set(), snapshot: undefined }
  logs.set(head.id, log)
  return log
}

function applyToLog(tables: Tables, log: Log, changes: Changes, entries: readonly Entry[]): void {
  log.head = changes.head
  log.entries.push(...entries)
  log.sealed.push(...changes.sealed)
  for (const text of changes.texts) addText(tables, log, text)
  for (const file of changes.files) log.files.add(file)
}

/** A new title takes the place of the old one. */
function addText(tables: Tables, { texts }: Log, text: SearchText): void {
  const old = text.kind === 'title' ? texts.findIndex(({ kind }) => kind === 'title') : -1
  texts.splice(old < 0 ? texts.length : old, 1, { ...text, number: ++tables.textCount })
}

function applyToRuns(tables: Tables, { head, ...changes }: Changes): void {
  const { runs, requests, budgets } = tables
  for (const run of changes.newRuns) runs.set(run.run, run)
  for (const { of, by } of changes.retries) changeRun(tables, of, { retriedBy: by })
  for (const { run, ...standing } of changes.runs) {
    changeRun(tables, run, standing)
    if (standing.status !== 'active') budgets.release(run)
  }
  for (const { request, record } of changes.requests) requests.set(keyOf(head.owner, request), record)
}

function applyToSpending({ usage, budgets, audit }: Tables, changes: Changes, events: readonly NewEvent[]): void {
  const { id, owner } = changes.head
  for (const record of changes.usage) {
    usage.add(owner, record)
    budgets.settle(owner, record)
  }
  for (const entry of auditOfCalls(owner, changes.usage, events)) audit.addNow(entry)
  for (const entry of auditOfEvents(owner, id, events)) audit.addNow(entry)
}
