import { type ErrorBody, type FormId, type Owner, StreambedError, TimeZone, whatIsWrong } from '@streambed/protocol'
import * as z from 'zod'
import type { WindowItem } from './tasks-items.ts'
import type { Window } from './tasks-window.ts'

const ChatId = z.string().min(1).max(128)
const user_chat_id = ChatId.nullish()

/** A frame from a client of the tasks dialect. */
export const TasksRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), user_chat_id }),
  z.object({ type: z.literal('message'), message: z.string(), user_chat_id, timezone: TimeZone.nullish() }),
  z.object({
    type: z.literal('action'),
    component_id: z.string().min(1).max(128),
    action: z.enum(['submit', 'cancel']),
    values: z.record(z.string().max(128), z.unknown()).nullish(),
    user_chat_id,
  }),
  z.object({ type: z.literal('close_chat'), user_chat_id }),
])
export type TasksRequest = z.infer<typeof TasksRequest>

/** Reads a frame that is JSON already; `{"message"}` alone is a message. Throws what is wrong with it, and what would be right. */
export function readTasksRequest(frame: unknown): TasksRequest {
  const hasType = typeof frame === 'object' && frame !== null && 'type' in frame
  const whole = typeof frame === 'object' && frame !== null && !hasType ? { type: 'message', ...frame } : frame
  const parsed = TasksRequest.safeParse(whole)
  if (parsed.success) return parsed.data
  const type = z.object({ type: z.string() }).safeParse(frame).data?.type
  const known = TasksRequest.options.map((option) => option.shape.type.value as string)
  if (type !== undefined && !known.includes(type)) {
    throw new StreambedError('unknown-type', `It knows ${known.join(', ')}.`)
  }
  if (type === 'action' && !z.object({ action: TasksRequest.options[2].shape.action }).safeParse(frame).success) {
    throw new StreambedError('unknown-action', 'It knows submit and cancel.')
  }
  throw new StreambedError('bad-request', whatIsWrong(parsed.error))
}

/** Who is on the other end of a frame. */
export interface TasksIds {
  readonly user_chat_id: string
  /** Null for answers over HTTP. */
  readonly socket_connection_id: string | null
}

interface FrameIds extends TasksIds {
  readonly session_id: string | null
  readonly user_intent_id: string | null
}

/** Greets a connection, or says that its window is there. */
export function connectionFrame(ids: TasksIds, at: Date, { resumed = false, status = 'connected' } = {}): string {
  const { user_chat_id, socket_connection_id } = ids
  return JSON.stringify({
    type: 'connection',
    status,
    socket_connection_id,
    user_chat_id,
    resumed,
    timestamp: at.toISOString(),
  })
}

/** A failure of a request. */
export function tasksError({ code, message }: ErrorBody, ids: TasksIds, at: Date): string {
  const all: FrameIds = { ...ids, session_id: null, user_intent_id: null }
  return JSON.stringify({ type: 'error', code, message, ...tail(all, at.toISOString()) })
}

/** What a window shows, as a frame. Replayed ones say so; what the user said is told in a replay alone. */
export function tasksFrame(item: WindowItem, ids: TasksIds, { replayed = false } = {}): string {
  const all: FrameIds = { ...ids, session_id: item.session, user_intent_id: item.intent }
  const mark = replayed ? { replayed } : {}
  return JSON.stringify({ ...bodyOf(item), ...tail(all, item.at), ...mark })
}

function bodyOf(item: WindowItem): object {
  switch (item.kind) {
    case 'user':
      return { type: 'message', message: item.content }
    case 'thinking': {
      const { content, step, highlight } = item
      return { type: 'thinking', content, step, ...(highlight === null ? {} : { highlight }) }
    }
    case 'ai':
      return {
        type: 'response',
        content: item.content,
        is_complete: item.isComplete,
        ...(item.alarm === null ? {} : { alarm: item.alarm }),
      }
    case 'component': {
      const { form, component, schema, values, missing, errors } = item
      return { type: 'component', component: { id: form, type: component, props: { schema, values, missing, errors } } }
    }
    case 'error':
      return { type: 'error', code: item.code, message: item.content }
  }
}

function tail({ user_chat_id, session_id, user_intent_id, socket_connection_id }: FrameIds, timestamp: string): object {
  return { user_chat_id, session_id, user_intent_id, socket_connection_id, timestamp }
}

/** A line of a window's history, as `GET /api/v1/chat/history` has it. */
export interface HistoryRow {
  readonly id: string
  readonly user_id: string
  readonly user_chat_id: string
  readonly socket_connection_id: string | null
  readonly session_id: string | null
  readonly user_intent_id: string | null
  readonly message_type: 'user' | 'ai' | 'thinking'
  readonly content: string
  readonly timestamp: string
  readonly is_complete: boolean
  readonly abandoned: boolean
}

/** The lines of what a window has shown; forms are no lines. A message has the intent that it turned out to be about. */
export function historyRows(
  items: readonly WindowItem[],
  window: Pick<Window, 'isAbandoned' | 'intentOf'>,
  { owner, user_chat_id }: { readonly owner: Owner; readonly user_chat_id: string },
): readonly HistoryRow[] {
  return items.flatMap((item) => {
    if (item.kind === 'component') return []
    const intent = item.intent ?? (item.kind === 'user' ? window.intentOf(item.run) : null)
    return {
      id: item.id,
      user_id: owner.user,
      user_chat_id,
      socket_connection_id: item.socket,
      session_id: item.session,
      user_intent_id: intent,
      message_type: item.kind === 'error' ? 'ai' : item.kind,
      content: item.content,
      timestamp: item.at,
      is_complete: item.kind === 'ai' && item.isComplete,
      abandoned: intent !== null && window.isAbandoned(intent),
    }
  })
}

/** The request id of a socket's message: from it the history knows by which socket it came. */
export function requestIdFor(socket: string, count: number): string {
  return `${socket}.${count}`
}

export function isFormId(id: string): id is FormId {
  return /^[A-Za-z0-9_-]{2,64}$/.test(id)
}
