import type { CallId, ConversationId, NewEvent, Owner, RunId } from '@streambed/protocol'
import { COMPONENTS } from '@streambed/protocol'
import * as z from 'zod'
import { type Account, noAccount } from './account.ts'
import { type ApprovalAnswer, approvalRequest, deniedWords, mustAsk } from './approval.ts'
import { noRecords, type RecordsPort } from './collection.ts'
import type { AgentFilters } from './filters/agent-filters.ts'
import { filterEvents } from './filters/whole.ts'
import { askBack, formRequest, type Lack, lackOf, type OpenForm, WrongInput } from './form.ts'
import { noTimers, type Timers } from './timer.ts'
import type { Tool, ToolContext } from './tool.ts'
import { errorWords, toolOutput } from './tool-output.ts'
import type { Citation, HeardCall } from './transcript.ts'

export interface CallOptions {
  readonly tools: readonly Tool[]
  readonly ids: { readonly run: RunId; readonly conversation: ConversationId; readonly owner: Owner }
  readonly signal: AbortSignal
  /** How often this run has asked for what; grows. */
  readonly repeats: Map<string, number>
  readonly records?: RecordsPort
  readonly timers?: Timers
  readonly account?: Account
  /** The form that each tool asks back with, by the tool's name; grows. */
  readonly forms: Map<string, OpenForm>
  now(): Date
  cite(citation: Citation): void
  /** The number of the run's next block. */
  nextBlock(): number
  /** What people have said to calls that were asked for before; null where they have not yet. */
  readonly answers?: ReadonlyMap<CallId, ApprovalAnswer | null> | undefined
  /** Resolves when all that was yielded is in the log, or never will be. */
  logged?(): Promise<void>
  /** Look at results before the model does. Default: none. */
  readonly filters?: AgentFilters | undefined
  /** Takes the result that the model is shown. */
  answered(call: CallId, result: CallResult): void
}

export interface CallResult {
  readonly ok: boolean
  /** Never blank. */
  readonly text: string
}

/** Calls of one step beyond these get an error. */
const MAX_CALLS = 32
/** The same call with the same input is run less often than this in one run. */
const MAX_REPEATS = 3
const MAX_PROGRESS = 1_000
const MAX_CITATIONS = 50
const MAX_COMPONENTS = 10

/**
 * Runs what the model asked for, all calls at once, and yields what happens while it happens. Every call gets one result: when
 * the signal aborts, those under way get theirs at once, and what their tools do later is nobody's business. A call that people must
 * allow first is asked for, and has its result another time.
 */
export async function* callTools(
  calls: readonly HeardCall[],
  options: CallOptions,
): AsyncGenerator<readonly NewEvent[]> {
  const said = new Said()
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])

  let running = calls.length
  calls.forEach(async (call, i) => {
    await callTool(call, { ...options, signal }, said, i < MAX_CALLS)
    running--
    said.wake()
  })
  try {
    while (running > 0 || said.any) {
      if (said.any) {
        yield said.take()
        said.passOn()
      } else await said.more()
    }
  } finally {
    over.abort()
  }
}

/** The input's JSON. Never guesses: a piece of JSON is an error, and so are two. No text at all is what models write for `{}`. */
export function parseInput(text: string): { readonly value: unknown } | { readonly error: string } {
  if (text.trim() === '') return { value: {} }
  try {
    const value: unknown = JSON.parse(text)
    return nestsTooDeep(value) ? { error: `nested deeper than ${MAX_DEPTH} levels` } : { value }
  } catch (thrown) {
    return { error: errorWords(thrown, 300) }
  }
}

/** What nests deeper could be parsed, and then not be written down again. */
const MAX_DEPTH = 100

/** Whether JSON nests deeper than a tool's input may. */
export function nestsTooDeep(value: unknown): boolean {
  return isDeeper(value, MAX_DEPTH)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

async function callTool(asked: HeardCall, options: CallOptions, said: Said, mayRun: boolean): Promise<void> {
  const { call, name } = asked
  const { ids, now } = options
  const startedAt = now().getTime()
  const ran = mayRun ? await outcomeOf(asked, options, said) : failed(TOO_MANY)
  if (ran === 'waits') return
  const outcome = options.filters ? await filtered(ran, call, options.filters, options, said) : ran
  said.endProgress(call)
  const result = outcome.ok ? { ok: true, output: outcome.output } : { ok: false, error: outcome.text }
  const durationMs = Math.max(0, now().getTime() - startedAt)
  said.say({ type: 'tool-result', run: ids.run, call, name, ...result, durationMs })
  options.answered(call, { ok: outcome.ok, text: outcome.text })
}

/** A result as filters leave it: changed it is a text, whatever it was before. */
async function filtered(ran: Ran, call: CallId, filters: AgentFilters, { ids }: CallOptions, said: Said): Promise<Ran> {
  try {
    const { text, refusal, notes } = await filters.whole('tool-result', ran.text)
    for (const event of filterEvents(ids.run, 'tool-result', notes, call)) said.say(event)
    if (refusal !== undefined) return failed(refusal)
    if (notes.length === 0) return ran
    return ran.ok ? { ok: true, output: text, text } : failed(text)
  } catch (thrown) {
    return failed(errorWords(thrown, 300))
  }
}

const TOO_MANY = `Not run: at most ${MAX_CALLS} tools run at once. Ask for fewer.`

/** `waits`: for people, who must allow it first. */
type Outcome = Ran | 'waits'

type Ran =
  | { readonly ok: true; readonly output: unknown; readonly text: string }
  | { readonly ok: false; readonly text: string }

/** Settles in bounded time, whatever the tool does. */
async function outcomeOf(asked: HeardCall, options: CallOptions, said: Said): Promise<Outcome> {
  const { call, name } = asked
  const answer = options.answers?.get(call)
  if (answer === null || (answer?.approved && options.signal.reason === 'interrupted')) return 'waits'
  if (answer?.approved === false) return failed(deniedWords(name, answer))
  if (options.signal.aborted) return failed(abortWords(options.signal))
  const tool = options.tools.find((known) => known.name === name)
  if (!tool) return failed(unknownTool(name, options.tools))

  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const seconds = (tool.timeoutMs / 1000).toLocaleString('en-US')
  const timeUp = new DOMException(`${name} took longer than ${seconds} s and was given up.`, 'TimeoutError')
  const timer = setTimeout(() => over.abort(timeUp), Math.min(tool.timeoutMs, MAX_TIMER))
  try {
    return await Promise.race([runTool(tool, asked, { ...options, signal }, said), aborted(signal)])
  } catch (thrown) {
    if (options.signal.aborted) return failed(abortWords(options.signal))
    return failed(errorWords(signal.aborted ? signal.reason : thrown, tool.maxOutput))
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

/** A longer timer would fire at once. */
const MAX_TIMER = 2 ** 31 - 1

async function runTool(
  tool: Tool,
  { call, name, input }: HeardCall,
  options: CallOptions,
  said: Said,
): Promise<Outcome> {
  const parsed = parseInput(input)
  if ('error' in parsed) {
    return failed(
      `${name} was not run, because its input is broken JSON (${parsed.error}). Call it again with all of it.`,
    )
  }
  const isAllowed = options.answers?.has(call) ?? false
  const repeats = isAllowed ? 0 : countRepeat(options.repeats, repeatKey(name, parsed.value))
  if (repeats >= MAX_REPEATS) {
    return failed(
      `${name} was not run: this is the same call with the same input for the ${ordinal(repeats)} time. ${GO_ON}`,
    )
  }
  const checked = await tool.input.safeParseAsync(parsed.value)
  if (!checked.success && tool.form) return ask(tool, await lackOf(tool, parsed.value, checked.error), options, said)
  if (!checked.success) {
    return failed(`${name} was not run, because its input does not fit:\n${z.prettifyError(checked.error)}`)
  }
  options.signal.throwIfAborted()
  const { run } = options.ids
  const reason = isAllowed ? false : mustAsk(tool, checked.data)
  if (reason !== false) {
    said.say(approvalRequest(tool, run, call, parsed.value, reason, options.now()))
    return 'waits'
  }
  said.say({ type: 'tool-call', run, call, name, input: parsed.value })
  if (isAllowed) {
    // P64: before it can have had an effect the log says that it runs, and it is never run again.
    await said.dealtWith()
    await options.logged?.()
    options.signal.throwIfAborted()
  }
  try {
    const output = await tool.run(checked.data as never, contextOf(call, options, said)) // the schema has just checked it
    const { value, text } = toolOutput(output, tool.maxOutput)
    endForm(tool, options, said)
    return { ok: true, output: value, text }
  } catch (thrown) {
    if (!tool.form || !(thrown instanceof WrongInput) || options.signal.aborted) throw thrown
    return ask(tool, await lackOf(tool, parsed.value, thrown), options, said)
  }
}

function ask(tool: Tool, lack: Lack, { ids, forms }: CallOptions, said: Said): Outcome {
  const request = formRequest(ids.run, tool, lack, forms.get(tool.name))
  forms.set(tool.name, { id: request.form, isOpen: true })
  said.say(request)
  return failed(askBack(tool, lack))
}

/** What a form asked for has been said in words. */
function endForm({ name }: Tool, { forms }: CallOptions, said: Said): void {
  const form = forms.get(name)
  forms.delete(name)
  if (form?.isOpen) said.say({ type: 'form-end', form: form.id, reason: 'answered' })
}

const GO_ON = 'Use the result you have, or try something else.'

function contextOf(
  call: CallId,
  { ids, signal, records = noRecords, timers = noTimers, account = noAccount, now, cite, nextBlock }: CallOptions,
  said: Said,
): ToolContext {
  let progress = 0
  let citations = 0
  let components = 0
  return {
    ...ids,
    call,
    signal,
    records,
    timers,
    account,
    now,
    progress(text) {
      if (signal.aborted || progress++ >= MAX_PROGRESS) return
      said.progress({ type: 'tool-progress', run: ids.run, call, text: clip(text, 1_000) })
    },
    show(component, props) {
      const checked = COMPONENTS[component].parse(props)
      if (signal.aborted || components++ >= MAX_COMPONENTS) return
      said.say({ type: 'component', run: ids.run, block: nextBlock(), call, component, props: checked })
    },
    cite({ title, source, text }) {
      if (signal.aborted || citations++ >= MAX_CITATIONS) return
      const citation = { title: clip(title, 300), source: clip(source, 2_000) }
      cite(text === undefined ? citation : { ...citation, text: clip(text, 2_000) })
    },
  }
}

/** What is waiting to be yielded. Of a call's progress only the newest waits. */
class Said {
  #events: NewEvent[] = []
  readonly #progress = new Map<CallId, NewEvent>()
  #more = Promise.withResolvers<void>()
  /** Of what was taken last, and of what will be taken next. */
  #taken = Promise.withResolvers<void>()
  #next = Promise.withResolvers<void>()

  get any(): boolean {
    return this.#events.length > 0 || this.#progress.size > 0
  }

  say(event: NewEvent): void {
    this.#events.push(event)
    this.wake()
  }

  progress(event: NewEvent & { readonly call: CallId }): void {
    this.#progress.set(event.call, event)
    this.wake()
  }

  /** A call's last progress goes before its result. */
  endProgress(call: CallId): void {
    const last = this.#progress.get(call)
    if (!last) return
    this.#progress.delete(call)
    this.#events.push(last)
  }

  take(): readonly NewEvent[] {
    this.#taken = this.#next
    this.#next = Promise.withResolvers()
    const events = [...this.#events, ...this.#progress.values()]
    this.#events = []
    this.#progress.clear()
    return events
  }

  /** What was taken last has been dealt with. */
  passOn(): void {
    this.#taken.resolve()
  }

  /** Resolves when what was just said has been taken and dealt with. */
  dealtWith(): Promise<void> {
    return this.#next.promise
  }

  wake(): void {
    this.#more.resolve()
  }

  async more(): Promise<void> {
    await this.#more.promise
    this.#more = Promise.withResolvers()
  }
}

/** Why a call has no result of its own: what the model and people are told. */
export function abortWords(signal: AbortSignal): string {
  return signal.reason === 'interrupted' ? 'The server went away.' : 'Stopped by the user.'
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function failed(text: string): Ran {
  return { ok: false, text }
}

function unknownTool(name: string, tools: readonly Tool[]): string {
  const names = tools.map((tool) => tool.name).join(', ')
  return `There is no tool named ${JSON.stringify(clip(name, 100))}. ${names ? `There are: ${names}.` : 'There are none.'}`
}

/** The same for calls that are the same. */
export function repeatKey(name: string, input: unknown): string {
  return `${name} ${JSON.stringify(input)}`
}

function countRepeat(repeats: Map<string, number>, key: string): number {
  const count = (repeats.get(key) ?? 0) + 1
  repeats.set(key, count)
  return count
}

function ordinal(n: number): string {
  return n === 3 ? '3rd' : `${n}th`
}

function clip(text: string, max: number): string {
  const whole = String(text)
  return (whole.length > max ? `${whole.slice(0, max - 1)}…` : whole).toWellFormed()
}
