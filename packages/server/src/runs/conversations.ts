import {
  type ChangeConversation,
  type ConversationId,
  type ConversationSummary,
  type CreateConversation,
  newConversationId,
  type Owner,
  StreambedError,
} from '@streambed/protocol'
import { listTopic } from '../bus/bus.ts'
import { append, type Engine } from './engine.ts'
import { within } from './within.ts'

/** How long a run that goes with its conversation may take to end, in milliseconds. */
const LAST_WORDS = 2_000

/** Begins a conversation in which nothing has been said. */
export async function createConversation(
  engine: Engine,
  owner: Owner,
  {
    agent = engine.defaultAgent,
    title = null,
  }: Omit<CreateConversation, 'title'> & { title?: string | null | undefined },
): Promise<ConversationSummary> {
  if (!engine.agents.has(agent)) throw new StreambedError('unknown-agent')
  const id = newConversationId()
  await append(engine, owner, id, [{ type: 'conversation-start', agent, title, owner }])
  return summaryOf(engine, owner, id)
}

export async function changeConversation(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  change: ChangeConversation,
): Promise<ConversationSummary> {
  await summaryOf(engine, owner, id)
  await append(engine, owner, id, [{ type: 'conversation-change', ...definedOnly(change) }])
  return summaryOf(engine, owner, id)
}

/** Ends what is running in a conversation and removes it with all that belongs to it. The audit has that it was there, and why it went. */
export async function eraseConversation(
  engine: Pick<Engine, 'store' | 'bus' | 'active' | 'inTurn'>,
  owner: Owner,
  id: ConversationId,
  why: { readonly did?: 'retention' } = {},
): Promise<void> {
  if (!(await engine.store.find(owner, id))) return
  await removeConversation(engine, owner, id)
  await engine.store.audit.add({ ...owner, kind: 'deletion', data: { conversation: id, ...why } })
}

/** The same, without a word. */
export async function removeConversation(
  engine: Pick<Engine, 'store' | 'bus' | 'active' | 'inTurn'>,
  owner: Owner,
  id: ConversationId,
): Promise<void> {
  await engine.inTurn(id, async () => {
    const running = [...engine.active.values()].filter(({ conversation }) => conversation === id)
    for (const run of running) run.end('stopped') // not at once: what it has cost is still to be counted
    await within(LAST_WORDS, Promise.all(running.map(({ over }) => over)))
    await engine.store.erase(owner, id)
  })
  engine.bus.wake(id)
  engine.bus.wake(listTopic(owner))
}

export async function summaryOf(engine: Engine, owner: Owner, id: ConversationId): Promise<ConversationSummary> {
  const summary = await engine.store.find(owner, id)
  if (!summary) throw new StreambedError('not-found')
  return summary
}

/** `{a: undefined}` and `{}` are two things to exact optional types, and one to people. */
function definedOnly(change: ChangeConversation): { title?: string; pinned?: boolean; archived?: boolean } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
