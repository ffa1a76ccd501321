import type { EventOf, NewEvent } from '@streambed/protocol'
import type { ModelContent, ModelEvent, ModelRequest, TokenUsage } from '../model/model.ts'
import { cost } from '../model/price.ts'
import { estimateTokens } from '../model/tokens.ts'
import { type Ending, endingAfter, overBudget } from './ending.ts'
import { promptTokens } from './estimate.ts'
import { charactersOf, type Leave } from './meter.ts'
import { requestOf } from './request.ts'
import type { Run } from './run.ts'
import { readableInput } from './tool-input.ts'
import { type HeardCall, Transcript } from './transcript.ts'
import { usageEvent } from './usage.ts'

/** One call of the model: what is asked, what it writes, how far it may go, what it has cost. */
export class ModelCall {
  /** Why the stream broke off, where it did. */
  failure: unknown
  readonly #run: Run
  readonly #leave: Leave | undefined
  /** Ends a call whose leave has an end. */
  readonly #spent: AbortController | undefined
  readonly #transcript: Transcript
  readonly #maxTokens: number
  #request: ModelRequest | undefined

  constructor(run: Run, request: ModelRequest, leave: Leave | undefined) {
    const { agent, now } = run.options
    this.#run = run
    this.#request = request
    this.#maxTokens = request.maxTokens
    this.#leave = leave
    this.#spent = leave && new AbortController()
    this.#transcript = new Transcript(run.numbering, {
      showReasoning: agent.reasoning?.show ?? false,
      hearing: run.hearing ?? undefined,
      now,
    })
  }

  /** Asks. Lets go of the request, which may be long, while its answer may take minutes. */
  stream(): AsyncIterable<readonly ModelEvent[]> {
    const { model, signal } = this.#run.options
    const request = this.#request!
    this.#request = undefined
    return model.stream(request, this.#spent ? AbortSignal.any([signal, this.#spent.signal]) : signal)
  }

  /** The run's events for a batch of the model's, behind those that were due. */
  hear(batch: readonly ModelEvent[]): NewEvent[] {
    const events = this.#transcript.take(batch, this.#run.due)
    this.#run.due = []
    return events
  }

  /** Whether the call is not heard on after this batch: the run was aborted, or the call has spent all that it may. */
  isCut(batch: readonly ModelEvent[]): boolean {
    if (this.#run.options.signal.aborted) return true
    const error = this.#leave?.cut(charactersOf(batch), this.#transcript)
    if (!error || this.#transcript.stopReason !== undefined) return false
    this.#spent!.abort(error) // P82: what has come is said, and the call is ended
    return true
  }

  /** Nothing more comes: closes what is open, and counts what the call has cost. */
  close(): void {
    const run = this.#run
    const usage = this.#usage() // before a wait is closed, in which nobody answers
    this.#transcript.close(run.due)
    if (usage) run.due.push(usage)
    run.microDollars += usage?.microDollars ?? 0
    run.hasWords ||= this.#transcript.hasWords
  }

  /** The calls of tools that the model has asked for, in its order. */
  get calls(): readonly HeardCall[] {
    return this.#transcript.calls
  }

  /** The answer as the next call must be shown it. */
  get content(): ModelContent[] {
    return this.#transcript.content(({ input }) => readableInput(input))
  }

  /** How the run ends by this answer; undefined when it asks for tools. */
  get ending(): Ending | undefined {
    if (this.#spent?.signal.aborted) return overBudget(this.#spent.signal.reason)
    return endingAfter(this.#transcript, this.failure, this.#run)
  }

  /** Undefined where nothing was done. */
  #usage(): EventOf<'usage'> | undefined {
    const { usage, askedAt, begunAt, waiting } = this.#transcript
    const { options } = this.#run
    if (!usage && !begunAt && (waiting || !options.signal.aborted)) return undefined
    const tokens = usage ?? this.#estimate()
    return {
      ...usageEvent(options, tokens, !usage),
      ...(!usage && options.signal.reason === 'stopped' && { unspent: this.#unspent(tokens) }),
      ...(begunAt && { firstTokenMs: Math.max(0, begunAt.getTime() - askedAt.getTime()) }),
    }
  }

  #unspent({ outputTokens }: TokenUsage): NonNullable<EventOf<'usage'>['unspent']> {
    const { price } = this.#run.options
    const left = Math.max(0, this.#maxTokens - outputTokens)
    const tokens = { inputTokens: 0, outputTokens: left, cacheReadTokens: 0, cacheWriteTokens: 0 }
    return { outputTokens: left, microDollars: price && cost(tokens, price) }
  }

  /** For a call that was cut before Bedrock had counted. What was asked is put together anew: nothing was said since. */
  #estimate(): TokenUsage {
    return {
      inputTokens: promptTokens(requestOf(this.#run)),
      outputTokens: estimateTokens(this.#transcript.written),
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    }
  }
}
