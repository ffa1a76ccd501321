import { type ErrorBody, type EventOf, type LoggedEvent, StreambedError } from '@streambed/protocol'

export type RunEnd = EventOf<'run-end'>

/**
 * What a client is told whose dialect cannot ask for approvals, when the last of the events is that the run waits for one. Where one
 * was given at once, the run has gone on and there are others after it.
 */
export function waitOf(events: readonly LoggedEvent[]): StreambedError | undefined {
  return events.at(-1)?.type === 'run-park' ? new StreambedError('approval-needed') : undefined
}

/**
 * What went wrong, for clients that know only "whole" and "failed"; nothing for an answer that is done or stopped. One that a
 * limit has cut says so where there is more to say, such as when a budget renews.
 */
export function troubleOf({ reason, error }: RunEnd): ErrorBody | undefined {
  switch (reason) {
    case 'done':
    case 'stopped':
      return undefined
    case 'limited':
      return error
    case 'failed':
      return error ?? new StreambedError('internal').body
    case 'interrupted':
      return error ?? new StreambedError('interrupted').body
  }
}

/** What a client is told of a document that never fitted. */
export function outputInvalid({ error }: EventOf<'output'>): StreambedError {
  return new StreambedError('output-invalid', error && `What was wrong: ${error}`)
}
