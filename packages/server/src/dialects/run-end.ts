import { type ErrorBody, type EventOf, StreambedError } from '@streambed/protocol'

export type RunEnd = EventOf<'run-end'>

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
