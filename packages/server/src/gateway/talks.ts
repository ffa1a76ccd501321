import { builderSocket } from './builder-socket.ts'
import { callsSocket } from './calls-socket.ts'
import { type Connection, fieldOf, type Talk } from './connection.ts'
import { dashboardSocket } from './dashboard-socket.ts'
import type { Door } from './door.ts'
import { nativeSocket } from './native-socket.ts'
import { tasksSocket } from './tasks-socket.ts'

export type OpenTalk = (connection: Connection, door: Door) => Talk

/** Which dialect each path of a WebSocket speaks. */
export const TALKS: Readonly<Record<string, OpenTalk>> = {
  '/ws': firstFrameDecides,
  '/ws/calls': callsSocket,
  '/ws/chat': builderSocket,
  '/ws/dashboard': dashboardSocket,
  '/api/v1/chat/ws/chat': tasksSocket,
}

/** The native dialect, unless the first frame is of another that is spoken here too. */
function firstFrameDecides(connection: Connection, door: Door): Talk {
  let talk: Talk | undefined
  return {
    async receive(frame) {
      talk ??= dialectOf(frame)(connection, door)
      await talk.receive(frame)
    },
    refuse(error, frame) {
      const speaker = talk ?? dialectOf(frame)(connection, door)
      speaker.refuse(error, frame)
    },
    reads: (frame) => {
      talk ??= dialectOf(frame)(connection, door)
      return talk.reads?.(frame) ?? false
    },
    farewell: (reconnectAfterMs) => talk?.farewell?.(reconnectAfterMs),
  }
}

function dialectOf(frame: unknown): OpenTalk {
  const type = fieldOf(frame, 'type')
  // A native form has an action too, beside its type.
  if (type !== 'form' && typeof frame === 'object' && frame !== null && 'action' in frame) return callsSocket
  return type?.startsWith('chat.') ? dashboardSocket : nativeSocket
}
