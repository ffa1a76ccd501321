import type { DestinationStream } from 'pino'

/** Writes the log for somebody who sits before it: a short line for each thing, without what only a search needs. */
export function terminal(write: (text: string) => void = (text) => process.stdout.write(text)): DestinationStream {
  return { write: (json) => write(`${lineOf(JSON.parse(json))}\n`) }
}

interface Entry {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly [field: string]: unknown
}

function lineOf({ level, time, msg, request: _, org: __, user: ___, err, ...fields }: Entry): string {
  const clock = new Date(time).toTimeString().slice(0, 8)
  if (msg === 'request' && level < WARN) {
    const { method, route, status, ms } = fields
    return `${clock} ${method} ${route} ${status} ${ms} ms`
  }
  const told = Object.entries(fields).map(([name, value]) => `${name} ${shown(value)}`)
  const all = [...told, ...(err === undefined ? [] : [errorOf(err as Fault)])].join(', ')
  return `${clock} ${rankOf(level)}${msg}${all && `: ${all}`}${err === undefined ? '' : framesOf(err as Fault)}`
}

const WARN = 40
const ERROR = 50

function rankOf(level: number): string {
  return level >= ERROR ? 'Error: ' : level >= WARN ? 'Warning: ' : ''
}

/** What could move the cursor or the eye stands in quotes. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value)
}

/** An error as the log tells it. */
interface Fault {
  readonly type: string
  readonly code?: string
  readonly message?: string
  readonly stack?: string
}

function errorOf({ type, code, message }: Fault): string {
  return [type, code, message && shown(message)].filter(Boolean).join(' ')
}

function framesOf({ stack = '' }: Fault): string {
  return stack === '' ? '' : `\n${stack.replace(/^/gm, '  ')}`
}
