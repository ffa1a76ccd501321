import { type ErrorBody, StreambedError } from '@streambed/protocol'
import { turnstile } from '../runs/turnstile.ts'
import type { Connection } from './connection.ts'
import type { Door } from './door.ts'

/** How a dialect answers whose frames carry no ids. */
export interface OneByOne {
  /** Answers once all that came before is answered. What it throws is told in its place, as a refusal. */
  answer(deed: () => Promise<void>): Promise<void>
  /** Says in its turn that a request failed. */
  refuse(error: ErrorBody): Promise<void>
}

/**
 * Lets what comes over a socket whose frames carry no ids pass one after the other, each to its end, failures too: a frame always
 * belongs to what is under way. What still waits when the socket closes is dropped.
 */
export function oneByOne(
  { signal, write, close }: Connection,
  { engine }: Door,
  frameOf: (error: ErrorBody) => string,
): OneByOne {
  const inTurn = turnstile()
  return { answer, refuse: (error) => answer(async () => write(frameOf(error))) }

  async function answer(deed: () => Promise<void>): Promise<void> {
    await inTurn('answer', async () => {
      try {
        if (!signal.aborted) await deed()
      } catch (error) {
        if (!signal.aborted) fail(error)
      }
    })
  }

  function fail(error: unknown): void {
    const failure = StreambedError.of(error)
    if (failure.code === 'internal') engine.log.error({ err: error }, 'a frame could not be answered')
    if (failure.code === 'too-slow') close(failure)
    else write(frameOf(failure.body))
  }
}
