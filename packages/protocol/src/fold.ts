import type { ErrorBody } from './errors.ts'
import type { EventOf, LimitDetail, LoggedEvent, Owner, Part, Position, RunEndReason } from './events.ts'
import type { CallId, ConversationId, MessageId, RequestId, RunId } from './ids.ts'

/**
 * What a log says, all told: the fold of its events. Plain JSON, so it can be stored as a snapshot and folded on:
 * the fold of a beginning, then of the rest, is the fold of the whole.
 */
export interface Conversation {
  readonly id: ConversationId
  readonly agent: string
  readonly title: string | null
  readonly owner: Owner | null
  readonly pinned: boolean
  readonly archived: boolean
  /** A client's own name for it, where the client's protocol lets it choose one. */
  readonly alias: string | null
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly position: Position
  /** In log order, branches and earlier answers included; `visiblePath` picks what is shown. */
  readonly messages: readonly Message[]
  readonly notices: readonly Notice[]
}

export type Message = UserMessage | AssistantMessage

export interface UserMessage {
  readonly role: 'user'
  readonly id: MessageId
  /** The user's message before this one on its branch. */
  readonly parent: MessageId | null
  readonly parts: readonly Part[]
  readonly requestId: RequestId
  readonly at: string
}

/** One run's answer. Its id is the run's. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly id: RunId
  /** The user's message it answers. */
  readonly replyTo: MessageId
  readonly agent: string
  readonly model: string | null
  readonly status: 'queued' | 'running' | RunEndReason
  /** Somebody asked it to stop. */
  readonly stopping: boolean
  readonly blocks: readonly Block[]
  readonly progress: readonly Progress[]
  /** Model calls begun. Those that `usage` does not hold were not counted: they are under way, or were cut. */
  readonly steps: number
  readonly usage: Usage | null
  readonly error: ErrorBody | null
  readonly limit: LimitDetail | null
  readonly startedAt: string | null
  readonly endedAt: string | null
}

export type Block = TextBlock | ReasoningBlock | ToolBlock

export interface TextBlock {
  readonly type: 'text'
  readonly block: number
  readonly text: string
  readonly open: boolean
  readonly retracted: boolean
  readonly citations: readonly Citation[]
}

export interface ReasoningBlock {
  readonly type: 'reasoning'
  readonly block: number
  readonly text: string
  readonly open: boolean
}

export interface ToolBlock {
  readonly type: 'tool'
  readonly block: number
  readonly call: CallId
  readonly name: string
  /** The input's JSON text while it arrives; empty once `input` is whole. */
  readonly inputText: string
  readonly input: unknown
  readonly status: 'input' | 'running' | 'done' | 'failed'
  readonly progress: string | null
  readonly output: unknown
  readonly error: string | null
  readonly durationMs: number | null
}

export interface Citation {
  readonly title: string
  readonly source: string
  readonly text: string | null
}

export interface Progress {
  readonly id: string
  readonly label: string
  readonly highlight: string | null
  readonly status: 'active' | 'done' | 'failed'
  readonly until: string | null
}

/** The sum of a run's model calls. `microDollars` is null when one of them had no known price. */
export interface Usage {
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly microDollars: number | null
  readonly priceDate: string | null
  readonly estimated: boolean
  readonly firstTokenMs: number | null
}

export interface Notice {
  readonly seq: number
  readonly at: string
  readonly level: 'info' | 'warning'
  readonly text: string
}

/** A log of which nothing has been read yet. */
export function emptyConversation(id: ConversationId, epoch: string): Conversation {
  return {
    id,
    agent: '',
    title: null,
    owner: null,
    pinned: false,
    archived: false,
    alias: null,
    createdAt: null,
    updatedAt: null,
    position: { epoch, seq: 0 },
    messages: [],
    notices: [],
  }
}

/**
 * The conversation after one more event. Pure; what did not change is shared with the old value. Events of a kind that this
 * version does not know change nothing but the position, so that an old client can read a newer server's log.
 */
export function fold(conversation: Conversation, event: LoggedEvent): Conversation {
  const position = { epoch: conversation.position.epoch, seq: event.seq }
  const next = { ...conversation, position }
  switch (event.type) {
    case 'conversation-start':
      return {
        ...next,
        agent: event.agent,
        title: event.title,
        owner: event.owner,
        alias: event.alias ?? null,
        createdAt: event.at,
        updatedAt: event.at,
      }
    case 'conversation-change':
      return {
        ...next,
        title: event.title ?? next.title,
        pinned: event.pinned ?? next.pinned,
        archived: event.archived ?? next.archived,
      }
    case 'message':
      return { ...next, updatedAt: event.at, messages: [...next.messages, userMessage(event), queuedAnswer(event)] }
    case 'run-retry':
      return { ...next, updatedAt: event.at, messages: [...next.messages, queuedAnswer(event)] }
    case 'notice': {
      const { seq, at, level, text } = event
      return { ...next, notices: [...next.notices, { seq, at, level, text }] }
    }
    default:
      if (!('run' in event)) return next
      return { ...next, updatedAt: event.at, messages: withAnswer(next.messages, event) }
  }
}

/** The fold of several events. */
export function foldAll(conversation: Conversation, events: Iterable<LoggedEvent>): Conversation {
  for (const event of events) conversation = fold(conversation, event)
  return conversation
}

/** The words of an answer or a message, as one text: its text blocks, a blank line between two. */
export function textOf(message: Message): string {
  const texts = message.role === 'user' ? message.parts : message.blocks
  return texts.flatMap((text) => (text.type === 'text' && text.text !== '' ? [text.text] : [])).join('\n\n')
}

function userMessage(event: EventOf<'message'> & { at: string }): UserMessage {
  const { message, parent, parts, requestId, at } = event
  return { role: 'user', id: message, parent, parts, requestId, at }
}

function queuedAnswer(event: EventOf<'message'> | EventOf<'run-retry'>): AssistantMessage {
  return {
    role: 'assistant',
    id: event.run,
    replyTo: event.message,
    agent: event.agent,
    model: event.model ?? null,
    status: 'queued',
    stopping: false,
    blocks: [],
    progress: [],
    steps: 0,
    usage: null,
    error: null,
    limit: null,
    startedAt: null,
    endedAt: null,
  }
}

type AnswerEvent = Extract<LoggedEvent, { run: RunId }>

function withAnswer(messages: readonly Message[], event: AnswerEvent): readonly Message[] {
  // Clients may name their messages, so a message may be called like a run.
  const index = messages.findLastIndex(({ role, id }) => role === 'assistant' && id === event.run)
  if (index < 0) return messages
  return messages.with(index, foldAnswer(messages[index] as AssistantMessage, event)) // found by its role just above
}

/** One answer after one more event of its run. */
export function foldAnswer(answer: AssistantMessage, event: AnswerEvent): AssistantMessage {
  switch (event.type) {
    case 'stop-request':
      return isOver(answer) ? answer : { ...answer, stopping: true }
    case 'run-start':
      return { ...answer, status: 'running', agent: event.agent, model: event.model, startedAt: event.at }
    case 'run-end':
      return {
        ...answer,
        status: event.reason,
        stopping: false,
        error: event.error ?? null,
        limit: event.detail ?? null,
        blocks: answer.blocks.map(closed),
        progress: answer.progress.map((step) => (step.status === 'active' ? { ...step, status: 'done' } : step)),
        endedAt: event.at,
      }
    case 'progress':
      return { ...answer, progress: withProgress(answer.progress, event) }
    case 'text-start':
      return withBlock(answer, {
        type: 'text',
        block: event.block,
        text: '',
        open: true,
        retracted: false,
        citations: [],
      })
    case 'text-delta':
      return changeBlock(answer, 'text', event.block, (block) => ({ ...block, text: block.text + event.text }))
    case 'text-end':
      return changeBlock(answer, 'text', event.block, (block) => ({ ...block, open: false }))
    case 'text-retracted':
      return changeBlock(answer, 'text', event.block, (block) => ({
        ...block,
        text: event.replacement,
        open: false,
        retracted: true,
        citations: [],
      }))
    case 'citation': {
      const citation = { title: event.title, source: event.source, text: event.text ?? null }
      return changeBlock(answer, 'text', event.block, (block) => ({
        ...block,
        citations: [...block.citations, citation],
      }))
    }
    case 'reasoning-start':
      return withBlock(answer, { type: 'reasoning', block: event.block, text: '', open: true })
    case 'reasoning-delta':
      return changeBlock(answer, 'reasoning', event.block, (block) => ({ ...block, text: block.text + event.text }))
    case 'reasoning-end':
      return changeBlock(answer, 'reasoning', event.block, (block) => ({ ...block, open: false }))
    case 'tool-start':
      return withBlock(answer, {
        type: 'tool',
        block: event.block,
        call: event.call,
        name: event.name,
        inputText: '',
        input: null,
        status: 'input',
        progress: null,
        output: null,
        error: null,
        durationMs: null,
      })
    case 'tool-input-delta':
      return changeTool(answer, event.call, (tool) => ({ ...tool, inputText: tool.inputText + event.text }))
    case 'tool-call':
      return changeTool(answer, event.call, (tool) => ({
        ...tool,
        inputText: '',
        input: event.input ?? null,
        status: 'running',
      }))
    case 'tool-progress':
      return changeTool(answer, event.call, (tool) => ({ ...tool, progress: event.text }))
    case 'tool-result':
      return changeTool(answer, event.call, (tool) => ({
        ...tool,
        status: event.ok ? 'done' : 'failed',
        output: event.output ?? null,
        error: event.error ?? null,
        durationMs: event.durationMs,
      }))
    case 'usage':
      return { ...answer, usage: sum(answer.usage, event) }
    case 'step-start':
      return { ...answer, steps: answer.steps + 1 }
    case 'message':
    case 'run-retry':
    case 'step-end':
      return answer
    default:
      return answer // a kind of event from a newer server
  }
}

/** Whether a run has ended. */
export function isOver(answer: AssistantMessage): boolean {
  return answer.status !== 'queued' && answer.status !== 'running'
}

function withProgress(steps: readonly Progress[], event: EventOf<'progress'>): readonly Progress[] {
  const { id, label, status } = event
  const step: Progress = { id, label, status, highlight: event.highlight ?? null, until: event.until ?? null }
  const index = steps.findIndex((known) => known.id === id)
  return index < 0 ? [...steps, step] : steps.with(index, step)
}

function withBlock(answer: AssistantMessage, block: Block): AssistantMessage {
  return { ...answer, blocks: [...answer.blocks, block] }
}

function changeBlock<Type extends 'text' | 'reasoning'>(
  answer: AssistantMessage,
  type: Type,
  number: number,
  change: (block: Extract<Block, { type: Type }>) => Block,
): AssistantMessage {
  const index = answer.blocks.findLastIndex((block) => block.type === type && block.block === number)
  if (index < 0) return answer
  const block = answer.blocks[index] as Extract<Block, { type: Type }> // found by its type just above
  return { ...answer, blocks: answer.blocks.with(index, change(block)) }
}

function changeTool(answer: AssistantMessage, call: CallId, change: (tool: ToolBlock) => ToolBlock): AssistantMessage {
  const index = answer.blocks.findLastIndex((block) => block.type === 'tool' && block.call === call)
  if (index < 0) return answer
  const tool = answer.blocks[index] as ToolBlock // found by its type just above
  return { ...answer, blocks: answer.blocks.with(index, change(tool)) }
}

/** However a run ends, nothing of it stays open. */
function closed(block: Block): Block {
  if (block.type !== 'tool') return block.open ? { ...block, open: false } : block
  if (block.status === 'done' || block.status === 'failed') return block
  return { ...block, status: 'failed', error: block.error ?? 'The run ended before this tool did.' }
}

function sum(before: Usage | null, event: EventOf<'usage'>): Usage {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microDollars, priceDate, estimated } = event
  if (!before) {
    const firstTokenMs = event.firstTokenMs ?? null
    return {
      calls: 1,
      inputTokens,
      outputTokens,
      cacheReadTokens,
      cacheWriteTokens,
      microDollars,
      priceDate,
      estimated,
      firstTokenMs,
    }
  }
  return {
    calls: before.calls + 1,
    inputTokens: before.inputTokens + inputTokens,
    outputTokens: before.outputTokens + outputTokens,
    cacheReadTokens: before.cacheReadTokens + cacheReadTokens,
    cacheWriteTokens: before.cacheWriteTokens + cacheWriteTokens,
    microDollars: before.microDollars === null || microDollars === null ? null : before.microDollars + microDollars,
    priceDate: priceDate ?? before.priceDate,
    estimated: before.estimated || estimated,
    firstTokenMs: before.firstTokenMs,
  }
}
