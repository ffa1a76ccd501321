import type {
  CallId,
  ConversationId,
  ErrorBody,
  EventOf,
  LimitDetail,
  LiveState,
  NewEvent,
  Owner,
  RunEndReason,
  RunId,
} from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import type { Model, ModelContent, ModelMessage, ModelRequest, ModelTool, Price } from '../model/model.ts'
import { cost } from '../model/price.ts'
import { estimateTokens } from '../model/tokens.ts'
import type { Account } from './account.ts'
import { type Agent, type Deployment, instructionsOf } from './agent.ts'
import type { ApprovalAnswer } from './approval.ts'
import { abortWords, type CallResult, callTools, parseInput } from './calls.ts'
import type { RecordsPort } from './collection.ts'
import { messagesSoFar, type Overflow } from './context.ts'
import { promptTokens } from './estimate.ts'
import type { AgentFilters } from './filters/agent-filters.ts'
import { type FilledForm, formCall, type OpenForm } from './form.ts'
import { budgetRequest, charactersOf, leaveFor, type Meter } from './meter.ts'
import { normalise } from './normalise.ts'
import { hearing, withOutput } from './output/hearing.ts'
import {
  fieldInstructions,
  fieldsOf,
  outputInstructions,
  outputTool,
  repairRequest,
  type Writing,
} from './output/output.ts'
import type { SectionTags } from './output/sections.ts'
import { type Memory, type Resumption, standingOf, withResults } from './resume.ts'
import { sumUp } from './summary.ts'
import type { Timers } from './timer.ts'
import type { Tool } from './tool.ts'
import { type Citation, type HeardCall, type Numbering, Transcript } from './transcript.ts'

export interface AnswerOptions {
  readonly agent: Agent
  readonly model: Model
  /** What `model` is asked for: the agent's model or the deployment's default. */
  readonly modelId: string
  /** What was said so far, the message to answer last: `buildHistory` makes it. */
  readonly history: readonly ModelMessage[]
  /** The conversation's live UI state, for agents that have an output. Default: none yet. */
  readonly state?: LiveState
  /** Null where the model's price is unknown: then nothing is counted, and the cost limit does not bite. */
  readonly price: Price | null
  readonly settings: AnswerSettings
  readonly ids: { readonly run: RunId; readonly conversation: ConversationId; readonly owner: Owner }
  /**
   * Ends the run. Its reason says how: `stopped` (somebody asked for it), `interrupted` (the server is going away), `fenced`
   * (another server has the run: nothing more is yielded, not even an end); a StreambedError makes the run fail with it.
   */
  readonly signal: AbortSignal
  /** What the agent's tools keep for the owner. Default: nothing. */
  readonly records?: RecordsPort
  readonly account?: Account
  /** Look at tools' results before the model does. Default: none. */
  readonly filters?: AgentFilters | undefined
  /** What the model calls may cost, beside the agent's own limit. Default: nothing limits them. */
  readonly meter?: Meter
  /** Sets the agent's timers. Default: nothing can be set. */
  readonly timers?: Timers
  /** The forms that are open in the conversation, by their tools' names. Default: none. */
  readonly forms?: ReadonlyMap<string, OpenForm>
  /** The form that the message to answer has filled in: its tool runs first. */
  readonly filled?: FilledForm | undefined
  /** What should be summed up first. */
  readonly overflow?: Overflow | undefined
  /** What was said so far in this run, where it was parked or cut before and is taken up again. */
  readonly resume?: Resumption | undefined
  /** Resolves when all that was yielded is in the log, or never will be. Default: at once. */
  logged?(): Promise<void>
  now(): Date
}

export type AnswerSettings = Pick<ModelRequest, 'maxTokens' | 'temperature' | 'topP' | 'stopSequences'> & {
  /** Added to the agent's instructions. */
  readonly system?: string
  readonly deployment?: Deployment
}

/**
 * Answers one message: asks the model, runs the tools it asks for, asks again, until the answer is done. Yields the run's events
 * after `run-start`, in batches to be appended whole and in order. The last is the run's one `run-end`, whatever happens; before
 * it everything that was opened is closed, and every tool call has its result. Or the last is `run-park`: people must answer first,
 * then it goes on by `resume`. Never throws.
 */
export async function* answer(options: AnswerOptions): AsyncGenerator<readonly NewEvent[]> {
  const { agent, model, signal, ids, now } = options
  const { run } = ids
  const standing = options.resume && standingOf(options.resume)
  const numbering: Numbering = standing?.numbering ?? { run, blocks: 0, calls: new Set(), citations: [] }
  const repeats = standing?.repeats ?? new Map<string, number>()
  const forms = new Map(options.forms)
  const writing = writingOf(options)
  const output = agent.output && hearing(agent.output, writing, run, options.state ?? NO_STATE)
  let said = asWritten(options.history)
  const tools = agent.output && !writing.tags ? [...agent.tools, outputTool(agent.output)] : agent.tools
  /** What is wrong with the output, in words, until it is mended. */
  let unfit = standing?.unfit ?? null
  let repairing = false
  let microDollars = standing?.microDollars ?? 0
  let hasWords = standing?.hasWords ?? false
  /** What has happened but goes with the next batch, so that a step costs no append of its own. */
  let due: NewEvent[] = []

  if (options.resume && standing) {
    if (standing.isRefused) {
      yield [runEnd(run, overBudget(new StreambedError('budget-spent', 'Nobody allowed more.')))]
      return
    }
    const results = yield* runTools(standing.calls, standing.answers)
    if (!results) return
    const { answer, sealed } = options.resume
    said = asWritten([...options.history, ...messagesSoFar(withResults(answer, results), options.modelId, sealed)])
    if (standing.calls.length > 0) due.push({ type: 'step-end', run, step: standing.step })
  } else if (options.overflow) {
    const summed = yield* sumUp(options, options.overflow)
    if (summed) said = asWritten(summed.said)
    microDollars += summed?.microDollars ?? 0
  }
  if (!standing && options.filled) {
    const call = filledCall(options.filled, numbering)
    due.push({ type: 'tool-start', run, block: call.block, call: call.call, name: call.name })
    const results = yield* runTools([call])
    if (!results) return
    remember([{ type: 'tool-use', call: call.call, name: call.name, input: options.filled.values }], [call], results)
  }

  for (let step = (standing?.step ?? 0) + 1; ; step++) {
    const stop = signal.aborted ? aborted(signal) : limitReached(agent, step, microDollars)
    if (stop) {
      if (signal.reason !== 'fenced') yield [...due, runEnd(run, stop)]
      return
    }

    // Ask the model.
    const request = requestOf(options, said, tools, writing)
    const leave = await leaveFor(options, request)
    if (leave?.question && !signal.aborted) {
      yield [...due, budgetRequest(run, leave.question, now()), park()]
      return
    }
    yield [...due, { type: 'step-start', run, step }]
    due = []
    await options.logged?.() // before the call: it may cost something even if this server dies now
    if (leave?.refusal) {
      const ending = signal.aborted ? aborted(signal) : overBudget(leave.refusal)
      if (signal.reason !== 'fenced') yield [{ type: 'step-end', run, step }, runEnd(run, ending)]
      return
    }
    const spent = new AbortController()
    const transcript = new Transcript(numbering, {
      showReasoning: agent.reasoning?.show ?? false,
      ...(output && { hearing: output }),
      now,
    })
    let failure: unknown
    try {
      for await (const batch of model.stream(request, leave ? AbortSignal.any([signal, spent.signal]) : signal)) {
        const events = transcript.take(batch, due)
        due = []
        if (output) events.push(...(await output.changes()))
        if (signal.aborted) {
          due = events
          break
        }
        const error = leave?.cut(charactersOf(batch), () => transcript.written)
        if (error && transcript.stopReason === undefined) {
          // P82: what has come is said, and the call is ended.
          due = events
          spent.abort(error)
          break
        }
        // A block's end says nothing that could not wait for what comes next.
        if (events.length === 1 && events[0]!.type === 'text-end') due = events
        else if (events.length > 0) yield events
      }
    } catch (thrown) {
      failure = thrown
    }
    if (signal.reason === 'fenced') return
    transcript.close(due)
    const usage = usageOf(transcript, request, options)
    if (usage) due.push(usage)
    microDollars += usage?.microDollars ?? 0
    hasWords ||= transcript.hasWords

    // Settle what it wrote beside its words.
    if (output) {
      const { events, error } = await output.settle()
      due.push(...events)
      unfit = events.some(isOutput) ? null : (error ?? unfit)
      hasWords ||= events.some(isOutput)
    }

    // An answer without tools is the last, unless its output wants mending.
    const { calls } = transcript
    const ending = spent.signal.aborted
      ? overBudget(spent.signal.reason)
      : endingOf(transcript, failure, signal, hasWords)
    if (ending?.reason === 'done' && unfit !== null && !repairing) {
      repairing = true
      output!.mute()
      const request = repairRequest(agent.output!, writing, unfit)
      said.push({ role: 'assistant', content: transcript.content(readableInput) })
      said.push({ role: 'user', content: [{ type: 'text', text: request }] })
      due.push({ type: 'step-end', run, step })
      continue
    }
    if (ending) {
      if (unfit !== null) due.push(...output!.giveUp(unfit))
      const error = ending.notRun ?? abortWords(signal)
      due.push(...calls.map(({ call, name }) => notRun(run, call, name, error)))
      yield [...due, { type: 'step-end', run, step }, runEnd(run, ending)]
      return
    }

    // Run the tools, then go round with their results.
    const results = yield* runTools(calls)
    if (!results) return
    remember(transcript.content(readableInput), calls, results)
    due.push({ type: 'step-end', run, step })
  }

  /** Returns each call's result, or nothing when the run is over for now: it is parked, or somebody else's. */
  async function* runTools(
    calls: readonly HeardCall[],
    answers?: ReadonlyMap<CallId, ApprovalAnswer | null>,
  ): AsyncGenerator<readonly NewEvent[], Results | undefined> {
    const results = new Map<CallId, CallResult>()
    const running = callTools(calls, {
      tools,
      ids,
      signal,
      ...(options.records && { records: options.records }),
      ...(options.timers && { timers: options.timers }),
      ...(options.account && { account: options.account }),
      ...(options.logged && { logged: options.logged }),
      filters: options.filters,
      answers,
      repeats,
      forms,
      now,
      nextBlock: () => ++numbering.blocks,
      cite: (citation) => addCitation(numbering.citations, citation),
      answered: (call, result) => results.set(call, result),
    })
    for await (const events of running) {
      if (signal.reason === 'fenced') return undefined
      yield [...due, ...events]
      due = []
    }

    const waiting = calls.filter(({ call }) => !results.has(call))
    if (waiting.length > 0 && (!signal.aborted || signal.reason === 'interrupted')) {
      yield [...due, park()]
      return undefined
    }
    const error = abortWords(signal)
    due.push(...waiting.map(({ call, name }) => notRun(run, call, name, error)))
    for (const { call } of waiting) results.set(call, { ok: false, text: error })
    return results
  }

  function park(): NewEvent {
    const memory: Memory = { citations: numbering.citations, hasWords, unfit }
    return { type: 'run-park', run, sealed: memory }
  }

  function remember(content: readonly ModelContent[], calls: readonly HeardCall[], results: Results): void {
    said.push(
      { role: 'assistant', content },
      { role: 'user', content: calls.map(({ call }) => ({ type: 'tool-result', call, ...results.get(call)! })) },
    )
  }

  /** Messages as their model wrote them: with what stands beside the words. */
  function asWritten(messages: readonly ModelMessage[]): ModelMessage[] {
    return [...(agent.output ? withOutput(messages, agent.output, writing, options.state?.value ?? null) : messages)]
  }
}

/** What each of some calls gave. */
type Results = ReadonlyMap<CallId, CallResult>

/** A form that was filled in, as a call of its tool. */
function filledCall({ form, tool, values }: FilledForm, numbering: Numbering): HeardCall {
  const call = formCall(form)
  numbering.calls.add(call)
  return { type: 'tool', block: ++numbering.blocks, call, name: tool, input: JSON.stringify(values) }
}

function limitReached({ limits }: Agent, step: number, microDollars: number): Ending | undefined {
  if (step > limits.steps) return limited('steps')
  return microDollars >= limits.microDollars ? limited('cost') : undefined
}

const NO_STATE: LiveState = { revision: 0, value: null, undo: [], redo: [] }

/** The tags of an agent that writes its output in sections. The end of the run's id is a secret until the run is over. */
function sectionTags({ output }: Agent, run: RunId): SectionTags | undefined {
  if (!output || 'tool' in output.by) return undefined
  return output.by.nonce ? { ...output.by.tags, nonce: run.slice(-8) } : output.by.tags
}

/** A nonce cannot be part of a schema, which is made once; nor is it needed where the model can write nothing but the fields. */
function writingOf({ agent, model, modelId, ids }: AnswerOptions): Writing {
  const tags = sectionTags(agent, ids.run)
  if (!agent.output || !tags || tags.nonce !== undefined) return { tags }
  const fields = fieldsOf(agent.output, tags)
  return { tags, fields: model.holds(modelId, fields) ? fields : undefined }
}

function isOutput({ type }: NewEvent): boolean {
  return type === 'output'
}

function requestOf(
  { agent, modelId, settings, ids }: AnswerOptions,
  said: readonly ModelMessage[],
  tools: readonly Tool[],
  { tags, fields }: Writing,
): ModelRequest {
  const { system, deployment, maxTokens, ...others } = settings
  const { reasoning, output } = agent
  const messages = normalise(said)
  const systemWith = (aboutOutput: string | null): string =>
    [instructionsOf(agent, deployment), aboutOutput, system].filter(Boolean).join('\n\n')
  const free = systemWith(output && outputInstructions(output, tags))
  return {
    ...others,
    model: modelId,
    ...(output && tags && fields
      ? { system: systemWith(fieldInstructions(output, tags)), output: { ...fields, freeSystem: free } }
      : { system: free }),
    messages,
    tools: tools.length > 0 ? tools.map(modelTool) : goneTools(messages),
    // The limit covers what the model thinks too.
    maxTokens: maxTokens + (reasoning?.tokens ?? 0),
    ...(reasoning && mayThink(messages) && { reasoningTokens: reasoning.tokens }),
    cache: true,
    metadata: { run: ids.run, conversation: ids.conversation },
  }
}

function modelTool({ name, description, inputSchema, strict }: Tool): ModelTool {
  return { name, description, inputSchema, ...(strict && { strict }) }
}

/** Bedrock wants to know of tools wherever one was called, also when they are all gone. */
function goneTools(messages: readonly ModelMessage[]): ModelTool[] {
  const calls = messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool-use'))
  return calls.length > 0 ? [{ name: 'none', description: 'Cannot be used.', inputSchema: { type: 'object' } }] : []
}

/** A model that called a tool without thinking first must not begin to think when it gets the result. */
function mayThink(messages: readonly ModelMessage[]): boolean {
  const continues = messages.at(-1)?.content.some(({ type }) => type === 'tool-result')
  return !continues || messages.at(-2)?.content[0]?.type === 'reasoning'
}

/** Bedrock's count, or an estimate where the call was cut before it came; undefined where nothing was done. */
function usageOf(
  { usage, askedAt, begunAt, waiting, written }: Transcript,
  request: ModelRequest,
  { ids, modelId, price, signal }: AnswerOptions,
): EventOf<'usage'> | undefined {
  if (!usage && !begunAt && (waiting || !signal.aborted)) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage ?? {
    inputTokens: promptTokens(request),
    outputTokens: estimateTokens(written),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
  }
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
  return {
    type: 'usage',
    run: ids.run,
    model: modelId,
    ...tokens,
    microDollars: price && cost(tokens, price),
    priceDate: price?.date ?? null,
    estimated: !usage,
    ...(begunAt && { firstTokenMs: Math.max(0, begunAt.getTime() - askedAt.getTime()) }),
  }
}

interface Ending {
  readonly reason: RunEndReason
  readonly detail?: LimitDetail
  readonly error?: ErrorBody
  /** Why tools that the model had asked for were not run. */
  readonly notRun?: string
}

/** How the run ends after this model call; undefined when the model waits for tools. */
function endingOf(
  { stopReason, calls }: Transcript,
  failure: unknown,
  signal: AbortSignal,
  hasWords: boolean,
): Ending | undefined {
  // Once Bedrock has said why it stopped the answer is whole, whatever becomes of the connection.
  if (stopReason === undefined) {
    if (signal.aborted) return aborted(signal)
    return failed(failure === undefined ? new StreambedError('model-cut-short') : StreambedError.of(failure))
  }
  switch (stopReason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
      if (calls.length > 0) return signal.aborted ? aborted(signal) : undefined
      return hasWords ? { reason: 'done' } : modelFailed('It ended its answer without a word.')
    case 'max_tokens':
      return { ...limited('output-tokens'), notRun: 'Not run: the answer reached its token limit in the middle.' }
    case 'model_context_window_exceeded':
      return { ...limited('context'), notRun: "Not run: the answer reached the end of the model's context." }
    case 'guardrail_intervened':
      return { ...limited('guardrail'), notRun: 'Not run: a guardrail intervened.' }
    case 'content_filtered':
      return { ...limited('content-filter'), notRun: 'Not run: a content filter intervened.' }
    case 'malformed_model_output':
      return modelFailed('What it wrote could not be read.')
    case 'malformed_tool_use':
      return modelFailed('Its call of a tool could not be read.')
    default:
      return modelFailed(`It stopped for a reason that this version does not know: ${stopReason}.`)
  }
}

function aborted(signal: AbortSignal): Ending {
  if (signal.reason instanceof StreambedError) return failed(signal.reason)
  if (signal.reason !== 'interrupted') return { reason: 'stopped' }
  return { reason: 'interrupted', error: new StreambedError('interrupted').body }
}

function limited(detail: LimitDetail): Ending {
  return { reason: 'limited', detail }
}

/** P81. What cannot be counted is not asked for: then the run fails. */
function overBudget(error: StreambedError): Ending {
  if (error.code !== 'budget-spent') return failed(error)
  return { ...limited('budget'), error: error.body, notRun: 'Not run: a budget is spent.' }
}

function modelFailed(detail: string): Ending {
  return failed(new StreambedError('model-failed', detail))
}

function failed(error: StreambedError): Ending {
  return { reason: 'failed', error: error.body, notRun: 'Not run: the answer broke off.' }
}

function runEnd(run: RunId, { reason, detail, error }: Ending): NewEvent {
  return { type: 'run-end', run, reason, ...(detail && { detail }), ...(error && { error }) }
}

function notRun(run: RunId, call: CallId, name: string, error: string): NewEvent {
  return { type: 'tool-result', run, call, name, ok: false, error, durationMs: 0 }
}

const MAX_CITATIONS = 100

/** Each source once. */
function addCitation(citations: Citation[], citation: Citation): void {
  if (citations.length >= MAX_CITATIONS || citations.some(({ source }) => source === citation.source)) return
  citations.push(citation)
}

/** An input that could not be read was never used; the model is shown an empty one beside the error it got. */
function readableInput({ input }: { readonly input: string }): unknown {
  const parsed = parseInput(input)
  return 'value' in parsed ? parsed.value : {}
}
