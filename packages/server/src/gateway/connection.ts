import { type ErrorBody, type Owner, StreambedError } from '@streambed/protocol'
import { checkNesting } from './nesting.ts'
import type { Outbox } from './outbox.ts'

/** One WebSocket, and who is on its other end. */
export interface Connection extends Outbox {
  readonly owner: Owner
  /** Aborts when the socket is closed, or is about to be. */
  readonly signal: AbortSignal
  /** Says why and hears nothing more, whether or not the other side closes, too. */
  close(failure: StreambedError): void
}

/** What one dialect does on a socket. */
export interface Talk {
  /** Whether a request only reads: the rest is not for viewers. Without it all requests write. */
  reads?(frame: unknown): boolean
  /** Carries out one request. What it throws is told by `refuse`. */
  receive(frame: unknown): Promise<void>
  /** Says that a request failed; `frame` is what there is of it. */
  refuse(error: ErrorBody, frame: unknown): void
  /** Says that the server is about to go, where the dialect has a word for it. */
  farewell?(reconnectAfterMs: number): void
}

/** What a frame says under `name`, if that is a text: for answers to frames that could not be read. */
export function fieldOf(frame: unknown, name: string): string | undefined {
  if (typeof frame !== 'object' || frame === null) return undefined
  const value = (frame as Record<string, unknown>)[name]
  return typeof value === 'string' && value.length <= 128 ? value : undefined
}

/** One frame's JSON. */
export function parseFrame(text: string): unknown {
  checkNesting(text)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StreambedError('bad-request', 'It is not valid JSON.', { cause })
  }
}
