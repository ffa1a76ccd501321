import assert from 'node:assert/strict'
import { type Frame, openSocket, type RawSocket } from '../harness/raw-socket.ts'

const IDS = ['session_id', 'socket_connection_id', 'timestamp', 'user_chat_id', 'user_intent_id']
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** One chat window on a socket of its own. */
export interface ChatWindow extends Disposable {
  readonly socket: RawSocket
  readonly connection: string
  readonly chat: string
  /** Says something; everything up to the words that answer, and the form that comes with them. */
  say(message: string, more?: Frame): Promise<Turn>
  /** Fills in a form; everything up to the words that answer, or to the form that comes back. */
  act(component: string, action: 'submit' | 'cancel', values?: Frame): Promise<Turn>
}

export interface Turn {
  /** What was thought aloud, in order. */
  readonly thinking: readonly string[]
  readonly response?: Frame
  readonly component?: Frame
  readonly frames: readonly Frame[]
}

/** Connects, and takes up `chat` where it is given. Every frame is held to contract 5. */
export async function openChatWindow(url: string, chat?: string): Promise<ChatWindow> {
  const socket = await openSocket(url)
  const greeting = await socket.next()
  assertConnection(greeting)
  assert.equal(greeting['resumed'], false)
  const { socket_connection_id: connection } = greeting as { socket_connection_id: string }
  let name = greeting['user_chat_id'] as string
  if (chat !== undefined) {
    socket.send({ type: 'hello', user_chat_id: chat })
    const again = await socket.next()
    assertConnection(again)
    assert.deepEqual([again['user_chat_id'], again['socket_connection_id']], [chat, connection])
    name = chat
  }

  const read = async (isForm: boolean): Promise<Turn> => {
    const frames = await socket.until(
      ({ type }) => type === 'response' || type === 'error' || (isForm && type === 'component'),
    )
    const end = frames.at(-1)!
    if (end['type'] === 'response' && end['is_complete'] === false && frames.some(asksBack))
      frames.push(await socket.next())
    for (const frame of frames) assertTaskFrame(frame, name, connection)
    const response = frames.find(({ type }) => type === 'response')
    const component = frames.findLast(({ type }) => type === 'component')
    return {
      thinking: frames.filter(({ type }) => type === 'thinking').map(({ content }) => content),
      ...(response && { response }),
      ...(component && { component: component['component'] }),
      frames,
    }
  }
  return {
    socket,
    connection,
    chat: name,
    say(message, more = {}) {
      socket.send({ type: 'message', message, user_chat_id: name, session_id: null, ...more })
      return read(false)
    },
    act(component_id, action, values) {
      socket.send({ type: 'action', component_id, action, ...(values && { values }) })
      return read(true)
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  }
}

/** A question for what is missing brings its form. */
function asksBack({ content }: Frame): boolean {
  return content === 'Generating follow-up question...'
}

export function assertConnection(frame: Frame): void {
  const { timestamp: _, ...rest } = frame
  assert.deepEqual(Object.keys(rest).sort(), ['resumed', 'socket_connection_id', 'status', 'type', 'user_chat_id'])
  assert.deepEqual([frame['type'], frame['status'], typeof frame['resumed']], ['connection', 'connected', 'boolean'])
}

/** Any frame of a window, live or replayed. */
export function assertTaskFrame(frame: Frame, chat: string, connection?: string | null): void {
  const own: Record<string, string[]> = {
    thinking: ['content', 'step', 'type'],
    response: ['content', 'is_complete', 'type'],
    component: ['component', 'type'],
    error: ['code', 'message', 'type'],
    message: ['message', 'type'],
  }
  const { highlight, replayed: _, ...rest } = frame
  assert.ok(highlight === undefined || frame['type'] === 'thinking')
  assert.deepEqual(Object.keys(rest).sort(), [...(own[frame['type']] ?? []), ...IDS].sort(), JSON.stringify(frame))
  assert.equal(frame['user_chat_id'], chat)
  if (connection !== undefined) assert.equal(frame['socket_connection_id'], connection)
  assert.match(frame['timestamp'], INSTANT)
  if (frame['type'] === 'thinking') assert.match(frame['step'], /^(session|intent|parameters|execution|answer)$/)
  if (frame['type'] === 'component') {
    const { id, type, props } = frame['component']
    assert.deepEqual([typeof id, typeof type], ['string', 'string'])
    for (const field of ['schema', 'values', 'missing']) assert.ok(field in props)
    assert.equal(props.schema.type, 'object')
  }
}
