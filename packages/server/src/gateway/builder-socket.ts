import { type ConversationId, newConversationId, newRequestId } from '@streambed/protocol'
import { type BuilderAsk, builder, builderError, builderGreeting, readBuilderRequest } from '../dialects/builder.ts'
import { waitOf } from '../dialects/run-end.ts'
import { aliasId } from '../runs/alias.ts'
import type { Accepted } from '../runs/engine.ts'
import { followRun } from '../runs/follow.ts'
import { importConversation } from '../runs/import.ts'
import { send } from '../runs/start.ts'
import { stateAt } from '../runs/state.ts'
import { turnstile } from '../runs/turnstile.ts'
import type { Connection, Talk } from './connection.ts'
import type { Door } from './door.ts'

const AGENT = 'strategy-builder'

/** The strategy builder on a socket: its frames carry no ids, so one message is answered after the other. */
export function builderSocket(connection: Connection, { engine }: Door): Talk {
  const { owner, signal } = connection
  const inTurn = turnstile()
  const promised = newConversationId() // begins with the first message
  let session: string = promised
  connection.write(builderGreeting(session))

  return {
    async receive(frame) {
      const ask = readBuilderRequest(frame)
      session = ask.session ?? session
      const { accepted, name } = await inTurn('send', () => say(ask, session))
      await inTurn('answer', () => answer(accepted, name))
    },
    refuse: (error) => connection.write(builderError(error)),
  }

  async function say(
    { message, earlier }: BuilderAsk,
    name: string,
  ): Promise<{ readonly accepted: Accepted; readonly name: string }> {
    const requestId = newRequestId()
    const conversation = name as ConversationId // any string may be asked for; only ids are found
    if (await engine.store.find(owner, conversation)) {
      return { accepted: await send(engine, owner, { requestId, text: message, conversation, agent: AGENT }), name }
    }
    const place = name === promised ? { promised } : { alias: name }
    const id = place.promised ?? aliasId(owner, name)
    if (message.trim() !== '' && earlier.length > 0 && !(await engine.store.find(owner, id))) {
      await importConversation(engine, owner, id, AGENT, place.alias, earlier)
    }
    return { accepted: await send(engine, owner, { requestId, text: message, ...place, agent: AGENT }), name }
  }

  async function answer(accepted: Accepted, name: string): Promise<void> {
    let encode: ReturnType<typeof builder> | undefined
    for await (const events of followRun(engine, owner, accepted, signal)) {
      for (const event of events) {
        encode ??= event.type === 'run-start' || event.type === 'run-end' ? await encoder(event.seq) : undefined
        for (const frame of encode?.(event) ?? []) connection.write(frame)
      }
      await connection.ready(signal)
      const wait = waitOf(events)
      if (wait) throw wait
    }

    /** The state is what it is when the run begins: another may have changed it while this one waited. */
    async function encoder(seq: number): Promise<ReturnType<typeof builder>> {
      const { value } = await stateAt(engine.store, owner, accepted.conversation, seq)
      const schema = engine.agents.get(AGENT)?.output?.schema
      return builder({ session: name, state: value, isWhole: (state) => schema?.safeParse(state).success ?? false })
    }
  }
}
