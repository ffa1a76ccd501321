import type { McpServerInfo } from '../../agent/mcp.ts'
import type { ServerConfig } from './config.ts'
import type { CallToolOptions, Connection } from './connection.ts'
import type { Log } from './servers.ts'

/** How long a server that has failed is let be, in milliseconds: longer each time. */
const FIRST_REST = 1_000
const LONGEST_REST = 5 * 60_000
/** How long answers wait for a server that is connected for the first time, in milliseconds; it may take longer than that. */
const PATIENCE = 15_000
/** One that has lived so long begins anew. */
const HEALTHY = 60_000

/** One configured server, connected when it is first used and again when it is used after it was lost. */
export interface McpServer extends AsyncDisposable {
  readonly status: McpServerInfo['status']
  readonly error: string | null
  /**
   * Connects if need be. Waits for the very first attempt, and that for 15 seconds at the most; a server that takes longer or failed
   * before is connected in the background. Never throws.
   */
  ready(): Promise<void>
  /** @throws Error when it cannot be reached, what `check` throws once it is, or as `Connection.call` does. */
  call(tool: string, input: unknown, options: ServerCallOptions): Promise<unknown>
}

export interface ServerCallOptions extends CallToolOptions {
  check(): void
}

export interface McpServerOptions {
  readonly name: string
  readonly config: ServerConfig
  readonly version: string
  readonly log: Log
  listed(tools: readonly unknown[]): Promise<void>
  now?(): number
}

export function mcpServer({ name, config, version, log, listed, now = Date.now }: McpServerOptions): McpServer {
  let connection: Connection | undefined
  let connecting: Promise<Connection> | undefined
  let error: string | null = null
  let failures = 0
  let restUntil = 0
  let openedAt = 0
  let patient: Promise<void> | undefined
  const closing = new AbortController()

  return {
    get status() {
      if (connecting) return 'connecting'
      if (connection) return 'ready'
      return error === null ? 'idle' : 'down'
    },
    get error() {
      return error
    },
    async ready() {
      if (closing.signal.aborted || connection) return
      const attempt = connected().then(
        () => {},
        () => {}, // `error` says it
      )
      patient ??= atMost(PATIENCE, attempt)
      if (failures === 0) await patient
    },
    async call(tool, input, options) {
      const attempt = async () => {
        const open = await connected()
        options.check()
        return open.call(tool, input, options)
      }
      return attempt().catch((error) => {
        if (!isSessionOver(error)) throw error
        forget()
        return attempt() // it was not carried out: the server did not even know who asked
      })
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      const open = connection ?? (await connecting?.catch(() => undefined))
      await open?.[Symbol.asyncDispose]()
    },
  }

  async function connected(): Promise<Connection> {
    if (closing.signal.aborted) throw new Error('it is closed')
    if (connection) return connection
    if (!connecting && now() < restUntil) throw new Error(`it cannot be reached: ${error}`)
    connecting ??= open().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  async function open(): Promise<Connection> {
    try {
      const { connect } = await import('./connection.ts') // who has no servers need not load it
      const opened = await connect({ config, version, signal: closing.signal, listed, lost })
      connection = opened
      openedAt = now()
      error = null
      return opened
    } catch (cause) {
      rest(cause instanceof Error ? cause.message : String(cause))
      throw new Error(`it cannot be reached: ${error}`, { cause })
    }
  }

  function lost(reason: string): void {
    if (now() - openedAt > HEALTHY) failures = 0
    connection = undefined
    rest(reason)
  }

  /** The connection is of no use any more, through nobody's fault. */
  function forget(): void {
    void connection?.[Symbol.asyncDispose]()
    connection = undefined
  }

  function rest(reason: string): void {
    error = reason
    restUntil = now() + Math.min(FIRST_REST * 2 ** failures, LONGEST_REST)
    failures++
    if (!closing.signal.aborted) log.warn({ server: name, reason, failures }, 'an MCP server is down')
  }
}

async function atMost(ms: number, deed: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([deed, late])
  clearTimeout(timer)
}

/** A server that speaks HTTP has forgotten the session, perhaps because it was started anew: 404, though some say 400. */
function isSessionOver(error: unknown): boolean {
  if (!(error instanceof Error && 'status' in error)) return false
  return error.status === 404 || (error.status === 400 && /session/i.test(error.message))
}
