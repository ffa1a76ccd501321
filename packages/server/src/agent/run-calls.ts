import type { CallId, NewEvent } from '@streambed/protocol'
import { type CallResult, type CallResults, callTools } from './calls.ts'
import { abortWords, notRun } from './ending.ts'
import { park, type Run, withDue } from './run.ts'
import type { Round } from './run-tool.ts'
import type { HeardCall } from './transcript.ts'

/**
 * Runs the calls of one step. Returns each call's result, or nothing when the run is over for now: it is parked, because people must
 * answer first, or it is somebody else's.
 */
export async function* runCalls(
  run: Run,
  calls: readonly HeardCall[],
  answers?: Round['answers'],
): AsyncGenerator<readonly NewEvent[], CallResults | undefined> {
  const { signal } = run.options
  const results = new Map<CallId, CallResult>()
  for await (const events of callTools(run, calls, answers, results)) {
    if (signal.reason === 'fenced') return undefined
    yield withDue(run, ...events)
  }

  const waiting = calls.filter(({ call }) => !results.has(call))
  if (waiting.length > 0 && (!signal.aborted || signal.reason === 'interrupted')) {
    yield withDue(run, park(run))
    return undefined
  }
  const error = abortWords(signal)
  run.due.push(...waiting.map((call) => notRun(run.id, call, error)))
  for (const { call } of waiting) results.set(call, { ok: false, text: error })
  return results
}
