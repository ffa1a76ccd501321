import { type ConversationId, newRequestId } from '@streambed/protocol'
import {
  type DashboardRequest,
  dashboard,
  dashboardError,
  dashboardFrame,
  history,
  nameOf,
  readDashboardRequest,
  sessions,
} from '../dialects/dashboard.ts'
import { waitOf } from '../dialects/run-end.ts'
import { aliasId } from '../runs/alias.ts'
import { eraseConversation } from '../runs/conversations.ts'
import { followRun } from '../runs/follow.ts'
import { openConversation } from '../runs/open.ts'
import { send } from '../runs/start.ts'
import { stop } from '../runs/stop.ts'
import { turnstile } from '../runs/turnstile.ts'
import { type Connection, fieldOf, type Talk } from './connection.ts'
import type { Door } from './door.ts'

/** The requests that change nothing. */
const READING: ReadonlySet<string | undefined> = new Set(['chat.list_sessions', 'chat.get_history'])
/** How many sessions `chat.list_sessions` names: the newest. */
const LISTED = 100

type Asking<Type extends DashboardRequest['type']> = Extract<DashboardRequest, { type: Type }>

/** Dashboard chat on a socket: several requests may be under way at once, each answer carries its request's id. */
export function dashboardSocket(connection: Connection, { engine }: Door): Talk {
  const { owner, signal } = connection
  const inTurn = turnstile()

  return {
    async receive(frame) {
      const request = readDashboardRequest(frame)
      switch (request.type) {
        case 'chat.send_message':
          return say(request)
        case 'chat.stop':
          return stopSession(request)
        case 'chat.list_sessions':
        case 'chat.get_history':
          return inTurn('reading', () => show(request))
        case 'chat.clear_session': {
          const { sessionId } = request.data
          await eraseConversation(engine, owner, await conversationOf(sessionId))
          return connection.write(dashboardFrame(request.id, 'chat.session_cleared', { sessionId }))
        }
      }
    },

    reads: (frame) => READING.has(fieldOf(frame, 'type')),

    refuse(error, frame) {
      const data = typeof frame === 'object' && frame !== null && 'data' in frame ? frame.data : undefined
      connection.write(dashboardError(nameOf(frame), error, fieldOf(data, 'sessionId')))
    },
  }

  /** May be long, so it is looked up when there is room for it: one at a time, when the one before has been read. */
  async function show(request: Asking<'chat.list_sessions' | 'chat.get_history'>): Promise<void> {
    await connection.ready(signal)
    if (request.type === 'chat.list_sessions') {
      const { items } = await engine.store.list(owner, { limit: LISTED })
      return connection.write(sessions(request.id, items))
    }
    const { sessionId } = request.data
    const { messages } = await openConversation(engine.store, owner, await conversationOf(sessionId))
    connection.write(history(request.id, sessionId, messages))
  }

  async function say({ id, data }: Asking<'chat.send_message'>): Promise<void> {
    const accepted = await send(engine, owner, {
      requestId: newRequestId(), // an id of this wire is unique on its socket alone
      text: data.message,
      ...(data.sessionId ? await target(data.sessionId) : {}),
    })
    const encode = dashboard({ session: data.sessionId ?? accepted.conversation, id }, data.streaming)
    for await (const events of followRun(engine, owner, accepted, signal)) {
      for (const frame of events.flatMap(encode)) connection.write(frame)
      await connection.ready(signal)
      const wait = waitOf(events)
      if (wait) throw wait
    }
  }

  /** The stop itself has no answer: the message it stops ends with `"stopped": true`. */
  async function stopSession({ data }: Asking<'chat.stop'>): Promise<void> {
    const conversation = await conversationOf(data.sessionId)
    await openConversation(engine.store, owner, conversation)
    const [running] = await engine.store.openRuns(conversation)
    if (running) await stop(engine, owner, running.run)
  }

  /** A session's name is a conversation's id where there is one, otherwise the client's own name for one. */
  async function target(sessionId: string): Promise<{ conversation: ConversationId } | { alias: string }> {
    const conversation = sessionId as ConversationId // any string may be asked for; only ids are found
    return (await engine.store.find(owner, conversation)) ? { conversation } : { alias: sessionId }
  }

  async function conversationOf(sessionId: string): Promise<ConversationId> {
    const named = await target(sessionId)
    return 'alias' in named ? aliasId(owner, named.alias) : named.conversation
  }
}
