import {
  type ConversationId,
  newMessageId,
  newRequestId,
  type Owner,
  type RequestId,
  StreambedError,
} from '@streambed/protocol'
import { isFormId, requestIdFor, type TasksRequest } from '../dialects/tasks.ts'
import type { WindowItem } from '../dialects/tasks-items.ts'
import { tasksWindow, type Window } from '../dialects/tasks-window.ts'
import { aliasId } from '../runs/alias.ts'
import { changeConversation } from '../runs/conversations.ts'
import { cancelTasks } from '../runs/end-tasks.ts'
import type { Accepted, Engine } from '../runs/engine.ts'
import { answerForm } from '../runs/forms.ts'
import { send } from '../runs/start.ts'

export const TASKS_AGENT = 'tasks'
/** Clients of other dialects may give the same names to theirs. */
const PREFIX = 'tasks:'

export const newUserChatId = (): string => `chat_${newMessageId().slice(2)}`

/** What a window's conversation is called among all of its owner's. */
export const windowAlias = (name: string): string => PREFIX + name

/** A chat window's name, and the conversation behind it if there is one. */
export interface Place {
  readonly name: string
  readonly conversation: ConversationId
  /** The number of its last event; 0 where nothing has been said. */
  readonly end: number
  readonly isClosed: boolean
}

/** Finds a window by its `user_chat_id`: a conversation's own id, or the name that a client has given it. */
export async function findWindow({ store }: Engine, owner: Owner, name: string): Promise<Place> {
  const own = await store.find(owner, name as ConversationId) // any text may be asked for; only ids are found
  const found = own ?? (await store.find(owner, aliasId(owner, windowAlias(name))))
  const conversation = found?.id ?? aliasId(owner, windowAlias(name))
  return { name, conversation, end: found?.seq ?? 0, isClosed: found?.archived ?? false }
}

/** The `user_chat_id` of a conversation. */
export function windowName({ id, alias }: { readonly id: ConversationId; readonly alias: string | null }): string {
  return alias?.startsWith(PREFIX) ? alias.slice(PREFIX.length) : id
}

/** The socket over which something is said, and how many things were said over it before. */
interface From {
  readonly socket: string
  readonly count: number
}

/** Takes a message for a window, which begins with its first one. */
export async function sendInto(
  engine: Engine,
  owner: Owner,
  { name, conversation, end, isClosed }: Place,
  { message, timezone }: Extract<TasksRequest, { type: 'message' }>,
  from: From | undefined,
): Promise<Accepted> {
  if (isClosed)
    throw new StreambedError('not-found', 'That chat was closed. Say hello without an id to begin a new one.')
  const requestId = requestIdOf(from)
  const target = end > 0 ? { conversation } : { alias: windowAlias(name) }
  return send(engine, owner, { requestId, text: message, agent: TASKS_AGENT, ...(timezone && { timezone }), ...target })
}

/** Sends or cancels a form. Where it is not right, the form comes back: returned, when the log had nothing new to say. */
export async function actOn(
  engine: Engine,
  owner: Owner,
  { conversation, end }: Place,
  { component_id: form, action, values }: Extract<TasksRequest, { type: 'action' }>,
  from: From | undefined,
): Promise<{ readonly run?: Accepted; readonly again?: WindowItem }> {
  if (!isFormId(form) || end === 0) throw new StreambedError('not-found')
  try {
    const request = { requestId: requestIdOf(from), action, values: values ?? {} }
    const { message, run, position } = await answerForm(engine, owner, conversation, form, request)
    return message && run ? { run: { conversation, message, run, position } } : {}
  } catch (error) {
    if (!(error instanceof StreambedError && error.code === 'form-refused')) throw error
    if (((await engine.store.find(owner, conversation))?.seq ?? 0) > end) return {}
    const again = (await readWindow(engine, conversation)).window.form(form)
    return again ? { again } : {}
  }
}

/** Tells the log over which socket something was said. */
function requestIdOf(from: From | undefined): RequestId {
  return from ? (requestIdFor(from.socket, from.count) as RequestId) : newRequestId()
}

/** Ends a window for good: what was open in it is cancelled, its history stays. */
export async function closeWindow(engine: Engine, owner: Owner, { conversation, end }: Place): Promise<void> {
  if (end === 0) return
  await cancelTasks(engine, owner, conversation, () => true)
  await changeConversation(engine, owner, conversation, { archived: true })
}

/** A window as it stands, and all that it has shown. */
export async function readWindow(
  { store }: Pick<Engine, 'store'>,
  conversation: ConversationId,
): Promise<{ readonly window: Window; readonly items: readonly WindowItem[]; readonly seq: number }> {
  const window = tasksWindow()
  const items: WindowItem[] = []
  let seq = 0
  for (let page = await store.read(conversation, 0); page.length > 0; page = await store.read(conversation, seq)) {
    for (const { event } of page) items.push(...window.take(event))
    seq = page.at(-1)!.seq
  }
  return { window, items, seq }
}
