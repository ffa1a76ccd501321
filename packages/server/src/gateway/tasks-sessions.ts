import { type ConversationSummary, type Owner, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { runOfSession, type Session } from '../dialects/tasks-sessions.ts'
import { cancelTasks } from '../runs/end-tasks.ts'
import type { Engine } from '../runs/engine.ts'
import type { App } from './door.ts'
import { readWindow, TASKS_AGENT, windowName } from './tasks-windows.ts'

const PATH = '/api/v1/chat/sessions'
const tags = ['dialects']
/** In how many windows sessions are looked for: the newest. */
const WINDOWS = 100

/** The sessions of all of a user's windows. */
export function tasksSessions(app: App, engine: Engine): void {
  app.get(PATH, { schema: { summary: 'The sessions there have been, newest first.', tags } }, async ({ owner }) => {
    const windows = await windowsOf(engine, owner)
    const sessions = await Promise.all(windows.map((summary) => sessionsOf(engine, summary)))
    return { items: sessions.flat().sort((a, b) => b.started_at.localeCompare(a.started_at)) }
  })

  app.delete(
    `${PATH}/:session_id`,
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
}

async function windowsOf({ store }: Engine, owner: Owner): Promise<readonly ConversationSummary[]> {
  const lists = await Promise.all([false, true].map((archived) => store.list(owner, { limit: WINDOWS, archived })))
  return lists.flatMap(({ items }) => items).filter(({ agent }) => agent === TASKS_AGENT)
}

async function sessionsOf(engine: Engine, summary: ConversationSummary) {
  const { window } = await readWindow(engine, summary.id)
  return window.sessions().map((session) => sessionRow(session, windowName(summary)))
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
