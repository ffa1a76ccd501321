import {
  type ConversationSummary,
  type ErrorBody,
  type EventOf,
  type LoggedEvent,
  type Message,
  StreambedError,
  textOf,
  type Usage,
  whatIsWrong,
} from '@streambed/protocol'
import * as z from 'zod'
import { type AnswerSoFar, answerSoFar, type ContractUsage } from './answer-so-far.ts'
import type { Asked, Encoder } from './dialect.ts'
import { type RunEnd, troubleOf } from './run-end.ts'

const SessionId = z.string().min(1).max(128)
const OfSession = z.object({ sessionId: SessionId })
/** A client's own name for a request, which its answers repeat as it was. */
const RequestName = z.union([z.string().min(1).max(128), z.number()])
export type RequestName = z.infer<typeof RequestName>
const id = RequestName

/** A frame of dashboard chat from its client: `{id, type, data}`. */
export const DashboardRequest = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('chat.send_message'),
    data: z.object({ sessionId: SessionId.nullish(), message: z.string(), streaming: z.boolean().default(false) }),
  }),
  z.object({ id, type: z.literal('chat.stop'), data: OfSession }),
  z.object({ id, type: z.literal('chat.list_sessions'), data: z.object({}).default({}) }),
  z.object({ id, type: z.literal('chat.get_history'), data: OfSession }),
  z.object({ id, type: z.literal('chat.clear_session'), data: OfSession }),
])
export type DashboardRequest = z.infer<typeof DashboardRequest>

/** Reads a frame that is JSON already. Throws `unknown-type` or `bad-request`, with what would be right. */
export function readDashboardRequest(frame: unknown): DashboardRequest {
  const parsed = DashboardRequest.safeParse(frame)
  if (parsed.success) return parsed.data
  const type = z.object({ type: z.string() }).safeParse(frame).data?.type
  const known = DashboardRequest.options.map((option) => option.shape.type.value as string)
  if (type !== undefined && !known.includes(type)) {
    throw new StreambedError('unknown-type', `It knows ${known.join(', ')}.`)
  }
  throw new StreambedError('bad-request', whatIsWrong(parsed.error))
}

/** A run as the frames of one `chat.send_message`. Every frame repeats the request's id. */
export function dashboard({ id, session: sessionId }: Asked<RequestName>, streaming: boolean): Encoder {
  const answer = answerSoFar()
  const called = new Set<string>()

  return (event) => {
    const content = answer.take(event)
    if (event.type === 'run-end') return [end(event)]
    if (!streaming) return []
    if (content !== '') return [dashboardFrame(id, 'chat.message_stream', { sessionId, content })]
    if (event.type === 'text-retracted') {
      return [dashboardFrame(id, 'chat.message_replaced', { sessionId, content: answer.text() })]
    }
    if (event.type === 'tool-call') return [toolUse(event)]
    if (event.type === 'tool-result') return toolResult(event)
    return []
  }

  function toolUse({ call, name, input }: Pick<EventOf<'tool-call'>, 'call' | 'name' | 'input'>): string {
    called.add(call)
    return dashboardFrame(id, 'chat.tool_use', { sessionId, callId: call, name, input })
  }

  /** A call that was refused has a result all the same; then its use is told first. */
  function toolResult(event: EventOf<'tool-result'>): readonly string[] {
    const { call, name, ok, durationMs } = event
    const result = dashboardFrame(id, 'chat.tool_result', { sessionId, callId: call, name, ok, durationMs })
    return called.has(call) ? [result] : [toolUse({ call, name, input: null }), result]
  }

  function end(event: RunEnd & Pick<LoggedEvent, 'at'>): string {
    const trouble = troubleOf(event)
    if (trouble) return dashboardError(id, trouble, sessionId)
    const stopped = event.reason === 'stopped' ? { stopped: true } : {}
    if (streaming) return complete(event, answer, stopped)
    const message = {
      messageId: event.run,
      content: answer.text(),
      role: 'assistant',
      timestamp: event.at,
      usage: answer.usage(),
    }
    return dashboardFrame(id, 'chat.message_response', { sessionId, message, ...stopped })
  }

  function complete(event: RunEnd, answer: AnswerSoFar, stopped: object): string {
    const data = { sessionId, messageId: event.run, usage: answer.usage(), ...stopped }
    return dashboardFrame(id, 'chat.message_complete', data)
  }
}

/** The answer to `chat.list_sessions`. */
export function sessions(id: RequestName, items: readonly ConversationSummary[]): string {
  const list = items.map(({ id, alias, title, createdAt, updatedAt }) => ({
    sessionId: alias ?? id,
    title,
    createdAt,
    updatedAt,
  }))
  return dashboardFrame(id, 'chat.sessions', { sessions: list })
}

/** The answer to `chat.get_history`: what was said, in order. Answers that are still being written are not in it. */
export function history(id: RequestName, sessionId: string, messages: readonly Message[]): string {
  return dashboardFrame(id, 'chat.history', { sessionId, messages: messages.flatMap(said) })
}

/** The name that a frame has, for answers to frames that could not be read. */
export function nameOf(frame: unknown): RequestName | null {
  return z.object({ id: RequestName }).safeParse(frame).data?.id ?? null
}

/** A failure, with the request's id where it has one. */
export function dashboardError(
  id: RequestName | null,
  { code, message, retry }: ErrorBody,
  sessionId?: string,
): string {
  const session = sessionId === undefined ? {} : { sessionId }
  return dashboardFrame(id, 'chat.error', { ...session, code, message, retryable: retry })
}

export function dashboardFrame(id: RequestName | null, type: string, data: object): string {
  return JSON.stringify({ id, type, data })
}

function said(message: Message): readonly object[] {
  const content = textOf(message)
  if (message.role === 'user') return [{ messageId: message.id, role: 'user', content, timestamp: message.at }]
  if (message.endedAt === null || content === '') return []
  const usage = message.usage ? { usage: usageOf(message.usage) } : {}
  return [{ messageId: message.id, role: 'assistant', content, timestamp: message.endedAt, ...usage }]
}

function usageOf(usage: Usage): ContractUsage {
  const inputTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
  return { inputTokens, outputTokens: usage.outputTokens, totalTokens: inputTokens + usage.outputTokens }
}
