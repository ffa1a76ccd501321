import type { Owner } from '@streambed/protocol'
import * as z from 'zod'
import { connectionFrame, readTasksRequest, type TasksRequest, tasksFrame } from '../dialects/tasks.ts'
import type { WindowItem } from '../dialects/tasks-items.ts'
import { tasksWindow } from '../dialects/tasks-window.ts'
import type { Accepted, Engine } from '../runs/engine.ts'
import { follow } from '../runs/follow.ts'
import { type App, goneSignal } from './door.ts'
import { failureOf, refuse } from './failures.ts'
import { actOn, closeWindow, findWindow, newUserChatId, type Place, readWindow, sendInto } from './tasks-windows.ts'

/** How long one answer waits for its run, in milliseconds; then it holds what there is, and the history the rest. */
const LONGEST_WAIT = 120_000

/** Says something in a window: one answer has all the frames that a socket would have been sent. */
export function tasksMessage(app: App, engine: Engine): void {
  app.post(
    '/api/v1/chat/message',
    {
      schema: {
        summary: 'Says something, or answers a form; all frames come in one answer.',
        description: 'The body is what the WebSocket takes: a message, or an action.',
        tags: ['dialects'],
        body: z.looseObject({}),
      },
      errorHandler: (error, _, reply) => refuse(reply, failureOf(error)),
    },
    async (request, reply) => {
      const { owner } = request
      const asked = readTasksRequest(request.body)
      const place = await findWindow(engine, owner, asked.user_chat_id ?? newUserChatId())
      switch (asked.type) {
        case 'hello':
          return greet(engine, place)
        case 'close_chat':
          await closeWindow(engine, owner, place)
          return answer(engine, place, [], { status: 'closed', resumed: false })
        case 'message': {
          const accepted = await sendInto(engine, owner, place, asked, undefined)
          return answer(engine, place, await itemsOf(engine, owner, place, accepted, goneSignal(request, reply.raw)))
        }
        case 'action':
          return answer(engine, place, await act(engine, owner, place, asked, goneSignal(request, reply.raw)))
      }
    },
  )
}

async function greet(engine: Engine, place: Place): Promise<object> {
  const resumed = place.end > 0 && !place.isClosed
  const shown = place.isClosed ? { ...place, name: newUserChatId() } : place
  return answer(engine, shown, resumed ? await replayed(engine, place) : [], { status: 'connected', resumed })
}

async function replayed(engine: Engine, { conversation }: Place): Promise<readonly WindowItem[]> {
  const { items, window } = await readWindow(engine, conversation)
  return [...items.filter(({ kind }) => kind !== 'component'), ...window.forms()]
}

async function act(
  engine: Engine,
  owner: Owner,
  place: Place,
  asked: Extract<TasksRequest, { type: 'action' }>,
  gone: AbortSignal,
): Promise<readonly WindowItem[]> {
  const { run, again } = await actOn(engine, owner, place, asked, undefined)
  if (again) return [again]
  if (run) return itemsOf(engine, owner, place, run, gone)
  const { items } = await readWindow(engine, place.conversation)
  return items.filter(({ seq }) => seq > place.end)
}

/** What a run shows, from its message on, without what the user has said. */
async function itemsOf(
  engine: Engine,
  owner: Owner,
  place: Place,
  accepted: Accepted,
  gone: AbortSignal,
): Promise<readonly WindowItem[]> {
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

/** `connection` is what a socket would be greeted with, of a window whose items are those of before. */
function answer(
  { now }: Engine,
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
      ...(connection ? [connectionFrame(ids, now(), connection)] : []),
      ...items.map((item) => tasksFrame(item, ids, { replayed: connection !== undefined })),
    ].map((frame) => JSON.parse(frame)),
  }
}
