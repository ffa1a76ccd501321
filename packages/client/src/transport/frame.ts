import type { ErrorBody, LoggedEvent } from '@streambed/protocol'
import type { Frame } from './transport.ts'

/** A server's frame; undefined for what is none, or of a kind that this version does not know. */
export function readFrame(text: string): Frame | undefined {
  const frame = readObject(text)
  if (!frame) return undefined
  if (isEvent(frame) && typeof frame['conversation'] === 'string') {
    const { conversation, ...event } = frame
    return { type: 'event', conversation, event } as unknown as Frame // as the server's schema has it
  }
  switch (frame['type']) {
    case 'error':
      return isErrorBody(frame['error']) ? (frame as unknown as Frame) : undefined
    case 'goaway': {
      const after = frame['reconnectAfterMs']
      return { type: 'goaway', reconnectAfterMs: typeof after === 'number' && after >= 0 ? after : 0 }
    }
    case 'ack':
    case 'changed':
    case 'erased':
    case 'pong':
      return frame as unknown as Frame
    default:
      return undefined
  }
}

/** An event as the log's JSON has it; undefined for what is none. */
export function readEvent(text: string): LoggedEvent | undefined {
  const event = readObject(text)
  return event && isEvent(event) ? (event as unknown as LoggedEvent) : undefined
}

function isEvent(frame: Record<string, unknown>): boolean {
  return typeof frame['type'] === 'string' && Number.isSafeInteger(frame['seq'])
}

function isErrorBody(error: unknown): error is ErrorBody {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // not ours: some proxy's
  }
}
