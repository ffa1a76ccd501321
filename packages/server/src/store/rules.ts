import type { ConversationId, EventOf, FileId, Owner, Part, RequestId, RunId } from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import type { Head } from './head.ts'
import { Fenced, type NewEvent, type RequestRecord, type RunRecord } from './store.ts'
import { beginning } from './title.ts'

/** What follows from one event, beside its number and its time. */
export interface Outcome {
  /** What it changes of the head. */
  readonly head?: Partial<Head>
  readonly newRun?: RunRecord
  /** Where a known run stands now. */
  readonly standing?: RunStanding
  readonly retry?: Retry
  readonly request?: NewRequest
  readonly text?: SearchText
  readonly files?: readonly FileId[]
}

export type RunStanding = Pick<RunRecord, 'run' | 'status' | 'approvals'>

export interface Retry {
  readonly of: RunId
  readonly by: RunId
}

export interface NewRequest {
  readonly request: RequestId
  readonly record: RequestRecord
}

/** Words for the search. A conversation has one title; a new one replaces it. */
export interface SearchText {
  readonly kind: 'title' | 'message' | 'answer'
  readonly text: string
}

/** An append on its way: what is known with all that its events have changed so far. */
export interface SoFar {
  readonly conversation: ConversationId
  /** Whether it carries a fence, which is the right one: that was looked at before its first event. */
  readonly hasFence: boolean
  /** A run of this conversation. */
  run(run: RunId): RunRecord | undefined
  /** Whether the run was asked for in this very append. */
  isNew(run: RunId): boolean
  /** Whether a run of that id exists, in whatever conversation. */
  isKnown(run: RunId): boolean
  isRetried(run: RunId): boolean
  /** Whether this owner has used a request id. */
  isTaken(owner: Owner, request: RequestId): boolean
}

/**
 * Whether an event may come, and what follows from it: the rules that `project` tells of, a function for each kind of event.
 * `head` is the conversation's before it, if it has begun.
 */
export function outcomeOf(event: NewEvent, head: Head | undefined, soFar: SoFar): Outcome {
  if (event.type === 'conversation-start') return ofStart(event, head)
  if (!head) throw new StreambedError('not-found')
  switch (event.type) {
    case 'conversation-change':
      return ofChange(event, head)
    case 'message':
      return ofMessage(event, head, soFar)
    case 'run-retry':
      return ofRetry(event, head, soFar)
    case 'notice':
    case 'form-end':
    case 'task-end':
      return NOTHING
    case 'form-request':
      if (!soFar.run(event.run)) throw new StreambedError('not-found')
      return NOTHING // a form outlives the run that has asked for it
    case 'stop-request':
      return ofStop(event, soFar)
    case 'state':
    case 'state-snapshot':
      // A person's edit has no run; an agent's needs its claim like all else.
      return event.run === undefined ? NOTHING : ofWriter(event.run, head, soFar)
    case 'filter':
      // A message's comes with the message; those of the answer need its claim like all else.
      return event.on === 'message' && soFar.isNew(event.run) ? NOTHING : ofWriter(event.run, head, soFar)
    case 'budget-request':
    case 'approval-request':
      return ofQuestion(event, head, soFar)
    case 'approval-answer':
      return ofAnswer(event, soFar)
    case 'run-park':
      return ofPark(event, head, soFar)
    case 'run-end':
      return ofEnd(event, head, soFar)
    default:
      return ofWriter(event.run, head, soFar)
  }
}

const NOTHING: Outcome = {}

function ofStart({ title }: EventOf<'conversation-start'>, head: Head | undefined): Outcome {
  if (head) throw new StreambedError('conflict', 'A conversation of that id exists.')
  return title ? { text: { kind: 'title', text: title } } : NOTHING
}

function ofChange({ title, pinned, archived }: EventOf<'conversation-change'>, head: Head): Outcome {
  return {
    head: { title: title ?? head.title, pinned: pinned ?? head.pinned, archived: archived ?? head.archived },
    ...(title !== undefined && { text: { kind: 'title', text: title } }),
  }
}

function ofMessage(event: EventOf<'message'>, head: Head, soFar: SoFar): Outcome {
  const { requestId, message, run, parts } = event
  if (soFar.isTaken(head.owner, requestId)) throw new StreambedError('conflict')
  const text = textOf(parts)
  return {
    head: { title: head.title ?? beginning(text) },
    newRun: queued(event, head, soFar),
    request: { request: requestId, record: { conversation: soFar.conversation, message, run, seq: head.seq + 1 } },
    files: parts.flatMap((part) => ('file' in part ? [part.file] : [])),
    ...(text && { text: { kind: 'message', text } }),
  }
}

function ofRetry(event: EventOf<'run-retry'>, head: Head, soFar: SoFar): Outcome {
  const retried = soFar.run(event.of)
  if (!retried) throw new StreambedError('not-found')
  if (retried.retriedBy !== null || soFar.isRetried(event.of))
    throw new StreambedError('conflict', 'That answer was retried already.')
  return { newRun: queued(event, head, soFar), retry: { of: event.of, by: event.run } }
}

function ofWriter(run: RunId, head: Head, soFar: SoFar): Outcome {
  if (!isWriter(run, head, soFar)) throw new Fenced()
  return NOTHING
}

/** Of a person, whose answer the run will wait for. */
function ofQuestion(event: EventOf<'approval-request' | 'budget-request'>, head: Head, soFar: SoFar): Outcome {
  const { status, approvals } = writersRun(event.run, head, soFar)
  const asked = { approval: event.approval, until: Date.parse(event.expiresAt) }
  return { standing: { run: event.run, status, approvals: [...approvals, asked] } }
}

function ofAnswer({ run: id, approval }: EventOf<'approval-answer'>, soFar: SoFar): Outcome {
  const run = soFar.run(id)
  if (!run) throw new StreambedError('not-found')
  if (isOver(run)) throw new Fenced()
  const open = run.approvals.filter((asked) => asked.approval !== approval)
  if (open.length === run.approvals.length) throw new StreambedError('approval-closed')
  const isLast = run.status === 'parked' && open.length === 0
  return { standing: { run: id, status: isLast ? 'queued' : run.status, approvals: open } }
}

function ofPark(event: EventOf<'run-park'>, head: Head, soFar: SoFar): Outcome {
  const { run, approvals } = writersRun(event.run, head, soFar)
  return { head: { claim: null }, standing: { run, status: approvals.length > 0 ? 'parked' : 'queued', approvals } }
}

function ofStop({ run: id }: EventOf<'stop-request'>, soFar: SoFar): Outcome {
  const run = soFar.run(id)
  if (!run) throw new StreambedError('not-found')
  if (isOver(run)) throw new Fenced() // P8
  return NOTHING
}

function ofEnd(event: EventOf<'run-end'>, head: Head, soFar: SoFar): Outcome {
  const run = soFar.run(event.run)
  if (!run) throw new StreambedError('not-found')
  const isActive = head.claim?.run === event.run
  if (isOver(run) || (isActive && !isWriter(event.run, head, soFar))) throw new Fenced()
  return { head: { claim: isActive ? null : head.claim }, standing: { run: run.run, status: 'ended', approvals: [] } }
}

/** Whether this append comes from the one who has claimed the run. */
function isWriter(run: RunId, head: Head, { hasFence }: SoFar): boolean {
  return hasFence && head.claim?.run === run
}

function writersRun(id: RunId, head: Head, soFar: SoFar): RunRecord {
  const run = soFar.run(id)
  if (!run || !isWriter(id, head, soFar)) throw new Fenced()
  return run
}

function isOver({ status }: RunRecord): boolean {
  return status === 'ended'
}

function queued(event: EventOf<'message'> | EventOf<'run-retry'>, head: Head, soFar: SoFar): RunRecord {
  const { run, message, agent, model = null } = event
  if (soFar.isKnown(run)) throw new StreambedError('conflict', 'A run of that id exists.')
  const { conversation } = soFar
  const { owner } = head
  return { run, conversation, owner, message, agent, model, status: 'queued', approvals: [], retriedBy: null }
}

function textOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}
