import { applyPatch, type EventOf, grown, type LoggedEvent, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import type { Encoder } from './dialect.ts'
import { type RunEnd, troubleOf } from './run-end.ts'

const Content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
const Message = z.looseObject({ id: z.string().max(200), role: z.string(), content: Content.optional() })
type Message = z.infer<typeof Message>

const Resume = z.object({
  interruptId: z.string(),
  status: z.enum(['resolved', 'cancelled']),
  payload: z.looseObject({ approved: z.boolean(), input: z.unknown().optional() }).optional(),
})

/** The body of `POST /api/ag-ui`: an AG-UI 1.0 `RunAgentInput`. What Streambed keeps itself, such as `state`, is not looked at. */
export const AgUiRequest = z.looseObject({
  /** The client's name for the conversation. */
  threadId: z.string().min(1).max(128),
  /** The client's name for the run: the same again is the same run. */
  runId: z.string().min(1).max(200),
  messages: z.array(Message).max(1_000),
  resume: z.array(Resume).max(100).optional(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  context: z.array(z.unknown()).optional(),
  forwardedProps: z
    .looseObject({
      model: z.string().optional(),
      timezone: z.string().optional(),
      /** The answer goes on when the client hangs up. */
      detached: z.boolean().optional(),
    })
    .optional(),
})
export type AgUiRequest = z.infer<typeof AgUiRequest>

/** What the client wants: something is said, or what a run has asked is answered. */
export type AgUiAsk =
  | { readonly kind: 'say'; readonly text: string; readonly earlier: readonly AgUiTurn[] }
  | { readonly kind: 'resume'; readonly answers: readonly AgUiAnswer[] }

export interface AgUiTurn {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

export interface AgUiAnswer {
  readonly id: string
  readonly approved: boolean
  /** Takes the place of what the tool was called with. */
  readonly input?: unknown
}

/** Reads what a body asks for. Throws `bad-request`, with what would be right. */
export function readAgUiRequest({ messages, resume = [] }: AgUiRequest): AgUiAsk {
  if (resume.length > 0) return { kind: 'resume', answers: resume.map(answerIn) }
  const last = messages.at(-1)
  if (last?.role !== 'user') throw new StreambedError('bad-request', 'The last message must be from the user.')
  if (Array.isArray(last.content) && last.content.some(({ type }) => type !== 'text'))
    throw new StreambedError(
      'bad-request',
      'This door takes text alone. Send files by POST /v1/files and POST /v1/messages.',
    )
  const earlier = messages.slice(0, -1).flatMap((message): AgUiTurn[] => {
    const { role } = message
    return role === 'user' || role === 'assistant' ? [{ role, content: textIn(message) }] : []
  })
  return { kind: 'say', text: textIn(last), earlier }
}

function answerIn({ interruptId: id, status, payload }: z.infer<typeof Resume>): AgUiAnswer {
  if (status === 'cancelled') return { id, approved: false }
  if (!payload) throw new StreambedError('bad-request', 'Resolve an interrupt with a payload of {approved, input?}.')
  return { id, approved: payload.approved, ...('input' in payload && { input: payload.input }) }
}

function textIn({ content = '' }: Message): string {
  if (typeof content === 'string') return content
  return content.map(({ text = '' }) => text).join('')
}

type Frame = Readonly<{ type: string } & Record<string, unknown>>

export interface AgUiRun {
  readonly threadId: string
  /** The client's name for the run. */
  readonly runId: string
  /** What the client has said, for when all messages must be told anew. */
  readonly messages: readonly unknown[]
  /** The conversation's live UI state before the run; null where there is none yet. */
  readonly state: unknown
}

/**
 * A run as events of AG-UI 1.0, from `RUN_STARTED` to `RUN_FINISHED` or `RUN_ERROR`. What a run asks people ends one AG-UI run as
 * an interrupt, and `run-resume` begins the next. Forms, components and steps are activities; what else has no event of its own is CUSTOM.
 */
export function agUi({ threadId, runId, messages, state: before }: AgUiRun): Encoder {
  const said = saidSoFar()
  const calls = new Map<string, 'open' | 'begun' | 'ended'>()
  const usage = new Map<string, TokenUsage>()
  let state = before
  /** Patches follow a snapshot that this reader has been given. */
  let hasState = false
  let step: string | undefined
  let asked: Interrupt[] = []
  let begun = false

  return (event) => framesOf(event).map(frame)

  function framesOf(event: LoggedEvent): Frame[] {
    switch (event.type) {
      case 'run-start':
      case 'run-resume':
        return begin()
      case 'step-start':
        step = `step ${event.step}`
        return [{ type: 'STEP_STARTED', stepName: step }]
      case 'step-end':
        return endStep()
      case 'text-start':
        said.begin(idOf(event))
        return [{ type: 'TEXT_MESSAGE_START', messageId: idOf(event), role: 'assistant' }]
      case 'text-delta':
        said.grow(idOf(event), event.text)
        return [{ type: 'TEXT_MESSAGE_CONTENT', messageId: idOf(event), delta: event.text }]
      case 'text-end':
        return [{ type: 'TEXT_MESSAGE_END', messageId: idOf(event) }]
      case 'text-retracted':
        said.replace(idOf(event), event.replacement)
        return [{ type: 'MESSAGES_SNAPSHOT', messages: [...messages, ...said.messages()] }]
      case 'reasoning-start':
        return [
          { type: 'REASONING_START', messageId: idOf(event) },
          { type: 'REASONING_MESSAGE_START', messageId: idOf(event), role: 'reasoning' },
        ]
      case 'reasoning-delta':
        return [{ type: 'REASONING_MESSAGE_CONTENT', messageId: idOf(event), delta: event.text }]
      case 'reasoning-end':
        return [
          { type: 'REASONING_MESSAGE_END', messageId: idOf(event) },
          { type: 'REASONING_END', messageId: idOf(event) },
        ]
      case 'citation':
        return [custom('citation', { title: event.title, source: event.source })]
      case 'tool-start':
        calls.set(event.call, 'open')
        return [{ type: 'TOOL_CALL_START', toolCallId: event.call, toolCallName: event.name }]
      case 'tool-input-delta':
        calls.set(event.call, 'begun')
        return [{ type: 'TOOL_CALL_ARGS', toolCallId: event.call, delta: event.text }]
      case 'tool-call':
        return endCall(event)
      case 'tool-progress':
        return [custom('tool-progress', { toolCallId: event.call, text: event.text })]
      case 'tool-result':
        return [...endCall(event), toolResult(event)]
      case 'approval-request':
        asked.push(interrupt(event))
        return endCall(event)
      case 'approval-answer':
        asked = asked.filter(({ id }) => id !== event.approval)
        return []
      case 'state':
        state = applyPatch(state, event.patch)
        return hasState ? [{ type: 'STATE_DELTA', delta: event.patch }] : [snapshot()]
      case 'state-snapshot':
        state = event.state
        return [snapshot()]
      case 'component':
        return [activity(idOf(event), 'component', { component: event.component, props: event.props })]
      case 'form-request': {
        const { form, tool, schema, values, missing, errors } = event
        return [activity(form, 'form', { form, tool, schema, values, missing, errors })]
      }
      case 'budget-request':
        asked.push(budgetInterrupt(event))
        return []
      case 'progress':
        return [activity(`${event.run}-${event.id}`, 'progress', { label: event.label, status: event.status })]
      case 'usage':
        count(event)
        return []
      case 'run-park':
        if (asked.length === 0) return endStep() // its server was lost, and it goes on by itself
        begun = false
        return [...endStep(), finished({ outcome: { type: 'interrupt', interrupts: asked } })]
      case 'run-end':
        return end(event)
      default:
        return []
    }
  }

  function begin(): Frame[] {
    if (begun) return []
    begun = true
    const started = { type: 'RUN_STARTED', threadId, runId, protocolVersion: '1.0' }
    hasState = false
    return state === null ? [started] : [started, snapshot()]
  }

  function snapshot(): Frame {
    hasState = true
    return { type: 'STATE_SNAPSHOT', snapshot: state }
  }

  function endStep(): Frame[] {
    const ended = step === undefined ? [] : [{ type: 'STEP_FINISHED', stepName: step }]
    step = undefined
    return ended
  }

  /** Of calls that no model has made nothing was heard but their input. */
  function endCall({ call, ...event }: { readonly call: string; readonly input?: unknown }): Frame[] {
    const before = calls.get(call)
    if (before !== 'open' && before !== 'begun') return []
    calls.set(call, 'ended')
    const ended = { type: 'TOOL_CALL_END', toolCallId: call }
    if (before === 'begun' || event.input === undefined) return [ended]
    return [{ type: 'TOOL_CALL_ARGS', toolCallId: call, delta: JSON.stringify(event.input) }, ended]
  }

  function count({ model, inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: EventOf<'usage'>): void {
    const sum = usage.get(model) ?? NOTHING_USED
    usage.set(model, {
      inputTokens: sum.inputTokens + inputTokens + cacheReadTokens + cacheWriteTokens,
      outputTokens: sum.outputTokens + outputTokens,
      cachedInputTokens: sum.cachedInputTokens + cacheReadTokens,
      cacheWriteInputTokens: sum.cacheWriteInputTokens + cacheWriteTokens,
    })
  }

  function end(event: RunEnd): Frame[] {
    const trouble = troubleOf(event)
    if (trouble) return [{ type: 'RUN_ERROR', message: trouble.message, code: trouble.code }]
    const first = begun ? [] : begin()
    if (event.reason === 'stopped') return [...first, ...endStep(), finished({ outcome: { type: 'cancelled' } })]
    const result = event.detail && { result: { reason: event.reason, detail: event.detail } }
    return [...first, ...endStep(), finished({ ...result, outcome: { type: 'success' } })]
  }

  function finished(more: object): Frame {
    const used = Array.from(usage, ([model, counts]) => ({ provider: 'aws.bedrock', model, ...counts }))
    return { type: 'RUN_FINISHED', threadId, runId, ...more, ...(used.length > 0 && { usage: used }) }
  }
}

interface TokenUsage {
  /** All of the prompt, cached or not. */
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteInputTokens: number
}

const NOTHING_USED: TokenUsage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, cacheWriteInputTokens: 0 }

type Interrupt = Readonly<{ id: string } & Record<string, unknown>>

/** What a person must be asked, and what their answer looks like. */
function interrupt({ approval, call, name, input, reason, expiresAt }: EventOf<'approval-request'>): Interrupt {
  return {
    id: approval,
    reason: 'approval',
    message: reason ?? `May ${name} be done?`,
    toolCallId: call,
    responseSchema: APPROVAL,
    expiresAt,
    metadata: { tool: name, input },
  }
}

function budgetInterrupt(event: EventOf<'budget-request'>): Interrupt {
  const { approval, expiresAt, scope, period, limit, spent, call, more, by, renewsAt } = event
  return {
    id: approval,
    reason: 'budget',
    message: `A budget for the ${period} is spent. May it go on?`,
    responseSchema: { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'] },
    expiresAt,
    metadata: { scope, period, limit, spent, call, more, by, renewsAt },
  }
}

const APPROVAL = {
  type: 'object',
  properties: {
    approved: { type: 'boolean' },
    input: { description: 'Takes the place of what the tool was called with.' },
  },
  required: ['approved'],
}

function toolResult({ call, ok, output, error = '' }: EventOf<'tool-result'>): Frame {
  const content = ok ? (typeof output === 'string' ? output : JSON.stringify(output ?? null)) : error
  return { type: 'TOOL_CALL_RESULT', messageId: `${call}-result`, toolCallId: call, content, role: 'tool' }
}

function activity(messageId: string, activityType: string, content: object): Frame {
  return { type: 'ACTIVITY_SNAPSHOT', messageId, activityType, content, replace: true }
}

function custom(name: string, value: object): Frame {
  return { type: 'CUSTOM', name, value }
}

/** The words of a run, message by message. */
function saidSoFar() {
  const texts = new Map<string, string>()
  return {
    begin: (id: string) => void texts.set(id, ''),
    grow: (id: string, text: string) => void texts.set(id, grown(texts.get(id) ?? '', text)),
    replace: (id: string, text: string) => void texts.set(id, text),
    messages: () => Array.from(texts, ([id, content]) => ({ id, role: 'assistant', content })),
  }
}

const idOf = ({ run, block }: { readonly run: string; readonly block: number }): string => `${run}-${block}`

function frame(event: Frame): string {
  return `data: ${JSON.stringify(event)}\n\n`
}
