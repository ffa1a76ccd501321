import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { historyRows } from '../dialects/tasks.ts'
import type { Engine } from '../runs/engine.ts'
import type { App, Door } from './door.ts'
import { tasksMessage } from './tasks-message.ts'
import { tasksSessions } from './tasks-sessions.ts'
import { findWindow, readWindow, TASKS_AGENT } from './tasks-windows.ts'

const PATH = '/api/v1/chat'
const tags = ['dialects']
const HISTORY_PAGE = 100

/** The tasks dialect for clients without a socket, and what only HTTP can ask. */
export function tasksRest(app: App, { engine }: Door): void {
  health(app, engine)
  tasksMessage(app, engine)
  history(app, engine)
  tasksSessions(app, engine)
}

function health(app: App, engine: Engine): void {
  app.get(
    `${PATH}/health`,
    { config: { action: 'open' }, schema: { summary: 'Whether the tasks chat answers.', tags } },
    async () => {
      const { agents, draining } = engine
      if (draining || !agents.has(TASKS_AGENT)) throw new StreambedError(draining ? 'draining' : 'unknown-agent')
      return { status: 'ok' }
    },
  )
}

function history(app: App, engine: Engine): void {
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
}
