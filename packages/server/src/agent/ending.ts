import type { ErrorBody, LimitDetail, NewEvent, RunEndReason, RunId } from '@streambed/protocol'
import { StreambedError } from '@streambed/protocol'
import type { Run } from './run.ts'
import type { HeardCall, Transcript } from './transcript.ts'

/** How a run ends, and why. */
export interface Ending {
  readonly reason: RunEndReason
  readonly detail?: LimitDetail
  readonly error?: ErrorBody
  /** Why tools that the model had asked for were not run. */
  readonly notRun?: string
}

/** How the run ends before its next step; undefined where it may take it. */
export function endingBefore({ options, step, microDollars }: Run): Ending | undefined {
  const { agent, signal } = options
  if (signal.aborted) return aborted(signal)
  if (step >= agent.limits.steps) return limited('steps')
  return microDollars >= agent.limits.microDollars ? limited('cost') : undefined
}

/** How the run ends after this model call; undefined when the model waits for tools. */
export function endingAfter(
  { stopReason, calls }: Transcript,
  failure: unknown,
  { options: { signal }, hasWords, unfit }: Run,
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
      return hasWords || unfit !== null ? { reason: 'done' } : modelFailed('It ended its answer without a word.')
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

/**
 * How the run ends by a call that is only to mend its output, or by the want of one: what was said before stays good, whatever breaks
 * off the mending. What a guardrail or a filter says of it counts.
 */
export function endingOfMending({ mending, hasWords, options }: Run, ending: Ending): Ending {
  if (mending !== 'under way' || !hasWords || options.signal.aborted) return ending
  const { reason, detail } = ending
  if (reason === 'limited' && (detail === 'guardrail' || detail === 'content-filter')) return ending
  return reason === 'failed' || reason === 'limited' ? notMended : ending
}

/** The model was asked once to mend its output, and has not. */
export const notMended: Ending = {
  reason: 'done',
  notRun: 'Not run: its input does not fit, and the model has tried twice.',
}

/** How the run ends where a budget does not allow its next call, or no more of this one. */
export function endingRefused(error: StreambedError, { options: { signal } }: Run): Ending {
  return signal.aborted ? aborted(signal) : overBudget(error)
}

/** P81. What cannot be counted is not asked for: then the run fails. */
export function overBudget(error: StreambedError): Ending {
  if (error.code !== 'budget-spent') return failed(error)
  return { ...limited('budget'), error: error.body, notRun: 'Not run: a budget is spent.' }
}

export function runEnd(run: RunId, { reason, detail, error }: Ending): NewEvent {
  return { type: 'run-end', run, reason, ...(detail && { detail }), ...(error && { error }) }
}

/** The result of a call that the run has not come to. */
export function notRun(run: RunId, { call, name }: HeardCall, error: string): NewEvent {
  return { type: 'tool-result', run, call, name, ok: false, error, durationMs: 0 }
}

/** Why a call has no result of its own: what the model and people are told. */
export function abortWords(signal: AbortSignal): string {
  return signal.reason === 'interrupted' ? 'The server went away.' : 'Stopped by the user.'
}

function aborted(signal: AbortSignal): Ending {
  if (signal.reason instanceof StreambedError) return failed(signal.reason)
  if (signal.reason !== 'interrupted') return { reason: 'stopped' }
  return { reason: 'interrupted', error: new StreambedError('interrupted').body }
}

function limited(detail: LimitDetail): Ending {
  return { reason: 'limited', detail }
}

function modelFailed(detail: string): Ending {
  return failed(new StreambedError('model-failed', detail))
}

function failed(error: StreambedError): Ending {
  return { reason: 'failed', error: error.body, notRun: 'Not run: the answer broke off.' }
}
