import { BedrockError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { parseOrders } from './faults.ts'
import type { Setup } from './operations/operation.ts'

/**
 * The emulator's own door, for tests in other languages:
 * `GET|DELETE /_emulator/journal`, `GET|POST|DELETE /_emulator/faults`, `GET /_emulator/health`.
 */
export async function control(exchange: Exchange, { journal, faults, brain }: Setup): Promise<void> {
  const { method, path } = exchange
  const text = (await exchange.body()).toString('utf8')
  switch (`${method} ${path}`) {
    case 'GET /_emulator/health':
      return reply(exchange, 200, { status: 'ok', brain: brain.name })
    case 'GET /_emulator/journal':
      return reply(exchange, 200, { entries: journal.entries })
    case 'DELETE /_emulator/journal':
      journal.clear()
      return reply(exchange, 204)
    case 'GET /_emulator/faults':
      return reply(exchange, 200, { waiting: faults.waiting })
    case 'POST /_emulator/faults':
      faults.add(...read(text))
      return reply(exchange, 201, { waiting: faults.waiting })
    case 'DELETE /_emulator/faults':
      faults.clear()
      return reply(exchange, 204)
    default:
      throw new BedrockError('UnknownOperationException', `The emulator has no ${method} ${path}.`)
  }
}

function read(text: string): ReturnType<typeof parseOrders> {
  try {
    return parseOrders(JSON.parse(text))
  } catch (error) {
    throw new BedrockError('ValidationException', (error as Error).message)
  }
}

async function reply(exchange: Exchange, status: number, value?: object): Promise<void> {
  const body = Buffer.from(value === undefined ? '' : JSON.stringify(value))
  exchange.head(status, {
    'content-type': 'application/json',
    ...(value ? { 'content-length': String(body.length) } : {}),
  })
  if (value) await exchange.write(body)
  await exchange.end()
}
