import { isDeepStrictEqual } from 'node:util'
import { type ConversationId, newConversationId, newRequestId, textOf } from '@streambed/protocol'
import { type BuilderAsk, builder, builderError, builderGreeting, readBuilderRequest } from '../dialects/builder.ts'
import { waitOf } from '../dialects/run-end.ts'
import { aliasId } from '../runs/alias.ts'
import type { Accepted } from '../runs/engine.ts'
import { followRun } from '../runs/follow.ts'
import { answeredTurns, importConversation } from '../runs/import.ts'
import { openConversation } from '../runs/open.ts'
import { type SendRequest, send } from '../runs/start.ts'
import { stateAt } from '../runs/state.ts'
import type { Connection, Talk } from './connection.ts'
import type { Door } from './door.ts'
import { oneByOne } from './one-by-one.ts'

const AGENT = 'strategy-builder'

interface Place {
  readonly id: ConversationId
  readonly target: Pick<SendRequest, 'conversation' | 'promised' | 'alias'>
  readonly isThere: boolean
}

/**
 * The strategy builder on a socket. A client that brings what was said before goes on where just that was said, and otherwise begins anew
 * with it.
 */
export function builderSocket(connection: Connection, door: Door): Talk {
  const { owner, signal } = connection
  const { engine } = door
  const { answer, refuse } = oneByOne(connection, door, builderError)
  let promised = newConversationId() // begins with the first message
  let session: string = promised
  connection.write(builderGreeting(session))

  return { receive: (frame) => answer(() => reply(readBuilderRequest(frame))), refuse }

  async function reply(ask: BuilderAsk): Promise<void> {
    const { accepted, name } = await say(ask)
    await tell(accepted, name)
  }

  async function say(ask: BuilderAsk): Promise<{ readonly accepted: Accepted; readonly name: string }> {
    const { message, earlier } = ask
    session = ask.session ?? session
    if (message.trim() !== '' && earlier) {
      if (!ask.session && !(await wasSaid(earlier))) session = promised = newConversationId()
      const { id, target, isThere } = await placeOf(session)
      if (earlier.length > 0 && !isThere) await importConversation(engine, owner, id, AGENT, target.alias, earlier)
    }
    const { target } = await placeOf(session)
    const request = { requestId: newRequestId(), text: message, agent: AGENT, ...target }
    return { accepted: await send(engine, owner, request), name: session }
  }

  /** Whether that is what the user has said in the session so far, or there is none yet. */
  async function wasSaid(earlier: NonNullable<BuilderAsk['earlier']>): Promise<boolean> {
    const { id, isThere } = await placeOf(session)
    if (!isThere) return true
    const { messages } = await openConversation(engine.store, owner, id)
    const said = messages.flatMap((one) => (one.role === 'user' ? textOf(one) : []))
    return isDeepStrictEqual(
      said,
      answeredTurns(earlier).map(({ question }) => question),
    )
  }

  /** Where a name leads, and how `send` is told. */
  async function placeOf(name: string): Promise<Place> {
    const conversation = name as ConversationId // any string may be asked for; only ids are found
    if (await engine.store.find(owner, conversation))
      return { id: conversation, target: { conversation }, isThere: true }
    if (conversation === promised) return { id: promised, target: { promised }, isThere: false }
    const id = aliasId(owner, name)
    return { id, target: { alias: name }, isThere: (await engine.store.find(owner, id)) !== undefined }
  }

  async function tell(accepted: Accepted, name: string): Promise<void> {
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
