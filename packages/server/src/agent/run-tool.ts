import type { CallId } from '@streambed/protocol'
import * as z from 'zod'
import { type ApprovalAnswer, approvalRequest, mustAsk } from './approval.ts'
import { askBack, checkInput, formRequest, type Lack, lackOf, WrongInput } from './form.ts'
import type { Run } from './run.ts'
import type { Said } from './said.ts'
import type { Tool } from './tool.ts'
import { contextOf } from './tool-context.ts'
import { countRepeat, parseInput, repeatKey } from './tool-input.ts'
import { toolOutput } from './tool-output.ts'
import type { HeardCall } from './transcript.ts'

/** What the calls of one step share. */
export interface Round {
  readonly run: Run
  readonly said: Said
  /** What people have said to calls that were asked for before; null where they have not yet. */
  readonly answers: ReadonlyMap<CallId, ApprovalAnswer | null> | undefined
  /** Aborts when the run does, and when nobody waits for the calls any more. */
  readonly signal: AbortSignal
}

/** What became of a call. `waits`: for people, who must allow it first. */
export type Outcome = Ran | 'waits'

export type Ran =
  | { readonly ok: true; readonly output: unknown; readonly text: string }
  | { readonly ok: false; readonly text: string }

/** The same call with the same input is run less often than this in one run. */
const MAX_REPEATS = 3

/** Runs a tool with what the model wrote for its input, if it may be run so. Throws what the tool throws. */
export async function runTool(tool: Tool, asked: HeardCall, round: Round, signal: AbortSignal): Promise<Outcome> {
  const { call, name } = asked
  const { run, said } = round
  const parsed = parseInput(asked.input)
  if ('error' in parsed) return failed(brokenInput(name, parsed.error))
  const input = parsed.value
  const isAllowed = round.answers?.has(call) ?? false
  const repeats = isAllowed ? 0 : countRepeat(run.repeats, repeatKey(name, input))
  if (repeats >= MAX_REPEATS) return failed(repeated(name, repeats))
  const checked = await checkInput(tool, input)
  if (!checked.success && tool.form) return ask(tool, await lackOf(tool, input, checked.error), round)
  if (!checked.success) return failed(unfitInput(name, checked.error))
  signal.throwIfAborted()
  const reason = isAllowed ? false : mustAsk(tool, checked.data)
  if (reason !== false) {
    said.say(approvalRequest(tool, run.id, call, input, reason, run.options.now()))
    return 'waits'
  }
  said.say({ type: 'tool-call', run: run.id, call, name, input })
  if (isAllowed) {
    // P64: before it can have had an effect the log says that it runs, and it is never run again.
    await said.dealtWith()
    await run.options.logged?.()
    signal.throwIfAborted()
  }
  try {
    const output = await tool.run(checked.data as never, contextOf(call, run, said, signal)) // the schema has just checked it
    const { value, text } = toolOutput(output, tool.maxOutput)
    endForm(tool, round)
    return { ok: true, output: value, text }
  } catch (thrown) {
    if (!tool.form || !(thrown instanceof WrongInput) || signal.aborted) throw thrown
    return ask(tool, await lackOf(tool, input, thrown), round)
  }
}

function brokenInput(name: string, error: string): string {
  return `${name} was not run, because its input is broken JSON (${error}). Call it again with all of it.`
}

function repeated(name: string, times: number): string {
  const nth = times === 3 ? '3rd' : `${times}th`
  return `${name} was not run: this is the same call with the same input for the ${nth} time. ${GO_ON}`
}

const GO_ON = 'Use the result you have, or try something else.'

function unfitInput(name: string, error: z.ZodError): string {
  return `${name} was not run, because its input does not fit:\n${z.prettifyError(error)}`
}

export function failed(text: string): Ran {
  return { ok: false, text }
}

function ask(tool: Tool, lack: Lack, { run, said }: Round): Outcome {
  const request = formRequest(run.id, tool, lack, run.forms.get(tool.name))
  run.forms.set(tool.name, { id: request.form, isOpen: true })
  said.say(request)
  return failed(askBack(tool, lack))
}

/** What a form asked for has been said in words. */
function endForm({ name }: Tool, { run, said }: Round): void {
  const form = run.forms.get(name)
  run.forms.delete(name)
  if (form?.isOpen) said.say({ type: 'form-end', form: form.id, reason: 'answered' })
}
