import type { ConversationId, MessageId, RequestId, RunId } from '@streambed/protocol'
import type { RunStanding } from '../rules.ts'
import type { RequestRecord, RunRecord } from '../store.ts'
import type { Database } from './database.ts'
import { ownerOf } from './owners.ts'

/** The runs, and the requests that led to them. Conversations and owners go by their numbers. */
export interface Runs {
  find(run: RunId): RunRecord | undefined
  open(conversation: number): readonly RunRecord[]
  countParked(owner: number): number
  orphans(now: number): readonly RunRecord[]
  add(conversation: number, run: RunRecord): void
  setStatus(run: RunId, status: RunRecord['status']): void
  stand(standing: RunStanding): void
  setRetriedBy(run: RunId, by: RunId): void

  findRequest(owner: number, request: RequestId): RequestRecord | undefined
  requestsLike(owner: number, prefix: string, limit: number): readonly RequestRecord[]
  addRequest(owner: number, conversation: number, request: RequestId, record: RequestRecord): void

  erase(conversation: number): void
}

interface RunRow {
  readonly id: RunId
  readonly conversation_id: ConversationId
  readonly owner_name: string
  readonly message: MessageId
  readonly agent: string
  readonly model: string | null
  readonly status: RunRecord['status']
  /** JSON. */
  readonly approvals: string
  readonly retried_by: RunId | null
}

interface RequestRow {
  readonly conversation_id: ConversationId
  readonly message: MessageId
  readonly run: RunId
  readonly seq: number
}

const RUN = `
  select run.id, run.message, run.agent, run.model, run.status, run.approvals, run.retried_by,
    conversation.id as conversation_id, owner.name as owner_name
  from run join conversation on conversation.number = run.conversation join owner on owner.number = conversation.owner`

const REQUEST = `
  select request.message, request.run, request.seq, conversation.id as conversation_id
  from request join conversation on conversation.number = request.conversation`

export function openRuns(db: Database): Runs {
  const find = db.prepare(`${RUN} where run.id = ?`)
  const open = db.prepare(`${RUN} where run.conversation = ? and run.status <> 'ended' order by run.number`)
  const countParked = db.prepare(`
    select count(*) as count from run indexed by run_open join conversation on conversation.number = run.conversation
    where run.status <> 'ended' and run.status = 'parked' and conversation.owner = ?`)
  const orphans = db.prepare(`
    ${RUN} where run.status <> 'ended' and (
      (conversation.active_run = run.id and conversation.lease_until <= ?)
      or (conversation.active_run is null and run.status = 'parked' and run.wake_at <= ?)
      or (conversation.active_run is null and run.status = 'queued' and not exists (
        select 1 from run as other where other.conversation = run.conversation and other.status = 'parked')))
    order by run.number limit 1000`)
  const add = db.prepare(`
    insert into run (id, conversation, message, agent, model, status) values (?, ?, ?, ?, ?, 'queued')`)
  const setStatus = db.prepare('update run set status = ? where id = ?')
  const stand = db.prepare('update run set status = ?, approvals = ?, wake_at = ? where id = ?')
  const setRetriedBy = db.prepare('update run set retried_by = ? where id = ?')
  const findRequest = db.prepare(`${REQUEST} where request.owner = ? and request.id = ?`)
  const requestsLike = db.prepare(`
    ${REQUEST} where request.owner = ? and request.id > ? and request.id < ? order by request.id desc limit ?`)
  const addRequest = db.prepare('insert into request values (?, ?, ?, ?, ?, ?)')
  const erase = ['run', 'request'].map((table) => db.prepare(`delete from ${table} where conversation = ?`))

  return {
    find(run) {
      const row = find.get(run) as RunRow | undefined // of our own schema, here and below
      return row && recordOf(row)
    },
    open: (conversation) => (open.all(conversation) as unknown as RunRow[]).map(recordOf),
    countParked: (owner) => Number(countParked.get(owner)!['count']),
    orphans: (now) => (orphans.all(now, now) as unknown as RunRow[]).map(recordOf),
    add(conversation, { run, message, agent, model }) {
      add.run(run, conversation, message, agent, model)
    },
    setStatus: (run, status) => void setStatus.run(status, run),
    stand({ run, status, approvals }) {
      const wakeAt = approvals.length > 0 ? Math.min(...approvals.map(({ until }) => until)) : null
      stand.run(status, JSON.stringify(approvals), wakeAt, run)
    },
    setRetriedBy: (run, by) => void setRetriedBy.run(by, run),

    findRequest(owner, request) {
      const row = findRequest.get(owner, JSON.stringify(request)) as RequestRow | undefined
      return row && requestOf(row)
    },
    requestsLike(owner, prefix, limit) {
      const like = JSON.stringify(prefix).slice(0, -1)
      return (requestsLike.all(owner, like, `${like}~`, limit) as unknown as RequestRow[]).map(requestOf)
    },
    addRequest(owner, conversation, request, { message, run, seq }) {
      addRequest.run(owner, JSON.stringify(request), conversation, message, run, seq)
    },

    erase(conversation) {
      for (const statement of erase) statement.run(conversation)
    },
  }
}

function requestOf({ conversation_id, message, run, seq }: RequestRow): RequestRecord {
  return { conversation: conversation_id, message, run, seq }
}

function recordOf(row: RunRow): RunRecord {
  const { id, message, agent, model, status } = row
  return {
    run: id,
    conversation: row.conversation_id,
    owner: ownerOf(row.owner_name),
    message,
    agent,
    model,
    status,
    approvals: JSON.parse(row.approvals),
    retriedBy: row.retried_by,
  }
}
