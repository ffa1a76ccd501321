import type { CallId, NewEvent } from '@streambed/protocol'
import { deniedWords } from './approval.ts'
import { abortWords } from './ending.ts'
import type { AgentFilters } from './filters/agent-filters.ts'
import { filterEvents } from './filters/whole.ts'
import type { Run } from './run.ts'
import { failed, type Outcome, type Ran, type Round, runTool } from './run-tool.ts'
import { Said } from './said.ts'
import type { Tool } from './tool.ts'
import { clip } from './tool-context.ts'
import { errorWords } from './tool-output.ts'
import type { HeardCall } from './transcript.ts'

/** What the model is shown of a call. */
export interface CallResult {
  readonly ok: boolean
  /** Never blank. */
  readonly text: string
}

export type CallResults = ReadonlyMap<CallId, CallResult>

/** Calls of one step beyond these get an error. */
const MAX_CALLS = 32

/**
 * Runs what the model asked for, all calls at once, and yields what happens while it happens. Every call gets one result: when
 * the run's signal aborts, those under way get theirs at once, and what their tools do later is nobody's business. A call that people
 * must allow first is asked for, and has its result another time: `answers` are what they have said to those that were.
 */
export async function* callTools(
  run: Run,
  calls: readonly HeardCall[],
  answers: Round['answers'],
  results: Map<CallId, CallResult>,
): AsyncGenerator<readonly NewEvent[]> {
  const said = new Said()
  const over = new AbortController()
  const round = { run, said, answers, signal: AbortSignal.any([run.options.signal, over.signal]) }

  let running = calls.length
  calls.forEach(async (call, i) => {
    const result = await callTool(call, round, i < MAX_CALLS)
    if (result) results.set(call.call, result)
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

/** Undefined while the call waits for people. */
async function callTool(asked: HeardCall, round: Round, mayRun: boolean): Promise<CallResult | undefined> {
  const { call, name } = asked
  const { run, said } = round
  const { filters, now } = run.options
  const startedAt = now().getTime()
  const ran = mayRun ? await outcomeOf(asked, round) : failed(TOO_MANY)
  if (ran === 'waits') return undefined
  const outcome = filters ? await filtered(ran, call, filters, round) : ran
  said.endProgress(call)
  const result = outcome.ok ? { ok: true, output: outcome.output } : { ok: false, error: outcome.text }
  const durationMs = Math.max(0, now().getTime() - startedAt)
  said.say({ type: 'tool-result', run: run.id, call, name, ...result, durationMs })
  return { ok: outcome.ok, text: outcome.text }
}

const TOO_MANY = `Not run: at most ${MAX_CALLS} tools run at once. Ask for fewer.`

/** Settles in bounded time, whatever the tool does. */
async function outcomeOf(asked: HeardCall, round: Round): Promise<Outcome> {
  const { call, name } = asked
  const { tools } = round.run
  const answer = round.answers?.get(call)
  if (answer === null || (answer?.approved && round.signal.reason === 'interrupted')) return 'waits'
  if (answer?.approved === false) return failed(deniedWords(name, answer))
  if (round.signal.aborted) return failed(abortWords(round.signal))
  const tool = tools.find((known) => known.name === name)
  if (!tool) return failed(unknownTool(name, tools))

  const over = new AbortController()
  const signal = AbortSignal.any([round.signal, over.signal])
  const seconds = (tool.timeoutMs / 1000).toLocaleString('en-US')
  const timeUp = new DOMException(`${name} took longer than ${seconds} s and was given up.`, 'TimeoutError')
  const timer = setTimeout(() => over.abort(timeUp), Math.min(tool.timeoutMs, MAX_TIMER))
  try {
    return await Promise.race([runTool(tool, asked, round, signal), aborted(signal)])
  } catch (thrown) {
    if (round.signal.aborted) return failed(abortWords(round.signal))
    return failed(errorWords(signal.aborted ? signal.reason : thrown, tool.maxOutput))
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

/** A longer timer would fire at once. */
const MAX_TIMER = 2 ** 31 - 1

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function unknownTool(name: string, tools: readonly Tool[]): string {
  const names = tools.map((tool) => tool.name).join(', ')
  return `There is no tool named ${JSON.stringify(clip(name, 100))}. ${names ? `There are: ${names}.` : 'There are none.'}`
}

/** A result as filters leave it: changed it is a text, whatever it was before. */
async function filtered(ran: Ran, call: CallId, filters: AgentFilters, { run, said }: Round): Promise<Ran> {
  try {
    const { text, refusal, notes } = await filters.whole('tool-result', ran.text)
    for (const event of filterEvents(run.id, 'tool-result', notes, call)) said.say(event)
    if (refusal !== undefined) return failed(refusal)
    if (notes.length === 0) return ran
    return ran.ok ? { ok: true, output: text, text } : failed(text)
  } catch (thrown) {
    return failed(errorWords(thrown, 300))
  }
}
