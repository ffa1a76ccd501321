import {
  type Conversation,
  type ConversationId,
  emptyConversation,
  MAX_QUEUE,
  type MessageId,
  newConversationId,
  newMessageId,
  newRunId,
  type Owner,
  type Part,
  type Retry,
  type RunId,
  type Send,
  StreambedError,
} from '@streambed/protocol'
import { filterEvents } from '../agent/filters/whole.ts'
import type { NewEvent, RequestRecord } from '../store/store.ts'
import { aliasId } from './alias.ts'
import { type Accepted, append, type Engine } from './engine.ts'
import { filterMessage } from './filter-message.ts'
import { openConversation } from './open.ts'
import { resolveParts } from './parts.ts'
import { advance } from './perform.ts'
import { askForPlace } from './room.ts'
import { watchSilence } from './silence.ts'

/** A message, and where it belongs: a conversation by its id or by its client's own name, or a new one. */
export interface SendRequest extends Send {
  readonly conversation?: ConversationId | undefined
  /** The id that was promised for a conversation which begins with its first message. */
  readonly promised?: ConversationId | undefined
  readonly alias?: string | undefined
}

/**
 * Takes a message into the log and has a run answer it, now or when its turn comes. The run lives on whatever becomes of the
 * one who asked. Without `conversation` a new one is begun, with an unknown `alias` too. The same `requestId` again gets the first answer (P14).
 * Where the user has no place for a run, it is refused; with `waits` the run waits for one.
 */
export async function send(
  engine: Engine,
  owner: Owner,
  request: SendRequest,
  { waits = false }: { readonly waits?: boolean } = {},
): Promise<Accepted> {
  const before = await acceptedBefore(engine, owner, request)
  if (before) return before
  if (engine.draining) throw new StreambedError('draining', undefined, { retryAfterMs: 2_000 })
  using place = waits ? undefined : await askForPlace(engine, owner)
  const parts = await resolveParts(engine, owner, request)

  const conversation = target(owner, request) ?? newConversationId()
  const accepted = await engine.inTurn(conversation, () => takeMessage(engine, owner, conversation, request, parts))
  await advance(engine, conversation, place)
  return accepted
}

/** Has another run answer the message that `run` answered (P16). Asked twice, it makes one. */
export async function retry(engine: Engine, owner: Owner, run: RunId, { model }: Retry = {}): Promise<Accepted> {
  const record = await engine.store.findRun(owner, run)
  if (!record) throw new StreambedError('not-found')
  if (engine.draining) throw new StreambedError('draining', undefined, { retryAfterMs: 2_000 })
  const { conversation, message } = record
  using place = await askForPlace(engine, owner)

  const accepted = await engine.inTurn(conversation, async () => {
    const now = await engine.store.findRun(owner, run)
    if (!now) throw new StreambedError('not-found')
    if (now.status !== 'ended') throw new StreambedError('run-open')
    if (now.retriedBy) return { conversation, message, run: now.retriedBy, position: await end() }
    await checkQueue(engine, conversation)
    const next = newRunId()
    const chosen = model ?? now.model ?? undefined
    const entries = await append(engine, owner, conversation, [
      { type: 'run-retry', run: next, of: run, message, agent: now.agent, ...(chosen ? { model: chosen } : {}) },
    ])
    return { conversation, message, run: next, position: { epoch: engine.store.epoch, seq: entries[0]!.seq } }
  })
  await advance(engine, conversation, place)
  return accepted

  async function end() {
    const seq = (await engine.store.find(owner, conversation))?.seq ?? 0
    return { epoch: engine.store.epoch, seq }
  }
}

/** What a request id led to, if it was used. Throws `conflict` when that was in another conversation. */
export async function acceptedBefore(
  engine: Engine,
  owner: Owner,
  request: SendRequest,
): Promise<Accepted | undefined> {
  const known = await engine.store.findRequest(owner, request.requestId)
  return known && again(engine, owner, request, known)
}

/** Appends a message, after `first`, in the conversation's turn. The caller sees to it that its run gets on. */
export async function takeMessage(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  request: SendRequest,
  parts: readonly Part[],
  first: readonly NewEvent[] = [],
): Promise<Accepted> {
  const isNamed = request.promised !== undefined || request.alias !== undefined
  const isNew = !request.conversation && !(isNamed && (await engine.store.find(owner, id)))
  const conversation = isNew
    ? emptyConversation(id, engine.store.epoch)
    : await openConversation(engine.store, owner, id)
  const agent = request.agent ?? (conversation.agent || engine.defaultAgent)
  const known = engine.agents.get(agent)
  if (!known) throw new StreambedError('unknown-agent')
  if (!isNew) await checkQueue(engine, id)
  await watchSilence(engine, owner, id, known)
  const filtered = await filterMessage(engine, known, { owner, conversation: isNew ? undefined : id }, parts)

  const message = newMessageId()
  const run = newRunId()
  const alias = request.alias ? { alias: request.alias } : {}
  const events: NewEvent[] = isNew ? [{ type: 'conversation-start', agent, title: null, owner, ...alias }] : []
  events.push(...first)
  const parent = parentOf(conversation, request)
  const model = request.model ? { model: request.model } : {}
  events.push({
    type: 'message',
    message,
    run,
    parent,
    parts: [...filtered.parts],
    requestId: request.requestId,
    agent,
    ...model,
    ...(request.timezone && { timezone: request.timezone }),
  })
  events.push(...filterEvents(run, 'message', filtered.notes))

  try {
    const entries = await append(engine, owner, id, events)
    const { seq } = entries.find(({ event }) => event.type === 'message')!
    return { conversation: id, message, run, position: { epoch: engine.store.epoch, seq } }
  } catch (error) {
    // Two sends with one id at the same moment: the other one was first.
    const known = await engine.store.findRequest(owner, request.requestId)
    if (known) return again(engine, owner, request, known)
    throw error
  }
}

/** The answer to a request that was carried out before. */
function again(
  engine: Engine,
  owner: Owner,
  request: SendRequest,
  { conversation, message, run, seq }: RequestRecord,
): Accepted {
  if ((target(owner, request) ?? conversation) !== conversation) throw new StreambedError('conflict')
  return { conversation, message, run, position: { epoch: engine.store.epoch, seq } }
}

function target(owner: Owner, { conversation, promised, alias }: SendRequest): ConversationId | undefined {
  return conversation ?? promised ?? (alias ? aliasId(owner, alias) : undefined)
}

/** The user's message that a new one follows. */
function parentOf(conversation: Conversation, { parent, replaces }: Send): MessageId | null {
  const users = conversation.messages.filter((message) => message.role === 'user')
  const named = replaces ?? parent
  if (!named) return users.at(-1)?.id ?? null
  const message = users.find((user) => user.id === named)
  if (!message) throw new StreambedError('not-found', 'The message it refers to is not in this conversation.')
  return replaces ? message.parent : message.id
}

async function checkQueue(engine: Engine, conversation: ConversationId): Promise<void> {
  const open = await engine.store.openRuns(conversation)
  if (open.length > MAX_QUEUE) throw new StreambedError('queue-full', undefined, { retryAfterMs: 5_000 })
}
