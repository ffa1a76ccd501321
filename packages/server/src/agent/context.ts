import {
  type AssistantMessage,
  type Conversation,
  type FileId,
  isOver,
  type MessageId,
  type Part,
  type ReasoningBlock,
  type RunId,
  type ToolBlock,
  type Turn,
  type UserMessage,
  visiblePath,
} from '@streambed/protocol'
import type { ModelContent, ModelMessage } from '../model/model.ts'
import { estimateTokens } from '../model/tokens.ts'
import type { Limits } from './agent.ts'
import { messageTokens } from './estimate.ts'
import { normalise } from './normalise.ts'
import { readableInput } from './tool-input.ts'
import { outputText } from './tool-output.ts'

/** What is read of a conversation. */
type Readable = Pick<Conversation, 'messages'> & Partial<Pick<Conversation, 'summaries'>>

export interface HistoryOptions {
  readonly limits: Pick<Limits, 'turns' | 'contextTokens'>
  /** Who will read it. Reasoning is given back only to the model that thought it. */
  readonly model: string
  /** What the store has kept to itself of the runs that `historyNeeds` names. */
  readonly sealed: readonly SealedBlock[]
  /** The files that `historyNeeds` names, as far as they still exist. */
  readonly files: ReadonlyMap<FileId, AttachedFile>
}

export interface SealedBlock {
  readonly run: RunId
  readonly block: number
  readonly sealed: unknown
}

export interface AttachedFile {
  readonly mediaType: string
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * What the model is shown when it answers `message`: the messages of its branch, each earlier one with its last answer that is
 * over, tool calls and their results included. Turns are shown whole or not at all; past the limits the oldest are left out, the
 * message itself never. What a summary holds is shown as that. Bedrock takes it as it is.
 */
export function buildHistory(conversation: Readable, message: MessageId, options: HistoryOptions): ModelMessage[] {
  const { summary, turns } = unsummedTurns(conversation, message, options.limits.turns)
  const [newest, ...earlier] = turns.reverse()
  if (!newest) return normalise([])
  const seals = sealsOf(options)

  let shown: ModelMessage[][] = [[userMessage(newest.message, options.files)]]
  let tokens = messageTokens(shown[0]!) + estimateTokens(summary ?? '')
  for (const turn of earlier) {
    const messages = messagesOf(turn, options, seals)
    tokens += messageTokens(messages)
    if (tokens > options.limits.contextTokens) break
    shown = [...shown, messages]
  }
  return normalise(withSummary(shown.reverse().flat(), summary))
}

/** What should be summed up before a message is answered, not repaired yet, and the last message it holds. */
export interface Overflow {
  readonly messages: readonly ModelMessage[]
  readonly upTo: MessageId
  /** The turns after it, the message to answer last. */
  readonly rest: readonly ModelMessage[]
}

/** From here on the older half is summed up, as a part of what may be shown. */
const FULL = 0.75
/** So many turns stay as they were said. */
const KEPT_TURNS = 4

/**
 * The older half of what the model would be shown, once that has grown to three quarters of what it may be shown. The last turns stay
 * as they are. Nothing while there is room.
 */
export function overflow(conversation: Readable, message: MessageId, options: HistoryOptions): Overflow | undefined {
  const { summary, turns } = unsummedTurns(conversation, message, Number.POSITIVE_INFINITY)
  const seals = sealsOf(options)
  const answered = turns.slice(0, -1).map((turn) => {
    const messages = messagesOf(turn, options, seals)
    return { id: turn.message.id, messages, tokens: messageTokens(messages) }
  })
  const tokens = answered.reduce((sum, turn) => sum + turn.tokens, 0)
  const { contextTokens, turns: turnLimit } = options.limits
  if (tokens < contextTokens * FULL && answered.length < turnLimit * FULL) return undefined

  const old = answered.slice(0, Math.min(Math.ceil(answered.length / 2), answered.length - KEPT_TURNS))
  if (old.length <= 0) return undefined
  const messages = newestWithin(old, contextTokens).flatMap((turn) => turn.messages)
  const rest = turns.slice(old.length).flatMap((turn) => messagesOf(turn, options, seals))
  return { messages: withSummary(messages, summary), upTo: old.at(-1)!.id, rest }
}

/** What a summary has not taken in yet, and the summary. */
function unsummedTurns(
  conversation: Readable,
  message: MessageId,
  limit: number,
): { readonly summary: string | undefined; readonly turns: ShownTurn[] } {
  const turns = shownTurns(conversation, message, Number.POSITIVE_INFINITY)
  for (const { upTo, text } of (conversation.summaries ?? []).toReversed()) {
    const at = turns.findIndex((turn) => turn.message.id === upTo)
    if (at >= 0 && at < turns.length - 1)
      return { summary: text, turns: turns.slice(at + 1).slice(-Math.max(1, limit)) }
  }
  return { summary: undefined, turns: turns.slice(-Math.max(1, limit)) }
}

/** The newest of them that go together into one request. */
function newestWithin<Turn extends { readonly tokens: number }>(
  turns: readonly Turn[],
  limit: number,
): readonly Turn[] {
  let tokens = 0
  const tooMuch = turns.findLastIndex((turn) => (tokens += turn.tokens) > limit)
  return turns.slice(tooMuch + 1)
}

/** History that begins with what was said before it, in short. */
export function withSummary(messages: readonly ModelMessage[], summary: string | undefined): readonly ModelMessage[] {
  const [first, ...others] = messages
  if (summary === undefined || !first) return messages
  const note: ModelContent = { type: 'text', text: `[What was said before, in short: ${summary}]` }
  return [{ ...first, content: [note, ...first.content] }, ...others]
}

function messagesOf(
  { message, answer }: ShownTurn,
  { files, model }: HistoryOptions,
  seals: ReadonlyMap<string, unknown>,
): ModelMessage[] {
  return [userMessage(message, files), ...(answer ? answerMessages(answer, model, seals) : [])]
}

function sealsOf({ sealed }: Pick<HistoryOptions, 'sealed'>): ReadonlyMap<string, unknown> {
  return new Map(sealed.map(({ run, block, sealed }) => [`${run} ${block}`, sealed]))
}

/** The runs whose seals, and the files whose bytes, `buildHistory` can use. Newest files first, no more than Bedrock takes. */
export function historyNeeds(
  conversation: Pick<Conversation, 'messages'>,
  message: MessageId,
  { limits, model }: Pick<HistoryOptions, 'limits' | 'model'>,
): { readonly runs: readonly RunId[]; readonly files: readonly FileId[] } {
  const turns = shownTurns(conversation, message, limits.turns)
  const runs = turns.flatMap(({ answer }) => (answer?.model === model && hasReasoning(answer) ? [answer.id] : []))
  const parts = turns.flatMap((turn) => turn.message.parts).reverse()
  return { runs, files: [...new Set([...newestFiles(parts, 'image', 20), ...newestFiles(parts, 'document', 5)])] }
}

/** A turn with the answer that counts; the last one has none yet. */
interface ShownTurn {
  readonly message: UserMessage
  readonly answer: AssistantMessage | undefined
}

function shownTurns(conversation: Pick<Conversation, 'messages'>, message: MessageId, limit: number): ShownTurn[] {
  const path = visiblePath(conversation, message)
  const earlier = path
    .slice(0, -1)
    .filter(({ message }) => refusalOf(message) === undefined)
    .map(withAnswer)
  const answered = earlier.filter(({ answer }) => answer !== undefined)
  const newest = path.slice(-1).map((turn) => ({ message: turn.message, answer: undefined }))
  return [...answered, ...newest].slice(-Math.max(1, limit))
}

/** What a filter said to a message that it refused: it is shown to no model. */
export function refusalOf({ filtered = [] }: UserMessage): string | undefined {
  return filtered.find(({ action }) => action === 'refused')?.say ?? undefined
}

function withAnswer({ message, answers }: Turn): ShownTurn {
  return { message, answer: answers.findLast(isOver) }
}

function hasReasoning({ blocks }: AssistantMessage): boolean {
  return blocks.some(({ type }) => type === 'reasoning')
}

function newestFiles(parts: readonly Part[], type: 'image' | 'document', limit: number): FileId[] {
  return parts.flatMap((part) => (part.type === type ? [part.file] : [])).slice(0, limit)
}

function userMessage({ parts, timezone }: UserMessage, files: HistoryOptions['files']): ModelMessage {
  const note: ModelContent[] = timezone ? [{ type: 'text', text: `[The user's time zone is ${timezone}.]` }] : []
  return { role: 'user', content: [...note, ...parts.map((part) => userContent(part, files))] }
}

function userContent(part: Part, files: HistoryOptions['files']): ModelContent {
  if (part.type === 'text') return part
  if (part.type === 'form')
    return { type: 'text', text: `[Filled in the form of ${part.tool}: ${JSON.stringify(part.values)}]` }
  const file = files.get(part.file)
  if (!file) return { type: 'text', text: `[The ${part.type} ${JSON.stringify(part.name)} is no longer there.]` }
  const { mediaType, name, bytes } = file
  return part.type === 'image' ? { type: 'image', mediaType, bytes } : { type: 'document', mediaType, name, bytes }
}

/** What a run has said so far, as its model must be shown it when the run goes on. */
export function messagesSoFar(
  answer: AssistantMessage,
  model: string,
  sealed: readonly SealedBlock[],
): readonly ModelMessage[] {
  return answerMessages(answer, model, sealsOf({ sealed }))
}

/** An answer as the messages it was made of: words and calls, the calls' results, more words. */
function answerMessages(
  answer: AssistantMessage,
  model: string,
  seals: ReadonlyMap<string, unknown>,
): readonly ModelMessage[] {
  const messages: ModelMessage[] = []
  let content: ModelContent[] = []
  let results: ModelContent[] = []
  const endStep = () => {
    messages.push({ role: 'assistant', content })
    if (results.length > 0) messages.push({ role: 'user', content: results })
    content = []
    results = []
  }

  for (const block of answer.blocks) {
    if (block.type === 'component') continue
    if (block.type !== 'tool' && results.length > 0) endStep()
    if (block.type === 'text') content.push({ type: 'text', text: block.text })
    else if (block.type === 'tool') {
      content.push({ type: 'tool-use', call: block.call, name: block.name, input: inputOf(block) })
      results.push({ type: 'tool-result', call: block.call, ...resultOf(block) })
    } else if (block.type === 'reasoning' && answer.model === model) {
      content.push(...reasoning(block, seals.get(`${answer.id} ${block.block}`)))
    }
  }
  endStep()
  return messages
}

/** Reasoning is given back with its seal or not at all. Of reasoning that nobody was shown the seal holds the text too. */
function reasoning(block: ReasoningBlock, sealed: unknown): ModelContent[] {
  if (typeof sealed !== 'object' || sealed === null) return []
  const { text = block.text, signature, redacted } = sealed as { text?: string; signature?: string; redacted?: string } // as `Transcript` sealed it
  if (!signature && !redacted) return []
  return [{ type: 'reasoning', text, ...(signature && { signature }), ...(redacted && { redacted }) }]
}

/** A call whose input never passed has it only as text. */
function inputOf({ input, inputText }: ToolBlock): unknown {
  return input !== null ? input : readableInput(inputText)
}

function resultOf(block: ToolBlock): { ok: boolean; text: string } {
  const { status, output, error } = block
  if (status !== 'done') return { ok: false, text: error ?? 'The run ended before this tool did.' }
  const text = outputText(output)
  return { ok: true, text: isEdited(block) ? `[The user changed the input before it ran.]\n${text}` : text }
}

function isEdited({ input, approval }: ToolBlock): boolean {
  return approval !== null && JSON.stringify(input) !== JSON.stringify(approval.input)
}
