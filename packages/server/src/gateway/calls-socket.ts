import { newRequestId, StreambedError } from '@streambed/protocol'
import { callError, calls, readCallRequest } from '../dialects/calls.ts'
import { waitOf } from '../dialects/run-end.ts'
import { followRun } from '../runs/follow.ts'
import { send } from '../runs/start.ts'
import { turnstile } from '../runs/turnstile.ts'
import type { Connection, Talk } from './connection.ts'
import type { Door } from './door.ts'

const AGENT = 'predictions'

/**
 * Prediction calls on a socket. Its frames carry no ids, so whatever comes in is answered in its turn, failures too: a frame always
 * belongs to the call that is under way. Each call is a conversation of its own.
 */
export function callsSocket(connection: Connection, { engine }: Door): Talk {
  const { owner, signal } = connection
  const inTurn = turnstile()

  return {
    receive: (frame) => answerInTurn(() => call(frame)),
    refuse: (error) => void answerInTurn(async () => connection.write(callError(error))),
  }

  async function answerInTurn(deed: () => Promise<void>): Promise<void> {
    await inTurn('call', async () => {
      try {
        if (!signal.aborted) await deed()
      } catch (error) {
        const failure = StreambedError.of(error)
        if (signal.aborted) return
        if (failure.code === 'too-slow') throw error // which ends the connection
        if (failure.code === 'internal') engine.log.error({ err: error }, 'a call could not be answered')
        connection.write(callError(failure.body))
      }
    })
  }

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
