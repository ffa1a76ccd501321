import { createHash } from 'node:crypto'
import {
  type AssistantMessage,
  type Conversation,
  type ConversationId,
  type InputPart,
  isOver,
  type MessageId,
  newConversationId,
  type Owner,
  type RequestId,
  StreambedError,
  textOf,
  visiblePath,
} from '@streambed/protocol'
import { beginning } from '../store/title.ts'
import { aliasId, findConversation } from './alias.ts'
import { type Accepted, append, type Engine } from './engine.ts'
import { answeredTurns, type EarlierTurn, importConversation } from './import.ts'
import { openConversation } from './open.ts'
import { resolveParts } from './parts.ts'
import { type SendRequest, send } from './start.ts'

/** A message from a client that remembers nothing here, and so tells all that was said with every message. */
export interface Told {
  readonly agent: string
  readonly model: string | undefined
  /** Its name for the conversation, or its id, where it has one. */
  readonly name: string | undefined
  /** Whose talk it is, where one owner asks for many: what they say alike is kept apart. */
  readonly user: string | undefined
  /** By turns; the last one is the user's, which `parts` holds as it is sent. */
  readonly turns: readonly ToldTurn[]
  readonly parts: readonly InputPart[]
  /** Said with the message, unless the conversation has it already. */
  readonly instructions: { readonly text: string; readonly opening: string } | undefined
}

export interface ToldTurn extends EarlierTurn {
  /** Whatever else was in it, as text that is the same every time. */
  readonly beside: readonly string[]
}

/** Where a message goes, and the texts of what was said before it. */
interface Place {
  readonly conversation: ConversationId
  readonly parent?: MessageId
  readonly replaces?: MessageId
  readonly heard: readonly string[]
}

/**
 * P39: takes a message into the conversation of its name, or else into the one in which just that was said before it,
 * to the same agent and for the same user, unless an answer is under way there. Without one it begins another, with
 * what was said. A question that failed without a word just now is asked once more in its place: that is a client
 * trying again.
 */
export async function tell(engine: Engine, owner: Owner, told: Told): Promise<Accepted> {
  const { agent, model, name } = told
  if (!engine.agents.has(agent)) throw new StreambedError('unknown-agent')
  const place = await (name === undefined ? findPlace(engine, owner, told) : namedPlace(engine, owner, name))
  const parts = [...told.parts, ...newInstructions(told, place?.heard ?? [])]
  const request = { requestId: newRequestId(engine, told), parts, agent, model }
  await resolveParts(engine, owner, request) // what cannot be taken shall leave no history behind
  const { heard: _, ...target } = place ?? { heard: [], conversation: await begin(engine, owner, told) }
  return send(engine, owner, { ...request, ...target, alias: name })
}

async function namedPlace(engine: Engine, owner: Owner, name: string): Promise<Place | undefined> {
  const conversation = await findConversation(engine, owner, name)
  return conversation && { conversation, heard: heardIn(await openConversation(engine.store, owner, conversation)) }
}

/** How many that were asked the same are looked at, the newest first. */
const CANDIDATES = 8

async function findPlace(engine: Engine, owner: Owner, told: Told): Promise<Place | undefined> {
  return (await placeOfFailed(engine, owner, told)) ?? placeAfter(engine, owner, told)
}

/** How long after a failure the same question is the same client trying again, in milliseconds. */
const AGAIN_MS = 10 * 60_000

async function placeOfFailed(engine: Engine, owner: Owner, told: Told): Promise<Place | undefined> {
  const [newest] = await engine.store.requestsLike(owner, keyOf(told, told.turns), 1)
  if (!newest) return undefined
  const { conversation, message } = newest
  const opened = await openConversation(engine.store, owner, conversation)
  const last = lastAnswer(opened, message)
  const hasFailed = last?.status === 'failed' || last?.status === 'interrupted'
  const isRecent = engine.now().getTime() - Date.parse(last?.endedAt ?? '') < AGAIN_MS
  if (!hasFailed || !isRecent || textOf(last) !== '' || (await isBusy(engine, conversation))) return undefined
  const before = visiblePath(opened, message).at(-2)
  return { conversation, replaces: message, heard: before ? heardIn(opened, before.message.id) : [] }
}

/**
 * After the last question that was told, where it was answered so. One that nothing follows yet goes before one that
 * opens a branch.
 */
async function placeAfter(engine: Engine, owner: Owner, told: Told): Promise<Place | undefined> {
  const asked = told.turns.slice(0, -2)
  const answer = told.turns.at(-2)
  if (answer?.role !== 'assistant' || asked.length === 0) return undefined
  let branch: Place | undefined
  for (const { conversation, message } of await engine.store.requestsLike(owner, keyOf(told, asked), CANDIDATES)) {
    const opened = await openConversation(engine.store, owner, conversation)
    const last = lastAnswer(opened, message)
    if (!last || !isSame(last, answer.content)) continue
    if (await isBusy(engine, conversation)) continue
    const place = { conversation, parent: message, heard: heardIn(opened, message) }
    if (!opened.messages.some((one) => one.role === 'user' && one.parent === message)) return place
    branch ??= place
  }
  return branch
}

/**
 * Without instructions or a history the message itself begins the conversation. With instructions it is called by the
 * question alone.
 */
async function begin(
  engine: Engine,
  owner: Owner,
  { agent, name, turns, instructions }: Told,
): Promise<SendRequest['conversation']> {
  const earlier = turns.slice(0, -1)
  const hasHistory = answeredTurns(earlier).length > 0
  if (!hasHistory && !instructions) return undefined
  const conversation = name === undefined ? newConversationId() : aliasId(owner, name)
  if (hasHistory) await importConversation(engine, owner, conversation, agent, name, earlier)
  else {
    const title = beginning(turns.at(-1)!.content)
    const alias = name === undefined ? {} : { alias: name }
    await append(engine, owner, conversation, [{ type: 'conversation-start', agent, title, owner, ...alias }])
  }
  return conversation
}

async function isBusy({ store }: Engine, conversation: ConversationId): Promise<boolean> {
  return (await store.openRuns(conversation)).length > 0
}

/** The answer that counts, if it is over. */
function lastAnswer({ messages }: Conversation, message: MessageId): AssistantMessage | undefined {
  const last = messages.findLast((one) => one.role === 'assistant' && one.replyTo === message)
  return last?.role === 'assistant' && isOver(last) ? last : undefined
}

/** Of an answer that was stopped, the client may have seen less. */
function isSame(answer: AssistantMessage, told: string): boolean {
  const text = textOf(answer).trim()
  return text === told.trim() || (answer.status === 'stopped' && told.trim() !== '' && text.startsWith(told.trim()))
}

function heardIn(conversation: Conversation, leaf?: MessageId): string[] {
  const parts = visiblePath(conversation, leaf).flatMap(({ message }) => message.parts)
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
}

/** Clients say them with every request: they are told when they are new. */
function newInstructions({ instructions }: Told, heard: readonly string[]): InputPart[] {
  if (!instructions) return []
  const { text, opening } = instructions
  const last = heard.findLast((part) => part.startsWith(opening))
  return last === text ? [] : [{ type: 'text', text }]
}

/** Begins with what was said and ends with when: those who were asked the same are found by it, the newest first. */
function newRequestId({ now }: Engine, told: Told): RequestId {
  const time = now().getTime().toString(36).padStart(9, '0')
  return `${keyOf(told, told.turns)}${time}-${crypto.randomUUID()}` as RequestId
}

/** The same for the same words, however their lines end and whatever blanks are around them. */
function keyOf({ agent, user }: Told, turns: readonly ToldTurn[]): string {
  const said = turns.map(({ role, content, beside }) => [role, content.replaceAll('\r\n', '\n').trim(), ...beside])
  const digest = createHash('sha256')
    .update(JSON.stringify([agent, user, said]))
    .digest('base64url')
  return `told-${digest}-`
}
