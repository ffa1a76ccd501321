import type { ErrorBody } from './errors.ts'
import type { EventOf, FilterPlace, LimitDetail, LoggedEvent, Owner, Part, Position, RunEndReason } from './events.ts'
import type { ApprovalId, CallId, ConversationId, FormId, MessageId, RequestId, RunId, TaskId } from './ids.ts'
import { applyPatch } from './json-patch.ts'
import type { Patch } from './patch.ts'

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
  readonly state: LiveState
  readonly forms: readonly Form[]
  readonly tasks: readonly Task[]
  readonly summaries: readonly Summary[]
  readonly notices: readonly Notice[]
}

/** The live UI state. `value` is null until somebody has made one. */
export interface LiveState {
  readonly revision: number
  readonly value: unknown
  /** Units that can be undone, the newest last; at most 100. */
  readonly undo: readonly string[]
  readonly redo: readonly string[]
}

export interface Form {
  readonly id: FormId
  readonly run: RunId
  readonly tool: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly values: Readonly<Record<string, unknown>>
  readonly missing: readonly string[]
  readonly errors: readonly { readonly field: string; readonly message: string }[]
  readonly status: 'open' | 'submitted' | 'cancelled' | 'answered'
}

/** One thing that the user wants done; `runs` are those that worked on it. */
export interface Task {
  readonly id: TaskId
  readonly intent: string
  readonly status: 'open' | 'completed' | 'abandoned' | 'cancelled'
  readonly runs: readonly RunId[]
  readonly startedAt: string
  readonly endedAt: string | null
}

export interface Summary {
  readonly upTo: MessageId
  readonly text: string
}

export type Message = UserMessage | AssistantMessage

export interface UserMessage {
  readonly role: 'user'
  readonly id: MessageId
  /** The user's message before this one on its branch. */
  readonly parent: MessageId | null
  readonly parts: readonly Part[]
  readonly requestId: RequestId
  /** The writer's time zone, where the client has named it. */
  readonly timezone?: string
  readonly at: string
  /** What filters did to it. One that was refused is shown to no model. */
  readonly filtered?: readonly FilterNote[]
}

/** What a filter did. */
export interface FilterNote {
  readonly filter: string
  readonly on: FilterPlace
  readonly action: 'changed' | 'refused'
  /** How often what was found. */
  readonly found: Readonly<Record<string, number>>
  /** What a refusal says. */
  readonly say: string | null
}

/** One run's answer. Its id is the run's. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly id: RunId
  /** The user's message it answers. */
  readonly replyTo: MessageId
  readonly agent: string
  readonly model: string | null
  /** `parked`: it waits for people. */
  readonly status: 'queued' | 'running' | 'parked' | RunEndReason
  /** Somebody asked it to stop. */
  readonly stopping: boolean
  /** How often it was begun: 0 while it has not been, 1, and one more whenever it was taken up again. */
  readonly attempt: number
  readonly blocks: readonly Block[]
  readonly progress: readonly Progress[]
  /** Model calls begun. Those that `usage` does not hold were not counted: they are under way, or were cut. */
  readonly steps: number
  readonly usage: Usage | null
  readonly error: ErrorBody | null
  readonly limit: LimitDetail | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** Whether it may go on though a budget is spent, asked once or more. */
  readonly questions?: readonly BudgetQuestion[]
  /** What filters did to its words and to the results of its tools. */
  readonly filtered?: readonly FilterNote[]
}

/** A question to people: a budget is spent, may the run go on? */
export interface BudgetQuestion
  extends Omit<EventOf<'budget-request'>, 'type' | 'run' | 'approval'>,
    Pick<Approval, 'id' | 'answer'> {}

export type Block = TextBlock | ReasoningBlock | ToolBlock | ComponentBlock

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
  readonly startedAt: string
  readonly endedAt: string | null
}

export interface ToolBlock {
  readonly type: 'tool'
  readonly block: number
  readonly call: CallId
  readonly name: string
  /** The input's JSON text while it arrives; empty once `input` is whole. */
  readonly inputText: string
  readonly input: unknown
  readonly status: 'input' | 'waiting' | 'running' | 'done' | 'failed'
  readonly approval: Approval | null
  readonly progress: string | null
  readonly output: unknown
  readonly error: string | null
  readonly durationMs: number | null
}

export interface ComponentBlock {
  readonly type: 'component'
  readonly block: number
  readonly call: CallId | null
  readonly component: string
  readonly props: Readonly<Record<string, unknown>>
}

/** A question to people: may this call run? */
export interface Approval {
  readonly id: ApprovalId
  readonly input: unknown
  readonly reason: string | null
  readonly expiresAt: string
  readonly answer: { readonly approved: boolean; readonly by: string | null; readonly at: string } | null
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
  /** What a call that people stopped might still have taken, at most. */
  readonly unspent?: EventOf<'usage'>['unspent']
}

export interface Notice {
  readonly seq: number
  readonly at: string
  readonly level: 'info' | 'warning' | 'alarm'
  readonly text: string
  readonly kind: string | null
  readonly data: Readonly<Record<string, unknown>> | null
  readonly late: boolean
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
    state: { revision: 0, value: null, undo: [], redo: [] },
    forms: [],
    tasks: [],
    summaries: [],
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
    case 'notice':
      return { ...next, notices: [...next.notices, noticeOf(event)] }
    case 'state':
    case 'state-snapshot':
      return { ...next, updatedAt: event.at, state: foldState(next.state, event) }
    case 'form-request':
      return { ...next, forms: withForm(next.forms, event) }
    case 'form-end': {
      const { form: id, reason: status } = event
      return { ...next, forms: next.forms.map((form) => (form.id === id ? { ...form, status } : form)) }
    }
    case 'task-start': {
      const { task: id, intent, run } = event
      const task: Task = { id, intent, status: 'open', runs: [run], startedAt: event.at, endedAt: null }
      return { ...next, tasks: [...next.tasks, task] }
    }
    case 'task-resume':
      return {
        ...next,
        tasks: changeTask(next.tasks, event.task, (task) => ({
          ...task,
          status: 'open',
          runs: [...task.runs, event.run],
          endedAt: null,
        })),
      }
    case 'task-end':
      return {
        ...next,
        tasks: changeTask(next.tasks, event.task, (task) => ({ ...task, status: event.outcome, endedAt: event.at })),
      }
    case 'filter':
      return { ...next, messages: withFiltered(next.messages, event) }
    case 'summary':
      return { ...next, summaries: [...next.summaries, { upTo: event.upTo, text: event.text }] }
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
  const { message, parent, parts, requestId, timezone, at } = event
  return { role: 'user', id: message, parent, parts, requestId, ...(timezone && { timezone }), at }
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
    attempt: 0,
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

/** A filter's note goes with what it looked at: the message that the run answers, or the run's answer. */
function withFiltered(messages: readonly Message[], event: EventOf<'filter'>): readonly Message[] {
  const index = messages.findLastIndex(({ role, id }) => role === 'assistant' && id === event.run)
  const answer = messages[index]
  if (answer?.role !== 'assistant') return messages
  const of =
    event.on === 'message' ? messages.findIndex(({ role, id }) => role === 'user' && id === answer.replyTo) : index
  const message = messages[of]
  if (!message) return messages
  const { filter, on, action, found, say = null } = event
  const filtered = [...(message.filtered ?? []), { filter, on, action, found, say }]
  return messages.with(of, { ...message, filtered })
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
      return {
        ...answer,
        status: 'running',
        agent: event.agent,
        model: event.model,
        attempt: event.attempt,
        startedAt: event.at,
      }
    case 'run-end':
      return {
        ...answer,
        status: event.reason,
        stopping: false,
        error: event.error ?? null,
        limit: event.detail ?? null,
        blocks: answer.blocks.map((block) => closed(block, event.at)),
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
      return withBlock(answer, {
        type: 'reasoning',
        block: event.block,
        text: '',
        open: true,
        startedAt: event.at,
        endedAt: null,
      })
    case 'reasoning-delta':
      return changeBlock(answer, 'reasoning', event.block, (block) => ({ ...block, text: block.text + event.text }))
    case 'reasoning-end':
      return changeBlock(answer, 'reasoning', event.block, (block) => ended(block, event.at))
    case 'tool-start':
      return withBlock(answer, {
        type: 'tool',
        block: event.block,
        call: event.call,
        name: event.name,
        inputText: '',
        input: null,
        status: 'input',
        approval: null,
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
    case 'component':
      return withBlock(answer, {
        type: 'component',
        block: event.block,
        call: event.call ?? null,
        component: event.component,
        props: event.props,
      })
    case 'approval-request':
      return changeTool(answer, event.call, (tool) => ({
        ...tool,
        inputText: '',
        input: event.input ?? null,
        status: 'waiting',
        approval: {
          id: event.approval,
          input: event.input ?? null,
          reason: event.reason ?? null,
          expiresAt: event.expiresAt,
          answer: null,
        },
      }))
    case 'budget-request': {
      const { type: _, run: __, approval: id, seq: ___, at: ____, ...asked } = event
      return { ...answer, questions: [...(answer.questions ?? []), { id, ...asked, answer: null }] }
    }
    case 'approval-answer': {
      const { approved, by, at } = event
      const blocks = answer.blocks.map((block) => answered(block, event))
      if (!answer.questions) return { ...answer, blocks }
      const questions = answer.questions.map((question) =>
        question.id === event.approval ? { ...question, answer: { approved, by, at } } : question,
      )
      return { ...answer, blocks, questions }
    }
    case 'run-park':
      return { ...answer, status: 'parked' }
    case 'run-resume':
      return { ...answer, status: 'running', attempt: event.attempt }
    case 'usage':
      return { ...answer, usage: sum(answer.usage, event) }
    case 'step-start':
      return { ...answer, steps: answer.steps + 1 }
    default:
      return answer // it changes nothing of the answer, or a newer server knows what it is
  }
}

/** Whether a run has ended. */
export function isOver(answer: AssistantMessage): boolean {
  return answer.status !== 'queued' && answer.status !== 'running' && answer.status !== 'parked'
}

function noticeOf(event: EventOf<'notice'> & Pick<LoggedEvent, 'seq' | 'at'>): Notice {
  const { seq, at, level, text, kind = null, data = null, late = false } = event
  return { seq, at, level, text, kind, data, late }
}

/** How many units can be undone. */
const MAX_UNDO = 100

function foldState(state: LiveState, event: EventOf<'state'> | EventOf<'state-snapshot'>): LiveState {
  const { revision } = event
  if (event.type === 'state-snapshot') return { ...state, revision, value: event.state }
  const value = patched(state.value, event.patch)
  const { unit, by } = event
  const { undo, redo } = state
  switch (by) {
    case 'agent':
    case 'edit':
      return { revision, value, undo: undo.at(-1) === unit ? undo : [...undo, unit].slice(-MAX_UNDO), redo: [] }
    case 'undo':
      return { revision, value, undo: undo.filter((other) => other !== unit), redo: [...redo, unit] }
    case 'redo':
      return { revision, value, undo: [...undo, unit], redo: redo.filter((other) => other !== unit) }
  }
}

/** A patch that does not fit was a mistake of the server's: one lost change is better than a conversation nobody can open. */
function patched(value: unknown, patch: Patch): unknown {
  try {
    return applyPatch(value, patch)
  } catch (error) {
    if (error instanceof RangeError) return value
    throw error
  }
}

function withForm(forms: readonly Form[], event: EventOf<'form-request'>): readonly Form[] {
  const { form: id, run, tool, schema, values, missing, errors } = event
  const form: Form = { id, run, tool, schema, values, missing, errors, status: 'open' }
  const index = forms.findIndex((known) => known.id === id)
  return index < 0 ? [...forms, form] : forms.with(index, form)
}

function changeTask(tasks: readonly Task[], id: TaskId, change: (task: Task) => Task): readonly Task[] {
  return tasks.map((task) => (task.id === id ? change(task) : task))
}

function answered(block: Block, event: EventOf<'approval-answer'> & Pick<LoggedEvent, 'at'>): Block {
  if (block.type !== 'tool' || block.approval?.id !== event.approval) return block
  const { approved, by, at } = event
  return { ...block, input: event.input ?? block.input, approval: { ...block.approval, answer: { approved, by, at } } }
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
function closed(block: Block, at: string): Block {
  if (block.type === 'component') return block
  if (block.type === 'reasoning') return block.open ? ended(block, at) : block
  if (block.type !== 'tool') return block.open ? { ...block, open: false } : block
  if (block.status === 'done' || block.status === 'failed') return block
  return { ...block, status: 'failed', error: block.error ?? 'The run ended before this tool did.' }
}

function ended(block: ReasoningBlock, at: string): ReasoningBlock {
  return { ...block, open: false, endedAt: at }
}

function sum(before: Usage | null, event: EventOf<'usage'>): Usage {
  const unspent = event.unspent && { unspent: event.unspent } // nothing is called behind a stop
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
      ...unspent,
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
    ...unspent,
  }
}
