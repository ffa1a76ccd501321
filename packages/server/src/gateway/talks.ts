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
  '/ws': speaking(), // what the first frame is of
  '/ws/calls': speaking(callsSocket),
  '/ws/chat': speaking(builderSocket),
  '/ws/dashboard': speaking(dashboardSocket),
  '/api/v1/chat/ws/chat': speaking(tasksSocket),
}

/** The dialect of a path. Frames of the two that are spoken everywhere are answered in theirs, whatever the path's own is. */
function speaking(own?: OpenTalk): OpenTalk {
  return (connection, door) => {
    const talks = new Map<OpenTalk, Talk>()
    let home = own
    if (home) open(home) // it may have a greeting

    return {
      receive: (frame) => talkOf(frame).receive(frame),
      refuse: (error, frame) => talkOf(frame).refuse(error, frame),
      reads: (frame) => talkOf(frame).reads?.(frame) ?? false,
      farewell: (reconnectAfterMs) => {
        for (const talk of talks.values()) talk.farewell?.(reconnectAfterMs)
      },
    }

    function talkOf(frame: unknown): Talk {
      const everywhere = spokenEverywhere(frame)
      if (frame !== undefined) home ??= everywhere ?? nativeSocket // what is no JSON decides nothing
      return open(everywhere ?? home ?? nativeSocket)
    }

    function open(dialect: OpenTalk): Talk {
      const talk = talks.get(dialect) ?? dialect(connection, door)
      talks.set(dialect, talk)
      return talk
    }
  }
}

function spokenEverywhere(frame: unknown): OpenTalk | undefined {
  if (typeof frame !== 'object' || frame === null) return undefined
  const type = fieldOf(frame, 'type')
  if (type?.startsWith('chat.')) return dashboardSocket
  const isOthers = OTHERS_ACTIONS.has(type) || 'message' in frame || 'messages' in frame
  return 'action' in frame && !isOthers ? callsSocket : undefined
}

/** Frames of other dialects that have an `action`, too. */
const OTHERS_ACTIONS: ReadonlySet<string | undefined> = new Set(['form', 'action'])
