import type { NewEvent } from '@streambed/protocol'
import type { AnswerOptions } from './answer-options.ts'
import { begin } from './begin.ts'
import {
  abortWords,
  type Ending,
  endingBefore,
  endingOfMending,
  endingRefused,
  notMended,
  notRun,
  runEnd,
} from './ending.ts'
import { budgetRequest, leaveFor } from './meter.ts'
import { ModelCall } from './model-call.ts'
import { repairRequest } from './output/output.ts'
import { requestOf } from './request.ts'
import { newRun, park, type Run, remember, withDue } from './run.ts'
import { runCalls } from './run-calls.ts'

export type { AnswerOptions } from './answer-options.ts'

/**
 * Answers one message: asks the model, runs the tools it asks for, asks again, until the answer is done. Yields the run's events
 * after `run-start`, in batches to be appended whole and in order. The last is the run's one `run-end`, whatever happens; before
 * it everything that was opened is closed, and every tool call has its result. Or the last is `run-park`: people must answer first,
 * then it goes on by `resume`. Never throws.
 */
export async function* answer(options: AnswerOptions): AsyncGenerator<readonly NewEvent[]> {
  const run = newRun(options)
  if (!(yield* begin(run))) return
  for (;;) {
    const call = yield* beginStep(run)
    if (!call) return
    // The way of every token: from the model to the log's writer it passes this generator and no other.
    try {
      for await (const batch of call.stream()) {
        const events = call.hear(batch)
        if (run.hearing) events.push(...(await run.hearing.changes()))
        const isCut = call.isCut(batch)
        if (isCut || canWait(events)) run.due = events
        else yield events
        if (isCut) break
      }
    } catch (thrown) {
      call.failure = thrown
    }
    if (options.signal.reason === 'fenced') return

    const next = await settle(run, call)
    if (next === 'tools') {
      const results = yield* runCalls(run, call.calls)
      if (!results) return
      remember(run, call.content, call.calls, results)
    } else if (next === 'mend') {
      askToMend(run, call)
    } else {
      yield lastEvents(run, call, next)
      return
    }
    run.due.push({ type: 'step-end', run: run.id, step: run.step })
  }
}

/** Begins a step, up to the call that it makes. Returns nothing where the run ends first, or waits for people. */
async function* beginStep(run: Run): AsyncGenerator<readonly NewEvent[], ModelCall | undefined> {
  const { id, options } = run
  const { signal } = options
  const stop = endingBefore(run)
  if (stop) {
    if (signal.reason !== 'fenced') yield withDue(run, ...giveUp(run), runEnd(id, endingOfMending(run, stop)))
    return undefined
  }
  const request = requestOf(run)
  const leave = await leaveFor(options, request)
  if (leave?.question && !signal.aborted) {
    yield withDue(run, budgetRequest(id, leave.question, options.now()), park(run))
    return undefined
  }
  const step = ++run.step
  yield withDue(run, { type: 'step-start', run: id, step })
  await options.logged?.() // before the call: it may cost something even if this server dies now
  if (leave?.refusal) {
    const ending = endingRefused(leave.refusal, run)
    const closing = [...giveUp(run), { type: 'step-end', run: id, step } as const]
    if (signal.reason !== 'fenced') yield [...closing, runEnd(id, endingOfMending(run, ending))]
    return undefined
  }
  return new ModelCall(run, request, leave)
}

/** A block's end says nothing that could not wait for what comes next. */
function canWait(events: readonly NewEvent[]): boolean {
  return events.length === 0 || (events.length === 1 && events[0]!.type === 'text-end')
}

/** What comes after a model call: an answer without tools is the last, unless its output wants mending. */
async function settle(run: Run, call: ModelCall): Promise<'tools' | 'mend' | Ending> {
  call.close()
  const isUnfit = await settleOutput(run, call)
  const { mending } = run
  const ending = call.ending && endingOfMending(run, call.ending)
  if (mending === 'under way') run.mending = 'over'
  if (ending) return ending.reason === 'done' && run.unfit !== null && mending === 'not yet' ? 'mend' : ending
  if (!isUnfit || run.writing.tags) return 'tools'
  // An output tool's result says what is wrong with its input: that is the one time that the model is asked.
  if (mending !== 'not yet') return notMended
  run.mending = call.calls.length === 1 ? 'under way' : 'over'
  return 'tools'
}

/** Settles what the call wrote of the output. Returns whether it does not fit. */
async function settleOutput(run: Run, call: ModelCall): Promise<boolean> {
  if (!run.hearing) return false
  const { events, unfit } = await run.hearing.settle()
  const hasOutput = events.some(({ type }) => type === 'output')
  run.due.push(...events)
  run.hasWords ||= hasOutput
  if (unfit !== undefined) run.unfit = unfit
  if (typeof unfit !== 'string') return false
  if (call.ending?.detail === 'output-tokens') run.unfit = 'it is too long: the answer reached its token limit first.'
  return true
}

function askToMend(run: Run, call: ModelCall): void {
  run.mending = 'under way'
  run.hearing!.mute()
  const request = repairRequest(run.options.agent.output!, run.writing, run.unfit!)
  run.said.push(
    { role: 'assistant', content: call.content },
    { role: 'user', content: [{ type: 'text', text: request }] },
  )
}

function lastEvents(run: Run, call: ModelCall, ending: Ending): readonly NewEvent[] {
  const { id, step } = run
  const error = ending.notRun ?? abortWords(run.options.signal)
  return withDue(
    run,
    ...giveUp(run),
    ...call.calls.map((asked) => notRun(id, asked, error)),
    { type: 'step-end', run: id, step },
    runEnd(id, ending),
  )
}

/** What was written and never fitted is taken back. */
function giveUp({ hearing, unfit }: Run): readonly NewEvent[] {
  return hearing && unfit !== null ? hearing.giveUp(unfit) : []
}
