import { randomUUID } from 'node:crypto'
import { checkAuthorization } from './auth.ts'
import { control } from './control.ts'
import { BedrockError, type ErrorName, STATUS } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Line } from './journal.ts'
import { operations } from './operations/index.ts'
import type { Call, Operation, Setup } from './operations/operation.ts'
import { OrderedError } from './send.ts'

/** Answers one request; a failure is an HTTP error. Rejects when not even that can be written. */
export async function serve(exchange: Exchange, emulator: Setup, isClosing: () => boolean): Promise<void> {
  if (exchange.path.startsWith('/_emulator/'))
    return control(exchange, emulator).catch((error) => failed(exchange, error))
  const line = emulator.journal.open(exchange)
  const gone = (): void => line.end(isClosing() ? 'emulator-closed' : 'client-closed')
  exchange.signal.addEventListener('abort', () => exchange.closedEarly && gone())
  try {
    const call = route(exchange, line, emulator)
    line.change({ operation: call.operation.name, model: call.id })
    checkAuthorization(exchange.headers)
    await call.operation.serve(call)
  } catch (error) {
    if (exchange.signal.aborted) return
    await failed(exchange, error, line)
  } finally {
    if (exchange.closedEarly) gone()
    else line.end('broken') // unless it has ended in another way
  }
}

function route(exchange: Exchange, line: Line, emulator: Setup): Call & { operation: Operation } {
  const path = decode(exchange.path)
  for (const operation of operations) {
    const found = operation.method === exchange.method ? operation.path.exec(path) : null
    if (found) return { exchange, line, emulator, operation, id: found.groups?.['id'] ?? '' }
  }
  throw new BedrockError('UnknownOperationException', `The emulator has no ${exchange.method} ${exchange.path}.`)
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new BedrockError('ValidationException', 'The path is not valid percent-encoding.')
  }
}

async function failed(exchange: Exchange, error: unknown, line?: Line): Promise<void> {
  const { status, headers, body, name } = describe(error)
  line?.change({ status, error: name })
  if (exchange.hasHead) {
    await exchange.cut('rst')
    return line?.end('broken')
  }
  exchange.head(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
  await exchange.write(Buffer.from(body))
  await exchange.end()
  line?.end('refused')
}

interface HttpError {
  readonly status: number
  readonly name: string
  readonly headers: Record<string, string>
  readonly body: string
}

function describe(error: unknown): HttpError {
  if (error instanceof OrderedError) return describeOrdered(error)
  const { name, message, status } =
    error instanceof BedrockError
      ? error
      : { name: 'InternalServerException', message: `The brain failed: ${(error as Error).message}`, status: 500 }
  return json(status, name, message)
}

function describeOrdered({ fault }: OrderedError): HttpError {
  const name = fault.name ?? nameOf(fault.status ?? 500)
  const status = fault.status ?? STATUS[name as ErrorName] ?? 500
  const error = json(status, name, fault.message ?? 'An error that the emulator was told to give.')
  const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
  if (fault.body === undefined) return { ...error, headers: { ...error.headers, ...retry } }
  const contentType = fault.contentType ?? (fault.body.startsWith('<') ? 'text/html' : 'application/json')
  return { status, name, body: fault.body, headers: { 'content-type': contentType, ...retry } } // as a proxy in between would
}

function nameOf(status: number): string {
  return Object.entries(PLAIN).find(([, code]) => code === status)?.[0] ?? 'InternalServerException'
}

/** The usual name of each status, when a fault gives only the number. */
const PLAIN = {
  ValidationException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ThrottlingException: 429,
  ServiceUnavailableException: 503,
}

function json(status: number, name: string, message: string): HttpError {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name, 'x-amzn-requestid': randomUUID() }
  return { status, name, headers, body: JSON.stringify({ message }) }
}
