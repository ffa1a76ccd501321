import { newRequestId } from '@streambed/protocol'
import { callError, calls, readCallRequest } from '../dialects/calls.ts'
import { waitOf } from '../dialects/run-end.ts'
import { followRun } from '../runs/follow.ts'
import { send } from '../runs/start.ts'
import type { Connection, Talk } from './connection.ts'
import type { Door } from './door.ts'
import { oneByOne } from './one-by-one.ts'

const AGENT = 'predictions'

/** Prediction calls on a socket. Each call is a conversation of its own. */
export function callsSocket(connection: Connection, door: Door): Talk {
  const { owner, signal } = connection
  const { engine } = door
  const { answer, refuse } = oneByOne(connection, door, callError)
  return { receive: (frame) => answer(() => call(frame)), refuse }

  async function call(frame: unknown): Promise<void> {
    const { prompt, timezone } = readCallRequest(frame)
    const schema = engine.agents.get(AGENT)?.output?.schema
    const encode = calls((value) => schema?.safeParse(value).data)
    const accepted = await send(engine, owner, { requestId: newRequestId(), text: prompt, agent: AGENT, timezone })
    for await (const events of followRun(engine, owner, accepted, signal)) {
      for (const event of events) for (const frame of encode(event)) connection.write(frame)
      await connection.ready(signal)
      const wait = waitOf(events)
      if (wait) throw wait
    }
  }
}
