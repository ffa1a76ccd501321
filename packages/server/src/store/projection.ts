import type {
  ConversationId,
  ConversationSummary,
  EventOf,
  FileId,
  Owner,
  Part,
  RequestId,
  RunId,
} from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import {
  type AppendOptions,
  Fenced,
  type NewEvent,
  type RequestRecord,
  type RunRecord,
  type SealedBlock,
} from './store.ts'
import type { UsageRecord } from './usage.ts'

/** What a store knows of a conversation without reading its log. */
export interface Head {
  readonly id: ConversationId
  readonly owner: Owner
  readonly agent: string
  /** As somebody named it, or else the beginning of the first message. */
  readonly title: string | null
  readonly pinned: boolean
  readonly archived: boolean
  /** The client's own name for it. */
  readonly alias: string | null
  readonly createdAt: string
  /** When a message was written or a run got on; pieces of text do not count. */
  readonly updatedAt: string
  readonly seq: number
  readonly claim: Claim | null
  /** The last fence that was given out. */
  readonly fence: number
}

/** Who answers now, and until when that holds by the store's clock. */
export interface Claim {
  readonly run: RunId
  readonly server: string
  readonly until: number
}

/** What an append needs to know beyond the conversation's head. */
export interface Known {
  /** A run of this conversation; `elsewhere` when its id belongs to another one. */
  run(run: RunId): RunRecord | 'elsewhere' | undefined
  /** Whether this owner has used a request id. */
  isTaken(owner: Owner, request: RequestId): boolean
}

/** What an append does to the indexes. */
export interface Changes {
  readonly head: Head
  readonly newRuns: readonly RunRecord[]
  /** Where known runs stand now. */
  readonly runs: readonly RunStanding[]
  readonly retries: readonly { readonly of: RunId; readonly by: RunId }[]
  readonly requests: readonly { readonly request: RequestId; readonly record: RequestRecord }[]
  readonly texts: readonly SearchText[]
  readonly files: readonly FileId[]
  readonly sealed: readonly SealedBlock[]
  readonly usage: readonly UsageRecord[]
}

export type RunStanding = Pick<RunRecord, 'run' | 'status' | 'approvals'>

/** Words for the search. A conversation has one title; a new one replaces it. */
export interface SearchText {
  readonly kind: 'title' | 'message' | 'answer'
  readonly text: string
}

/**
 * The rules of an append, the same in every store: whether it may happen, and what follows from it.
 *
 * A run's events need the fence of its claim. Without it a run can only be asked for (`message`, `run-retry`), be asked
 * to stop, be given a person's answer, and end while nobody has claimed it. What has ended can do nothing more, so it
 * ends once. An approval is answered once, while it is open; the last answer queues a parked run.
 *
 * @throws as `Store.append` does.
 */
export function project(
  conversation: ConversationId,
  before: Head | undefined,
  events: readonly NewEvent[],
  at: string,
  options: AppendOptions,
  known: Known,
): Changes {
  if (!before && events[0]?.type !== 'conversation-start') throw new StreambedError('not-found')
  if (before && isFenced(before, options)) throw new Fenced()
  if (!before && options.fence !== undefined) throw new Fenced()

  const newRuns = new Map<RunId, RunRecord>()
  const standings = new Map<RunId, RunStanding>()
  const retries = new Map<RunId, RunId>()
  const requests = new Map<RequestId, RequestRecord>()
  const texts: SearchText[] = []
  const files: FileId[] = []
  const sealed: SealedBlock[] = []
  const usage: UsageRecord[] = []
  let head = before

  for (const event of events) {
    head = after(head, event)
    if (event.sealed !== undefined) sealed.push(sealedBlock(event))
    if (event.type === 'usage') usage.push(usageOf(event))
  }
  if (options.search) texts.push({ kind: 'answer', text: options.search })

  return {
    head: head!, // there was one, or the first event made it
    newRuns: [...newRuns.values()],
    runs: [...standings.values()],
    retries: Array.from(retries, ([of, by]) => ({ of, by })),
    requests: Array.from(requests, ([request, record]) => ({ request, record })),
    texts,
    files,
    sealed,
    usage,
  }

  function after(head: Head | undefined, event: NewEvent): Head {
    if (event.type === 'conversation-start') {
      if (head) throw new StreambedError('conflict', 'A conversation of that id exists.')
      if (event.title) texts.push({ kind: 'title', text: event.title })
      return firstHead(conversation, event, at)
    }
    if (!head) throw new StreambedError('not-found')
    const next = { ...head, seq: head.seq + 1 }
    switch (event.type) {
      case 'conversation-change':
        if (event.title !== undefined) texts.push({ kind: 'title', text: event.title })
        return {
          ...next,
          title: event.title ?? next.title,
          pinned: event.pinned ?? next.pinned,
          archived: event.archived ?? next.archived,
        }
      case 'message': {
        if (requests.has(event.requestId) || known.isTaken(head.owner, event.requestId))
          throw new StreambedError('conflict')
        const { message, run } = event
        queue(head, event)
        requests.set(event.requestId, { conversation, message, run, seq: next.seq })
        files.push(...event.parts.flatMap((part) => ('file' in part ? [part.file] : [])))
        const text = textOfParts(event.parts)
        if (text) texts.push({ kind: 'message', text })
        return { ...next, updatedAt: at, title: next.title ?? beginning(text) }
      }
      case 'run-retry': {
        const retried = runOf(event.of)
        if (!retried) throw new StreambedError('not-found')
        if (retried.retriedBy !== null || retries.has(event.of))
          throw new StreambedError('conflict', 'That answer was retried already.')
        queue(head, event)
        retries.set(event.of, event.run)
        return { ...next, updatedAt: at }
      }
      case 'notice':
      case 'form-end':
      case 'task-end':
        return { ...next, updatedAt: at }
      case 'state':
      case 'state-snapshot':
        // A person's edit has no run; an agent's needs its claim like all else.
        if (event.run !== undefined && !isWriterOf(event.run, head)) throw new Fenced()
        return { ...next, updatedAt: at }
      case 'filter': {
        // A message's comes with the message; those of the answer need its claim like all else.
        const isNew = event.on === 'message' && newRuns.has(event.run)
        if (!isNew && !isWriterOf(event.run, head)) throw new Fenced()
        return { ...next, updatedAt: at }
      }
      case 'form-request':
      case 'stop-request':
        if (!runOf(event.run)) throw new StreambedError('not-found')
        return { ...next, updatedAt: at }
      case 'run-end': {
        const run = runOf(event.run)
        if (!run) throw new StreambedError('not-found')
        const isActive = head.claim?.run === event.run
        if (isOver(run) || (isActive && !isWriterOf(event.run, head))) throw new Fenced()
        stand(run, 'ended', [])
        return { ...next, updatedAt: at, claim: isActive ? null : head.claim }
      }
      case 'approval-answer': {
        const run = runOf(event.run)
        if (!run) throw new StreambedError('not-found')
        if (isOver(run)) throw new Fenced()
        const open = run.approvals.filter(({ approval }) => approval !== event.approval)
        if (open.length === run.approvals.length) throw new StreambedError('approval-closed')
        stand(run, run.status === 'parked' && open.length === 0 ? 'queued' : run.status, open)
        return { ...next, updatedAt: at }
      }
      case 'budget-request':
      case 'approval-request': {
        const run = runOf(event.run)
        if (!run || !isWriterOf(event.run, head)) throw new Fenced()
        const { approval, expiresAt } = event
        stand(run, run.status, [...run.approvals, { approval, until: Date.parse(expiresAt) }])
        return { ...next, updatedAt: at }
      }
      case 'run-park': {
        const run = runOf(event.run)
        if (!run || !isWriterOf(event.run, head)) throw new Fenced()
        stand(run, run.approvals.length > 0 ? 'parked' : 'queued', run.approvals)
        return { ...next, updatedAt: at, claim: null }
      }
      default:
        if (!isWriterOf(event.run, head)) throw new Fenced()
        return isPassing(event) ? next : { ...next, updatedAt: at }
    }
  }

  /**
   * Whether this append comes from the one who has claimed the run; that the fence is the right one was checked before.
   */
  function isWriterOf(run: RunId, head: Head): boolean {
    return options.fence !== undefined && head.claim?.run === run
  }

  function usageOf(event: EventOf<'usage'>): UsageRecord {
    const agent = runOf(event.run)?.agent ?? head!.agent // a run that has usage has been asked for
    return { conversation, run: event.run, agent, at, event }
  }

  function runOf(run: RunId): RunRecord | undefined {
    const found = newRuns.get(run) ?? known.run(run)
    return found === undefined || found === 'elsewhere' ? undefined : { ...found, ...standings.get(run) }
  }

  function isOver({ status }: RunRecord): boolean {
    return status === 'ended'
  }

  function stand({ run }: RunRecord, status: RunRecord['status'], approvals: RunRecord['approvals']): void {
    standings.set(run, { run, status, approvals })
  }

  function queue(head: Head, event: EventOf<'message'> | EventOf<'run-retry'>): void {
    const { run, message, agent, model = null } = event
    if (newRuns.has(run) || known.run(run)) throw new StreambedError('conflict', 'A run of that id exists.')
    newRuns.set(run, {
      run,
      conversation,
      owner: head.owner,
      message,
      agent,
      model,
      status: 'queued',
      approvals: [],
      retriedBy: null,
    })
  }
}

/** Whether an append's writer is no longer the one. */
export function isFenced(head: Head, { fence }: AppendOptions): boolean {
  return fence !== undefined && (!head.claim || head.fence !== fence)
}

/** Pieces of text as they stream: the only events that may wait a moment for company. */
export function isDelta(event: NewEvent): event is DeltaEvent {
  return event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'tool-input-delta'
}

type DeltaEvent = NewEvent & EventOf<'text-delta' | 'reasoning-delta' | 'tool-input-delta'>

/**
 * An answer on its way: what a power cut may take back, though no crash of the process, because the new epoch tells readers.
 * What users did, what tools may have done and how runs ended is not of this kind.
 */
export function isPassing(event: NewEvent): event is NewEvent & EventOf<Passing> {
  return PASSING.has(event.type)
}

const PASSING_TYPES = [
  'run-start',
  'step-start',
  'step-end',
  'progress',
  'text-start',
  'text-delta',
  'text-end',
  'reasoning-start',
  'reasoning-delta',
  'reasoning-end',
  'tool-start',
  'tool-input-delta',
  'citation',
] as const
type Passing = (typeof PASSING_TYPES)[number]
const PASSING: ReadonlySet<NewEvent['type']> = new Set(PASSING_TYPES)

/** The head once `run` is its active one; undefined when another claim still holds. */
export function claimed(head: Head, run: RunId, server: string, now: number, leaseMs: number): Head | undefined {
  if (head.claim && head.claim.until > now) return undefined
  return { ...head, claim: { run, server, until: now + leaseMs }, fence: head.fence + 1 }
}

export function summaryOf(head: Head): ConversationSummary {
  const { id, agent, title, pinned, archived, alias, createdAt, updatedAt, seq, claim } = head
  return { id, agent, title, pinned, archived, alias, createdAt, updatedAt, seq, activeRun: claim?.run ?? null }
}

function firstHead(id: ConversationId, event: EventOf<'conversation-start'>, at: string): Head {
  const { owner, agent, title, alias = null } = event
  return {
    id,
    owner,
    agent,
    title,
    pinned: false,
    archived: false,
    alias,
    createdAt: at,
    updatedAt: at,
    seq: 1,
    claim: null,
    fence: 0,
  }
}

function sealedBlock(event: NewEvent): SealedBlock {
  // What a parked run must remember belongs to none of its blocks, which are numbered from 1.
  if (event.type === 'run-park') return { run: event.run, block: 0, sealed: event.sealed }
  if (!('run' in event && event.run && 'block' in event))
    throw new TypeError(`a ${event.type} cannot be sealed: it names no block`)
  return { run: event.run, block: event.block, sealed: event.sealed }
}

function textOfParts(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

/** What a text makes as a title: the first 80 characters or so, on one line, cut between words. */
export function beginning(text: string): string | null {
  const line = text
    .slice(0, 400)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (line.length <= 80) return line || null
  const cut = line.slice(0, 80)
  const lastSpace = cut.lastIndexOf(' ')
  return `${(lastSpace > 40 ? cut.slice(0, lastSpace) : cut).toWellFormed().replace(/\uFFFD$/, '')}…`
}
