import { applyPatch, type EventOf, type LimitDetail, type LoggedEvent, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { answerSoFar } from './answer-so-far.ts'
import type { Encoder } from './dialect.ts'
import { openQuestions } from './open-questions.ts'
import { type RunEnd, troubleOf } from './run-end.ts'

const UiMessage = z.object({
  id: z.string().max(200).default(''),
  role: z.enum(['system', 'user', 'assistant']),
  parts: z.array(z.looseObject({ type: z.string() })),
})
type UiMessage = z.infer<typeof UiMessage>

const Answered = z.object({
  state: z.literal('approval-responded'),
  approval: z.object({ id: z.string(), approved: z.boolean() }),
})

/** The body of `POST /api/ai-sdk/chat`, as `DefaultChatTransport` of the AI SDK sends it. */
export const UiRequest = z.object({
  /** The client's name for the conversation. */
  id: z.string().min(1).max(128),
  messages: z.array(UiMessage).min(1).max(1_000),
  trigger: z.enum(['submit-message', 'regenerate-message']).default('submit-message'),
  /** The message that is edited or answered anew. */
  messageId: z.string().max(200).optional(),
  agent: z.string().optional(),
  model: z.string().optional(),
  timezone: z.string().optional(),
})
export type UiRequest = z.infer<typeof UiRequest>

/** What the client wants: something is said, said differently, answered anew, or allowed. */
export type UiAsk =
  | { readonly kind: 'say'; readonly text: string; readonly message: string; readonly earlier: readonly UiTurn[] }
  | { readonly kind: 'edit'; readonly text: string; readonly place: number }
  | { readonly kind: 'again'; readonly answer: string | undefined }
  | { readonly kind: 'approve'; readonly answer: string; readonly approvals: readonly UiApproval[] }

export interface UiTurn {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

export interface UiApproval {
  readonly id: string
  readonly approved: boolean
}

/** Reads what a body asks for. Throws `bad-request`, with what would be right. */
export function readUiRequest({ messages, trigger, messageId }: UiRequest): UiAsk {
  if (trigger === 'regenerate-message') return { kind: 'again', answer: messageId }
  const last = messages.at(-1)!
  if (last.role === 'assistant') return { kind: 'approve', answer: last.id, approvals: approvalsIn(last) }
  if (last.role !== 'user') throw new StreambedError('bad-request', 'The last message must be from the user.')
  const text = textIn(last)
  if (last.parts.some(({ type }) => type === 'file'))
    throw new StreambedError(
      'bad-request',
      'This door takes text alone. Send files by POST /v1/files and POST /v1/messages.',
    )
  const users = messages.filter(({ role }) => role === 'user')
  if (messageId !== undefined) return { kind: 'edit', text, place: users.length - 1 }
  const earlier = messages.slice(0, -1).flatMap((message): UiTurn[] => {
    const { role } = message
    return role === 'system' ? [] : [{ role, content: textIn(message) }]
  })
  return { kind: 'say', text, message: last.id, earlier }
}

function approvalsIn({ parts }: UiMessage): UiApproval[] {
  const answers = parts.flatMap((part) => Answered.safeParse(part).data?.approval ?? [])
  if (answers.length === 0) throw new StreambedError('bad-request', 'The last message must be from the user.')
  return answers
}

function textIn({ parts }: UiMessage): string {
  return parts.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : [])).join('')
}

type Chunk = Readonly<{ type: string } & Record<string, unknown>>

/** What closes a stream, after its last chunk. */
export const UI_DONE = 'data: [DONE]\n\n'

/**
 * A run as the AI SDK's UI message stream, version 1: one `data:` line for each chunk, from `start` to `finish`, `abort` or `error`.
 * Tools are dynamic; state, forms and components are data parts; what is only for a moment is transient.
 */
export function uiMessages({ state: before }: { readonly state: unknown }): Encoder {
  const answer = answerSoFar()
  const called = new Set<string>()
  const questions = openQuestions()
  let isWaiting = false
  /** What the step has shown so far, for when some of it is taken back. */
  let step: Chunk[] = []
  let state = before
  let stateRevision: number | undefined
  let sources = 0
  let begun = false

  return (event) => {
    answer.take(event)
    isWaiting = questions.take(event)
    const chunks = chunksOf(event)
    if (event.type === 'step-start') step = []
    else step.push(...chunks.filter(({ transient }) => transient !== true))
    if (event.type === 'text-retracted') step = chunks.slice(1)
    return chunks.map(frame)
  }

  function chunksOf(event: LoggedEvent): Chunk[] {
    switch (event.type) {
      case 'run-start':
        return begin(event.run)
      case 'run-resume':
        return begun ? [] : begin(event.run)
      case 'step-start':
        return [{ type: 'start-step' }]
      case 'step-end':
        return [...wholeState(), { type: 'finish-step' }]
      case 'text-start':
        return [{ type: 'text-start', id: idOf(event.block) }]
      case 'text-delta':
        return [{ type: 'text-delta', id: idOf(event.block), delta: event.text }]
      case 'text-end':
        return [{ type: 'text-end', id: idOf(event.block) }]
      case 'text-retracted':
        return [{ type: 'reset-step' }, ...replaced(step, event)]
      case 'reasoning-start':
        return [{ type: 'reasoning-start', id: idOf(event.block) }]
      case 'reasoning-delta':
        return [{ type: 'reasoning-delta', id: idOf(event.block), delta: event.text }]
      case 'reasoning-end':
        return [{ type: 'reasoning-end', id: idOf(event.block) }]
      case 'citation':
        return [source(event)]
      case 'tool-start':
        return [{ type: 'tool-input-start', toolCallId: event.call, toolName: event.name, dynamic: true }]
      case 'tool-input-delta':
        return [{ type: 'tool-input-delta', toolCallId: event.call, inputTextDelta: event.text }]
      case 'tool-call':
        return [toolInput(event)]
      case 'tool-progress':
        return [output(event.call, { progress: event.text }, { preliminary: true })]
      case 'tool-result':
        return toolResult(event)
      case 'approval-request': {
        const { approval, call, reason } = event
        return [
          toolInput(event),
          { type: 'tool-approval-request', approvalId: approval, toolCallId: call, ...(reason && { reason }) },
        ]
      }
      case 'approval-answer':
        return [{ type: 'tool-approval-response', approvalId: event.approval, approved: event.approved }]
      case 'state':
        state = applyPatch(state, event.patch)
        stateRevision = event.revision
        return [data('state-patch', { revision: event.revision, patch: event.patch }, { transient: true })]
      case 'state-snapshot':
        state = event.state
        stateRevision = event.revision
        return []
      case 'component':
        return [data('component', { component: event.component, props: event.props }, { id: idOf(event.block) })]
      case 'form-request': {
        const { form, tool, schema, values, missing, errors } = event
        return [data('form', { form, tool, schema, values, missing, errors }, { id: form })]
      }
      case 'budget-request': {
        const { type: _, run: __, seq: ___, at: ____, ...question } = event
        return [data('budget', question, { id: event.approval })]
      }
      case 'progress':
        return [data('progress', { label: event.label, status: event.status }, { id: event.id, transient: true })]
      case 'run-park':
        if (!isWaiting) return [...wholeState(), { type: 'finish-step' }]
        return [...wholeState(), { type: 'finish-step' }, { type: 'finish', finishReason: 'tool-calls' }]
      case 'run-end':
        return [...(begun ? [] : begin(event.run)), ...wholeState(), end(event)]
      default:
        return []
    }
  }

  function begin(run: string): Chunk[] {
    begun = true
    return [{ type: 'start', messageId: run }]
  }

  function toolInput({ call, name, input }: Pick<EventOf<'tool-call'>, 'call' | 'name' | 'input'>): Chunk {
    called.add(call)
    return { type: 'tool-input-available', toolCallId: call, toolName: name, input, dynamic: true }
  }

  function toolResult({ call, name, ok, output: given, error = '' }: EventOf<'tool-result'>): Chunk[] {
    if (ok) return [output(call, given ?? null)]
    if (called.has(call)) return [{ type: 'tool-output-error', toolCallId: call, errorText: error, dynamic: true }]
    const input = { toolCallId: call, toolName: name, input: null, dynamic: true }
    return [{ type: 'tool-input-error', ...input, errorText: error }]
  }

  /** The state once for each step that has changed it: its patches alone are told at once. */
  function wholeState(): Chunk[] {
    if (stateRevision === undefined) return []
    const chunk = data('state', { revision: stateRevision, value: state }, { id: 'state' })
    stateRevision = undefined
    return [chunk]
  }

  function source({ title, source }: EventOf<'citation'>): Chunk {
    const sourceId = `source-${++sources}`
    if (/^https?:/.test(source)) return { type: 'source-url', sourceId, url: source, title }
    return { type: 'source-document', sourceId, mediaType: 'text/plain', title, filename: source }
  }

  function end(event: RunEnd): Chunk {
    const trouble = troubleOf(event)
    if (trouble) return { type: 'error', errorText: trouble.message }
    if (event.reason === 'stopped') return { type: 'abort', reason: 'stopped' }
    const finishReason = event.detail ? LIMITED[event.detail] : 'stop'
    return { type: 'finish', finishReason, messageMetadata: { usage: answer.usage() } }
  }
}

const LIMITED: Readonly<Record<LimitDetail, string>> = {
  'output-tokens': 'length',
  context: 'length',
  guardrail: 'content-filter',
  'content-filter': 'content-filter',
  steps: 'other',
  cost: 'other',
  budget: 'other',
}

/** A step's chunks with other words in one block. */
function replaced(step: readonly Chunk[], { block, replacement }: EventOf<'text-retracted'>): Chunk[] {
  const id = idOf(block)
  const words = replacement === '' ? [] : [{ type: 'text-delta', id, delta: replacement }]
  return step.flatMap((chunk): Chunk[] => {
    if (chunk['id'] !== id || !chunk.type.startsWith('text-')) return [chunk]
    if (chunk.type === 'text-delta') return []
    return chunk.type === 'text-start' ? [chunk, ...words] : [chunk]
  })
}

function output(call: string, output: unknown, more: object = {}): Chunk {
  return { type: 'tool-output-available', toolCallId: call, output, dynamic: true, ...more }
}

function data(name: string, data: object, more: { readonly id?: string; readonly transient?: boolean }): Chunk {
  return { type: `data-${name}`, ...more, data }
}

const idOf = (block: number): string => `block-${block}`

function frame(chunk: Chunk): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}
