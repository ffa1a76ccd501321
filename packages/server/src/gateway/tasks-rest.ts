import { type ConversationSummary, type Owner, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { connectionFrame, historyRows, readTasksRequest, tasksFrame } from '../dialects/tasks.ts'
import { runOfSession, type Session, tasksWindow, type WindowItem } from '../dialects/tasks-window.ts'
import { cancelTasks } from '../runs/end-tasks.ts'
import type { Accepted } from '../runs/engine.ts'
import { follow } from '../runs/follow.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { failureOf, refuse } from './failures.ts'
import {
  actOn,
  closeWindow,
  findWindow,
  newUserChatId,
  type Place,
  readWindow,
  sendInto,
  TASKS_AGENT,
  windowName,
} from './tasks-windows.ts'

const PATH = '/api/v1/chat'
const tags = ['dialects']
const HISTORY_PAGE = 100
/** How long one answer waits for its run, in milliseconds; then it holds what there is, and the history the rest. */
const LONGEST_WAIT = 120_000
/** In how many windows sessions are looked for: the newest. */
const WINDOWS = 100

/** The tasks dialect for clients without a socket, and what only HTTP can ask. */
export function tasksRest(app: App, { engine }: Door): void {
  app.get(
    `${PATH}/health`,
    { config: { action: 'open' }, schema: { summary: 'Whether the tasks chat answers.', tags } },
    async () => {
      const { agents, draining } = engine
      if (draining || !agents.has(TASKS_AGENT)) throw new StreambedError(draining ? 'draining' : 'unknown-agent')
      return { status: 'ok' }
    },
  )

  app.post(
    `${PATH}/message`,
    {
      schema: {
        summary: 'Says something, or answers a form; all frames come in one answer.',
        description: 'The body is what the WebSocket takes: a message, or an action.',
        tags,
        body: z.looseObject({}),
      },
      errorHandler: (error, _, reply) => refuse(reply, failureOf(error)),
    },
    async (request, reply) => {
      const { owner } = request
      const asked = readTasksRequest(request.body)
      const place = await findWindow(engine, owner, asked.user_chat_id ?? newUserChatId())
      switch (asked.type) {
        case 'hello': {
          const resumed = place.end > 0 && !place.isClosed
          const shown = place.isClosed ? { ...place, name: newUserChatId() } : place
          return answer(shown, resumed ? await replayed(place) : [], { status: 'connected', resumed })
        }
        case 'close_chat':
          await closeWindow(engine, owner, place)
          return answer(place, [], { status: 'closed', resumed: false })
        case 'message': {
          const accepted = await sendInto(engine, owner, place, asked, undefined)
          return answer(place, await itemsOf(owner, place, accepted, goneSignal(request, reply.raw)))
        }
        case 'action': {
          const { run, again } = await actOn(engine, owner, place, asked, undefined)
          if (again) return answer(place, [again])
          if (run) return answer(place, await itemsOf(owner, place, run, goneSignal(request, reply.raw)))
          const { items } = await readWindow(engine, place.conversation)
          return answer(
            place,
            items.filter(({ seq }) => seq > place.end),
          )
        }
      }
    },
  )

  app.get(
    `${PATH}/history`,
    {
      schema: {
        summary: "A window's history, oldest first.",
        tags,
        querystring: z.object({
          user_chat_id: z.string().min(1).max(128),
          cursor: z.string().max(64).optional(),
          limit: z.coerce.number().int().min(1).max(HISTORY_PAGE).default(HISTORY_PAGE),
        }),
      },
    },
    async ({ owner, query: { user_chat_id, cursor, limit } }) => {
      const { conversation, end } = await findWindow(engine, owner, user_chat_id)
      if (end === 0) return { items: [], cursor: null }
      const { items, window } = await readWindow(engine, conversation)
      const rows = historyRows(items, window, { owner, user_chat_id })
      const after = cursor === undefined ? 0 : rows.findIndex(({ id }) => id === cursor) + 1
      if (cursor !== undefined && after === 0)
        throw new StreambedError('bad-request', 'The cursor is not of this list.')
      const page = rows.slice(after, after + limit)
      return { items: page, cursor: rows.length > after + limit ? page.at(-1)!.id : null }
    },
  )

  app.get(
    `${PATH}/sessions`,
    { schema: { summary: 'The sessions there have been, newest first.', tags } },
    async (request) => {
      const { store } = engine
      const lists = await Promise.all(
        [false, true].map((archived) => store.list(request.owner, { limit: WINDOWS, archived })),
      )
      const mine = lists.flatMap(({ items }) => items).filter(({ agent }) => agent === TASKS_AGENT)
      const windows = await Promise.all(mine.map(sessionsOf))
      return { items: windows.flat().sort((a, b) => b.started_at.localeCompare(a.started_at)) }
    },
  )

  app.delete(
    `${PATH}/sessions/:session_id`,
    {
      schema: {
        summary: 'Clears a session. What was said stays; its intent is over.',
        tags,
        params: z.object({ session_id: z.string().max(128) }),
      },
    },
    async ({ owner, params: { session_id } }, reply) => {
      const run = await engine.store.findRun(owner, runOfSession(session_id))
      if (!run) throw new StreambedError('not-found')
      const { window } = await readWindow(engine, run.conversation)
      const session = window.sessions().find(({ id }) => id === session_id)
      if (session) await cancelTasks(engine, owner, run.conversation, ({ id }) => id === session.intent)
      return reply.code(204).send()
    },
  )

  /** What a run shows, from its message on, without what the user has said. */
  async function itemsOf(owner: Owner, place: Place, accepted: Accepted, gone: AbortSignal): Promise<WindowItem[]> {
    const signal = AbortSignal.any([gone, AbortSignal.timeout(LONGEST_WAIT)])
    const window = tasksWindow()
    const items: WindowItem[] = []
    try {
      for await (const entries of follow(engine, owner, accepted.conversation, 0, signal)) {
        for (const { event } of entries) {
          const shown = window.take(event)
          if (event.seq > place.end) items.push(...shown.filter(({ kind }) => kind !== 'user'))
          if (event.type === 'run-end' && event.run === accepted.run) return items
        }
      }
    } catch (error) {
      if (gone.aborted || !signal.aborted) throw error
    }
    return items
  }

  async function replayed({ conversation }: Place): Promise<readonly WindowItem[]> {
    const { items, window } = await readWindow(engine, conversation)
    return [...items.filter(({ kind }) => kind !== 'component'), ...window.forms()]
  }

  /** `connection` is what a socket would be greeted with, of a window whose items are those of before. */
  function answer(
    { name }: Place,
    items: readonly WindowItem[],
    connection?: { readonly status: string; readonly resumed: boolean },
  ): object {
    const ids = { user_chat_id: name, socket_connection_id: null }
    const last = items.findLast(({ kind }) => kind === 'ai' || kind === 'error' || kind === 'component')
    const said = items.findLast((item) => item.kind === 'ai')
    return {
      user_chat_id: name,
      session_id: last?.session ?? null,
      user_intent_id: last?.intent ?? null,
      is_complete: said?.kind === 'ai' && said.isComplete,
      frames: [
        ...(connection ? [connectionFrame(ids, engine.now(), connection)] : []),
        ...items.map((item) => tasksFrame(item, ids, { replayed: connection !== undefined })),
      ].map((frame) => JSON.parse(frame)),
    }
  }

  async function sessionsOf(summary: ConversationSummary) {
    const { window } = await readWindow(engine, summary.id)
    return window.sessions().map((session) => sessionRow(session, windowName(summary)))
  }
}

function sessionRow({ id, intent, name, status, startedAt, endedAt }: Session, user_chat_id: string) {
  return {
    session_id: id,
    user_chat_id,
    user_intent_id: intent,
    intent: name,
    status,
    is_complete: status === 'completed',
    abandoned: status === 'abandoned' || status === 'cancelled',
    started_at: startedAt,
    ended_at: endedAt,
  }
}
