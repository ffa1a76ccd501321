import { ERRORS, StreambedError } from '@streambed/protocol'
import { type DestinationStream, type Logger, pino } from 'pino'
import { redacted } from './redact.ts'
import { terminal } from './terminal.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * The server's log: a line of JSON for each thing worth telling, or before a terminal a line for people. It names requests, runs and conversations by their ids and holds
 * nothing of what people or models say: of an error it tells what kind it is and where it was thrown, and its words only where they
 * cannot be somebody's.
 */
export function openLog(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    { level, base: null, serializers: { err: shownError } },
    destination ?? (process.stdout.isTTY ? terminal() : pino.destination(1)),
  )
}

/** How deep causes are told. */
const MAX_CAUSES = 3

function shownError(thrown: unknown, depth = 0): object {
  if (!(thrown instanceof Error)) return { type: typeof thrown }
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  const cause = thrown.cause !== undefined && depth < MAX_CAUSES ? { cause: shownError(thrown.cause, depth + 1) } : {}
  return { type: thrown.name, ...code, message: messageOf(thrown), stack: framesOf(thrown), ...cause }
}

/** Parsers quote what they could not read. */
const QUOTING = new Set(['SyntaxError', 'ZodError', '$ZodError', 'ValidationException'])
const MAX_MESSAGE = 300
/** So much of it is read at all, so that a secret at the end of what is told is still seen whole. */
const MAX_READ = 8_000

function messageOf(error: Error): string {
  if (QUOTING.has(error.name)) return '(what it quotes is not shown)'
  // The detail of one of ours may name what a user has written; its own text does not.
  const text = error instanceof StreambedError ? ERRORS[error.code].text : error.message
  return redacted(text.slice(0, MAX_READ)).slice(0, MAX_MESSAGE)
}

/** Where it was thrown, without the message that a stack begins with. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
    .join('\n')
}
