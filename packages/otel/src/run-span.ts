import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { CallId, ConversationId, EventOf, NewEvent, RunId } from '@streambed/protocol'
import { MAX_TEXT, messages } from './messages.ts'

/** The span of a run that is under way, with those of its model calls and tools in it. */
export interface RunSpan {
  /** Undefined where the run began on another server. */
  readonly begun: EventOf<'run-start'> | undefined
  /** One event of the run. `run-park` and `run-end` end all that is open. */
  take(event: NewEvent): void
  /** Ends all, as nobody will hear how the run ends. */
  abandon(): void
}

interface Beginning {
  readonly tracer: Tracer
  readonly content: boolean
  now(): number
  readonly conversation: ConversationId
  readonly run: RunId
  readonly begun: EventOf<'run-start'> | undefined
  /** What was asked, as the conventions write it down. */
  readonly question: string | undefined
}

/** A model call. `endedAt` is when its answer was whole; why it ended is known later. */
interface Call {
  readonly span: Span
  endedAt?: number
  wantsTools: boolean
}

const BEDROCK = { 'gen_ai.provider.name': 'aws.bedrock' }

export function startRunSpan({ tracer, content, now, conversation, run, begun, question }: Beginning): RunSpan {
  const within = { 'gen_ai.conversation.id': conversation }
  const named = begun && { 'gen_ai.agent.name': begun.agent, 'gen_ai.request.model': begun.model }
  const span = tracer.startSpan(begun ? `invoke_agent ${begun.agent}` : 'invoke_agent', {
    kind: SpanKind.INTERNAL,
    startTime: now(),
    attributes: {
      ...BEDROCK,
      ...named,
      'gen_ai.operation.name': 'invoke_agent',
      ...within,
      'streambed.run.id': run,
      ...(question !== undefined && { 'gen_ai.input.messages': question }),
    },
  })
  const inside = trace.setSpan(ROOT_CONTEXT, span)
  const tools = new Map<CallId, Span>()
  const tokens = { input: 0, output: 0 }
  let call: Call | undefined
  let said = ''

  return {
    begun,
    take(event) {
      switch (event.type) {
        case 'step-start':
          startCall()
          break
        case 'text-delta':
          if (content && said.length < MAX_TEXT) said += event.text
          break
        case 'tool-start':
          if (call) call.wantsTools = true
          break
        case 'usage':
          count(event)
          break
        case 'tool-call':
          startTool(event)
          break
        case 'tool-result':
          endTool(event)
          break
        case 'run-park':
          end({ 'streambed.run.reason': 'parked' }, 'stop')
          break
        case 'run-end':
          endRun(event)
      }
    },
    abandon: () => end({}, 'error'),
  }

  function startCall(): void {
    endCall('stop')
    const name = begun ? `chat ${begun.model}` : 'chat'
    const asked = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.stream': true }
    const attributes = { ...BEDROCK, ...named, ...within, ...asked }
    const options = { kind: SpanKind.CLIENT, startTime: now(), attributes }
    call = { span: tracer.startSpan(name, options, inside), wantsTools: false }
  }

  function count(usage: EventOf<'usage'>): void {
    const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
    tokens.input += input
    tokens.output += usage.outputTokens
    if (!call) return
    call.endedAt = now()
    call.span.setAttributes({
      'gen_ai.response.model': usage.model,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': usage.outputTokens,
      'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
      'gen_ai.usage.cache_creation.input_tokens': usage.cacheWriteTokens,
      'streambed.usage.estimated': usage.estimated,
      ...(usage.microDollars !== null && { 'streambed.usage.dollars': usage.microDollars / 1_000_000 }),
      ...(usage.firstTokenMs !== undefined && { 'gen_ai.response.time_to_first_chunk': usage.firstTokenMs / 1_000 }),
    })
  }

  /** Tools that were wanted are the reason why a call ended, whatever became of the run. */
  function endCall(reason: string, error?: string): void {
    if (!call) return
    call.span.setAttribute('gen_ai.response.finish_reasons', [call.wantsTools ? 'tool_call' : reason])
    if (error !== undefined) fail(call.span, error)
    call.span.end(call.endedAt ?? now())
    call = undefined
  }

  function startTool({ call: id, name, input }: EventOf<'tool-call'>): void {
    endCall('stop')
    const attributes: Attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': id,
      'gen_ai.tool.type': 'function',
      ...within,
      ...(content && { 'gen_ai.tool.call.arguments': JSON.stringify(input) }),
    }
    const options = { kind: SpanKind.INTERNAL, startTime: now(), attributes }
    tools.set(id, tracer.startSpan(`execute_tool ${name}`, options, inside))
  }

  function endTool({ call: id, ok, output, error }: EventOf<'tool-result'>): void {
    const tool = tools.get(id)
    if (!tool) return // it was not run
    tools.delete(id)
    if (content) tool.setAttribute('gen_ai.tool.call.result', ok ? JSON.stringify(output ?? null) : (error ?? ''))
    if (!ok) fail(tool, 'tool_error')
    tool.end(now())
  }

  function endRun({ reason, detail, error }: EventOf<'run-end'>): void {
    const code = reason === 'failed' ? (error?.code ?? 'internal') : undefined
    if (code !== undefined) fail(span, code)
    const limit = detail && { 'streambed.run.limit': detail }
    end({ 'streambed.run.reason': reason, ...limit }, finishReason(reason, detail), code)
  }

  function end(attributes: Attributes, reason: string, error?: string): void {
    endCall(reason, error)
    for (const tool of tools.values()) tool.end(now())
    span.setAttributes({
      ...attributes,
      'gen_ai.usage.input_tokens': tokens.input,
      'gen_ai.usage.output_tokens': tokens.output,
      ...(said !== '' && { 'gen_ai.output.messages': messages('assistant', said) }),
    })
    span.end(now())
  }
}

/** By an error's kind; its words may hold what was said. */
function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

function finishReason(reason: EventOf<'run-end'>['reason'], detail: EventOf<'run-end'>['detail']): string {
  if (reason === 'failed') return 'error'
  if (detail === 'output-tokens' || detail === 'context') return 'length'
  if (detail === 'guardrail' || detail === 'content-filter') return 'content_filter'
  return 'stop'
}
