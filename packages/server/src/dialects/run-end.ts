import { type ErrorBody, type EventOf, StreambedError } from '@streambed/protocol'

export type RunEnd = EventOf<'run-end'>

/** What went wrong, for clients that know only "whole" and "failed"; nothing for an answer that is done, stopped or cut by a limit. */
export function troubleOf({ reason, error }: RunEnd): ErrorBody | undefined {
  switch (reason) {
    case 'done':
    case 'stopped':
    case 'limited':
      return undefined
    case 'failed':
      return error ?? new StreambedError('internal').body
    case 'interrupted':
      return error ?? new StreambedError('interrupted').body
  }
}
