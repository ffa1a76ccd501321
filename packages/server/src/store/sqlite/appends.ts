import type { ConversationId } from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import { auditOfCalls, auditOfEvents } from '../audit.ts'
import { newEntry } from '../entry.ts'
import { type Head, isFenced } from '../head.ts'
import { isPassing } from '../passing.ts'
import { type Changes, type Known, project } from '../projection.ts'
import { type AppendOptions, type Entry, Fenced, type NewEvent } from '../store.ts'
import { groupCommits } from './commits.ts'
import type { Located } from './heads.ts'
import type { Tables } from './tables.ts'

/** Appends to all logs: those of one turn of the event loop are one transaction. */
export interface Appends {
  /** What `Store.append` does. */
  add(conversation: ConversationId, events: readonly NewEvent[], options: AppendOptions): Promise<readonly Entry[]>
  /** Commits what waits now. */
  flush(): void
}

export function openAppends(tables: Tables, onCommit?: (ms: number) => void): Appends {
  const commits = groupCommits((waiting: readonly Waiting[]) => commit(tables, waiting), onCommit)

  return {
    add(conversation, events, options) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly Entry[]>()
      const passes = events.every(isPassing)
      commits.add({ conversation, events, options, passes, resolve, reject }, passes) // pieces come together, by the beat
      return promise
    },
    flush: commits.flush,
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

/** Everything that waited, as one transaction. What the rules refuse is left out of it. */
function commit(tables: Tables, waiting: readonly Waiting[]): void {
  const at = new Date(tables.now()).toISOString()
  const durability = waiting.every((append) => append.passes) ? 'lazy' : 'durable'
  try {
    const outcomes = tables.change(durability, () => {
      const outcomes = waiting.map((append) => outcomeOf(tables, append, at))
      tables.log.write()
      return outcomes
    })
    for (const [i, append] of waiting.entries()) tell(append, outcomes[i]!)
  } catch (error) {
    const isOwnFault = !(error instanceof StreambedError)
    if (isOwnFault && waiting.length > 1) for (const append of waiting) commit(tables, [append])
    else for (const { reject } of waiting) reject(error)
  }
}

type Outcome = { readonly entries: readonly Entry[] } | { readonly refusal: unknown }

function tell({ resolve, reject }: Waiting, outcome: Outcome): void {
  if ('refusal' in outcome) reject(outcome.refusal)
  else resolve(outcome.entries)
}

function outcomeOf(tables: Tables, { conversation, events, options, passes }: Waiting, at: string): Outcome {
  const located = tables.heads.get(conversation)
  if (located && passes && isOfActiveRun(located.head, events, options))
    return { entries: grow(tables, located, events, at) }
  const { timers } = tables
  try {
    if (options.settles && !timers.mayBe(options.settles)) throw new Fenced()
    const changes = project(conversation, located?.head, events, at, options, knownIn(tables, conversation))
    if (options.settles) timers.settle(options.settles)
    return { entries: apply(tables, located, changes, events, at) }
  } catch (refusal) {
    if (refusal instanceof Fenced || refusal instanceof StreambedError) return { refusal }
    throw refusal
  }
}

function isOfActiveRun(head: Head, events: readonly NewEvent[], options: AppendOptions): boolean {
  const run = head.claim?.run
  if (options.fence === undefined || isFenced(head, options)) return false
  return events.every((event) => isPassing(event) && event.run === run && event.sealed === undefined)
}

/** What nearly all appends are: more of an answer. Nothing but the log changes, and its row follows later. */
function grow({ log, heads }: Tables, located: Located, events: readonly NewEvent[], at: string): readonly Entry[] {
  const entries = entriesAfter(located.head.seq, events, at)
  log.add(located.number, entries)
  heads.grow(located, located.head.seq + events.length)
  return entries
}

function knownIn({ runs, owners }: Tables, conversation: ConversationId): Known {
  return {
    run(id) {
      const run = runs.find(id)
      return run && run.conversation !== conversation ? 'elsewhere' : run
    },
    isTaken(owner, request) {
      const number = owners.find(owner)
      return number !== undefined && runs.findRequest(number, request) !== undefined
    },
  }
}

function apply(
  tables: Tables,
  before: Located | undefined,
  changes: Changes,
  events: readonly NewEvent[],
  at: string,
): readonly Entry[] {
  const { heads, owners, audit, log } = tables
  const { head } = changes
  const entries = entriesAfter(before?.head.seq ?? 0, events, at)
  const located = before ? { ...before, head } : heads.insert(owners.findOrAdd(head.owner), head)
  if (before) heads.update(located)
  applyToRuns(tables, located, changes)
  applyToContent(tables, located, changes)
  applyToSpending(tables, located, changes)
  for (const entry of auditOfCalls(head.owner, changes.usage, events)) audit.add(entry, at)
  for (const entry of auditOfEvents(head.owner, head.id, events)) audit.add(entry, at)
  log.add(located.number, entries)
  return entries
}

function applyToRuns({ runs, budgets }: Tables, { number, owner }: Located, changes: Changes): void {
  for (const run of changes.newRuns) runs.add(number, run)
  for (const { of, by } of changes.retries) runs.setRetriedBy(of, by)
  for (const run of changes.runs) {
    runs.stand(run)
    if (run.status !== 'active') budgets.release(run.run)
  }
  for (const { request, record } of changes.requests) runs.addRequest(owner, number, request, record)
}

function applyToContent({ search, files, sealed }: Tables, { number, owner }: Located, changes: Changes): void {
  for (const text of changes.texts) search.add(owner, number, text)
  for (const file of changes.files) files.use(owner, number, file)
  for (const block of changes.sealed) sealed.add(number, block)
}

function applyToSpending({ usage, budgets }: Tables, { owner, head }: Located, changes: Changes): void {
  for (const record of changes.usage) {
    usage.add(owner, record)
    budgets.settle(head.owner, record)
  }
}

function entriesAfter(seq: number, events: readonly NewEvent[], at: string): readonly Entry[] {
  return events.map((event, i) => newEntry(seq + 1 + i, at, event))
}
