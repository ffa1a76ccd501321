import { type NewEvent, StreambedError } from '@streambed/protocol'
import { messagesSoFar } from './context.ts'
import { overBudget, runEnd } from './ending.ts'
import { type FilledForm, formCall } from './form.ts'
import { type Resumption, refusedMore, waitingCalls, withResults } from './resume.ts'
import { type Run, remember, tell, withDue } from './run.ts'
import { runCalls } from './run-calls.ts'
import { sumUp } from './summary.ts'
import type { HeardCall } from './transcript.ts'

/** What comes before the model is asked. Returns whether the run goes on. */
export async function* begin(run: Run): AsyncGenerator<readonly NewEvent[], boolean> {
  const { history, resume, overflow, filled } = run.options
  if (resume) return yield* goOn(run, resume)
  const summed = overflow && (yield* sumUp(run.options, overflow))
  tell(run, summed?.said ?? history)
  run.microDollars += summed?.microDollars ?? 0
  return filled ? yield* submit(run, filled) : true
}

/** Takes the run up again where it was parked or cut: with the calls that people have answered. */
async function* goOn(run: Run, { answer, sealed }: Resumption): AsyncGenerator<readonly NewEvent[], boolean> {
  if (refusedMore(answer)) {
    yield withDue(run, runEnd(run.id, overBudget(new StreambedError('budget-spent', 'Nobody allowed more.'))))
    return false
  }
  const { calls, answers } = waitingCalls(answer)
  const results = yield* runCalls(run, calls, answers)
  if (!results) return false
  const { history, modelId } = run.options
  tell(run, [...history, ...messagesSoFar(withResults(answer, results), modelId, sealed)])
  if (calls.length > 0) run.due.push({ type: 'step-end', run: run.id, step: run.step })
  return true
}

/** Runs the tool of a form that was filled in, as if the model had called it with these values. */
async function* submit(run: Run, { form, tool, values }: FilledForm): AsyncGenerator<readonly NewEvent[], boolean> {
  const { numbering } = run
  const call = formCall(form)
  const block = ++numbering.blocks
  numbering.calls.add(call)
  const heard: HeardCall = { type: 'tool', block, call, name: tool, input: JSON.stringify(values) }
  run.due.push({ type: 'tool-start', run: run.id, block, call, name: tool })
  const results = yield* runCalls(run, [heard])
  if (results) remember(run, [{ type: 'tool-use', call, name: tool, input: values }], [heard], results)
  return results !== undefined
}
