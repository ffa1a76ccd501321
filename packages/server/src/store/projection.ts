import type { ConversationId, EventOf, FileId, Owner, RequestId, RunId } from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import { firstHead, type Head, isFenced } from './head.ts'
import { isPassing } from './passing.ts'
import {
  type NewRequest,
  type Outcome,
  outcomeOf,
  type Retry,
  type RunStanding,
  type SearchText,
  type SoFar,
} from './rules.ts'
import { type AppendOptions, Fenced, type NewEvent, type RunRecord, type SealedBlock } from './store.ts'
import type { UsageRecord } from './usage.ts'

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
  readonly retries: readonly Retry[]
  readonly requests: readonly NewRequest[]
  readonly texts: readonly SearchText[]
  readonly files: readonly FileId[]
  readonly sealed: readonly SealedBlock[]
  readonly usage: readonly UsageRecord[]
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
  if (before ? isFenced(before, options) : options.fence !== undefined) throw new Fenced()

  const draft: Draft = {
    newRuns: new Map(),
    standings: new Map(),
    retries: new Map(),
    requests: new Map(),
    texts: [],
    files: [],
    sealed: [],
    usage: [],
  }
  const soFar = soFarOf(conversation, options, known, draft)
  let head = before
  for (const event of events) {
    const outcome = outcomeOf(event, head, soFar)
    head =
      event.type === 'conversation-start' ? firstHead(conversation, event, at) : headAfter(head!, event, outcome, at)
    add(outcome, draft)
    if (event.sealed !== undefined) draft.sealed.push(sealedBlock(event))
    if (event.type === 'usage') draft.usage.push(usageOf(event, head, soFar, at))
  }
  if (options.search) draft.texts.push({ kind: 'answer', text: options.search })
  return changesOf(head!, draft) // there was one, or the first event made it
}

/** Changes as they are gathered. */
interface Draft {
  readonly newRuns: Map<RunId, RunRecord>
  readonly standings: Map<RunId, RunStanding>
  readonly retries: Map<RunId, Retry>
  readonly requests: Map<RequestId, NewRequest>
  readonly texts: SearchText[]
  readonly files: FileId[]
  readonly sealed: SealedBlock[]
  readonly usage: UsageRecord[]
}

function soFarOf(conversation: ConversationId, { fence }: AppendOptions, known: Known, draft: Draft): SoFar {
  const { newRuns, standings, retries, requests } = draft
  return {
    conversation,
    hasFence: fence !== undefined,
    run(run) {
      const found = newRuns.get(run) ?? known.run(run)
      return found === undefined || found === 'elsewhere' ? undefined : { ...found, ...standings.get(run) }
    },
    isNew: (run) => newRuns.has(run),
    isKnown: (run) => newRuns.has(run) || known.run(run) !== undefined,
    isRetried: (run) => retries.has(run),
    isTaken: (owner, request) => requests.has(request) || known.isTaken(owner, request),
  }
}

function headAfter(head: Head, event: NewEvent, outcome: Outcome, at: string): Head {
  const isQuiet = isPassing(event) || event.type === 'conversation-change'
  return { ...head, ...outcome.head, seq: head.seq + 1, updatedAt: isQuiet ? head.updatedAt : at }
}

function add({ newRun, standing, retry, request, text, files }: Outcome, draft: Draft): void {
  if (newRun) draft.newRuns.set(newRun.run, newRun)
  if (standing) draft.standings.set(standing.run, standing)
  if (retry) draft.retries.set(retry.of, retry)
  if (request) draft.requests.set(request.request, request)
  if (text) draft.texts.push(text)
  if (files) draft.files.push(...files)
}

function sealedBlock(event: NewEvent): SealedBlock {
  // What a parked run must remember belongs to none of its blocks, which are numbered from 1.
  if (event.type === 'run-park') return { run: event.run, block: 0, sealed: event.sealed }
  if (!('run' in event && event.run && 'block' in event))
    throw new TypeError(`a ${event.type} cannot be sealed: it names no block`)
  return { run: event.run, block: event.block, sealed: event.sealed }
}

function usageOf(event: EventOf<'usage'>, head: Head, { conversation, run }: SoFar, at: string): UsageRecord {
  const agent = run(event.run)?.agent ?? head.agent // a run that has usage has been asked for
  return { conversation, run: event.run, agent, at, event }
}

function changesOf(head: Head, { newRuns, standings, retries, requests, ...lists }: Draft): Changes {
  return {
    head,
    newRuns: [...newRuns.values()],
    runs: [...standings.values()],
    retries: [...retries.values()],
    requests: [...requests.values()],
    ...lists,
  }
}
