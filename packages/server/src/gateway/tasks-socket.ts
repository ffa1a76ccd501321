import { type ConversationId, newMessageId, StreambedError } from '@streambed/protocol'
import { connectionFrame, readTasksRequest, type TasksRequest, tasksError, tasksFrame } from '../dialects/tasks.ts'
import { tasksWindow, type Window } from '../dialects/tasks-window.ts'
import { follow } from '../runs/follow.ts'
import { turnstile } from '../runs/turnstile.ts'
import { type Connection, fieldOf, type Talk } from './connection.ts'
import type { Door } from './door.ts'
import { LIMITS } from './limits.ts'
import { pour } from './outbox.ts'
import { actOn, closeWindow, findWindow, newUserChatId, type Place, sendInto } from './tasks-windows.ts'

interface Reader {
  readonly stop: AbortController
  readonly conversation: ConversationId
  readonly window: Window
}

/** Tasks with thinking steps and forms on a socket. It shows every window that the client has named, each by its own log. */
export function tasksSocket(connection: Connection, { engine }: Door): Talk {
  const { owner } = connection
  const socket = `ws_${newMessageId().slice(2)}`
  const readers = new Map<string, Reader>()
  const inTurn = turnstile()
  let name = newUserChatId()
  let count = 0
  /** Ends the wait for a window's first message. */
  let expecting = new AbortController()
  greet(name)

  return {
    async receive(frame) {
      const request = readTasksRequest(frame)
      await inTurn('frame', () => obey(request))
    },
    reads: (frame) => fieldOf(frame, 'type') === 'hello',
    refuse: (error, frame) =>
      connection.write(tasksError(error, idsOf(fieldOf(frame, 'user_chat_id') ?? name), engine.now())),
  }

  async function obey(request: TasksRequest): Promise<void> {
    switch (request.type) {
      case 'hello':
        return hello(request.user_chat_id ?? name)
      case 'message':
        return say(request)
      case 'action':
        return act(request)
      case 'close_chat':
        return close(request.user_chat_id ?? name)
    }
  }

  async function hello(wanted: string): Promise<void> {
    const place = await findWindow(engine, owner, wanted)
    name = place.isClosed ? newUserChatId() : wanted
    const resumed = place.end > 0 && !place.isClosed
    greet(name, { resumed })
    if (resumed) read(place, { replay: true })
    else if (!place.isClosed) void readFromFirst(place)
  }

  async function say(request: Extract<TasksRequest, { type: 'message' }>): Promise<void> {
    const from = { socket, count: ++count }
    name = request.user_chat_id ?? name
    const place = await findWindow(engine, owner, name)
    const { conversation } = await sendInto(engine, owner, place, request, from)
    if (!readers.has(place.name)) read({ ...place, conversation }, { replay: false })
  }

  async function act(request: Extract<TasksRequest, { type: 'action' }>): Promise<void> {
    const place = await findWindow(engine, owner, request.user_chat_id ?? windowWith(request.component_id))
    name = place.name
    if (place.end > 0 && !readers.has(place.name)) read(place, { replay: false })
    const { again } = await actOn(engine, owner, place, request, { socket, count: ++count })
    if (again) connection.write(tasksFrame(again, idsOf(place.name)))
  }

  async function close(wanted: string): Promise<void> {
    await closeWindow(engine, owner, await findWindow(engine, owner, wanted))
    readers.get(wanted)?.stop.abort()
    greet(wanted, { status: 'closed' })
    if (wanted === name) name = newUserChatId()
  }

  /** The window that shows a form; the current one where none does. */
  function windowWith(form: string): string {
    const shown = readers.entries().find(([, { window }]) => window.form(form))
    return shown?.[0] ?? name
  }

  /** Shows a window of which nothing is there yet, once something is said in it: here or on another connection. */
  async function readFromFirst(place: Place): Promise<void> {
    expecting.abort()
    expecting = new AbortController()
    const signal = AbortSignal.any([expecting.signal, connection.signal])
    try {
      using wakes = engine.bus.listen(place.conversation)
      while (!(await engine.store.find(owner, place.conversation))) await wakes.next(signal, LIMITS.longPoll)
      if (!signal.aborted && !readers.has(place.name)) read(place, { replay: false })
    } catch (error) {
      if (!signal.aborted) engine.log.error({ err: error }, 'a chat window was not waited for any longer')
    }
  }

  /** Shows a window from here on, and with `replay` all that it has shown before. */
  function read(place: Place, { replay }: { readonly replay: boolean }): void {
    if (readers.size >= LIMITS.follows && !readers.has(place.name)) {
      throw new StreambedError(
        'too-many',
        `A connection shows at most ${LIMITS.follows} chats. Open another connection.`,
      )
    }
    readers.get(place.name)?.stop.abort()
    const reader = { stop: new AbortController(), conversation: place.conversation, window: tasksWindow() }
    readers.set(place.name, reader)
    void show(place, reader, replay)
  }

  async function show({ name, conversation, end }: Place, reader: Reader, replay: boolean): Promise<void> {
    const signal = AbortSignal.any([reader.stop.signal, connection.signal])
    const ids = idsOf(name)
    try {
      await pour(follow(engine, owner, conversation, 0, signal), connection, signal, (entries) =>
        entries.flatMap(({ event }) => {
          const items = reader.window.take(event)
          if (event.seq > end) return items.filter(({ kind }) => kind !== 'user').map((item) => tasksFrame(item, ids))
          if (!replay) return []
          // Of forms only those that are still open are shown again, when all else has been.
          const forms = event.seq === end ? reader.window.forms() : []
          const shown = [...items.filter(({ kind }) => kind !== 'component'), ...forms]
          return shown.map((item) => tasksFrame(item, ids, { replayed: true }))
        }),
      )
    } catch (error) {
      if (signal.aborted) return
      const failure = StreambedError.of(error)
      if (failure.cause) engine.log.error({ err: failure.cause, conversation }, 'a reader was given up')
      if (failure.code === 'too-slow') connection.close(failure)
      else connection.write(tasksError(failure.body, ids, engine.now()))
    } finally {
      if (readers.get(name) === reader) readers.delete(name)
    }
  }

  function greet(user_chat_id: string, options: { readonly resumed?: boolean; readonly status?: string } = {}): void {
    connection.write(connectionFrame(idsOf(user_chat_id), engine.now(), options))
  }

  function idsOf(user_chat_id: string) {
    return { user_chat_id, socket_connection_id: socket }
  }
}
