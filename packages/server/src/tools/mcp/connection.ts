import {
  Client,
  type Progress,
  SdkError,
  SdkErrorCode,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client'
import * as z from 'zod'
import type { ServerConfig } from './config.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { type StdioTransport, stdioTransport } from './stdio.ts'

/** How long a server may take until it can be used, in milliseconds. A program may have to be downloaded first, as by npx. */
const INIT_MS = { program: 120_000, http: 15_000 }
/** How long it may take to tell its tools anew. */
const LIST_MS = 15_000
const PROBE_MS = 3_000
const MAX_PAGES = 16
const MAX_LISTED = 10_000

export interface ConnectionOptions {
  readonly config: ServerConfig
  readonly version: string
  /** Gives up what is being connected. A connection that stands is closed by disposing of it. */
  readonly signal: AbortSignal
  /** All that the server lists, now and whenever it says that it has changed. */
  listed(tools: readonly unknown[]): Promise<void>
  /** It is gone, and nothing more can be asked of it. Called once after it was connected, unless it was closed. */
  lost(reason: string): void
}

/** One connection to a server, for as long as it holds. */
export interface Connection extends AsyncDisposable {
  /**
   * Calls a tool. Fails at once when the server goes away meanwhile; aborting the signal tells the server too.
   */
  call(tool: string, input: unknown, options: CallToolOptions): Promise<unknown>
}

export interface CallToolOptions {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  progress(text: string): void
}

const Listed = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() })
/** Results are read leniently: they are a stranger's, and become text. */
const Called = z.looseObject({})

/**
 * Connects to a server and has it list its tools.
 *
 * @throws Error when that fails, is given up or takes too long: two minutes for a program, 15 seconds over HTTP. Then nothing is left of it.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  try {
    return await connectBy('auto', options)
  } catch (error) {
    // Some programs leave when they are greeted in words that they do not know.
    if (!('command' in options.config) || !isGreetingRefused(error)) throw error
    return connectBy('legacy', options)
  }
}

function isGreetingRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof SdkError && cause.code === SdkErrorCode.EraNegotiationFailed
}

async function connectBy(mode: 'auto' | 'legacy', options: ConnectionOptions): Promise<Connection> {
  const { config, version, listed, lost } = options
  const isProgram = 'command' in config
  const transport = isProgram ? stdioTransport(config) : httpTransport(config)
  const ms = isProgram ? INIT_MS.program : INIT_MS.http
  const client = new Client(
    { name: 'streambed', version },
    {
      capabilities: {},
      versionNegotiation: { mode, probe: { timeoutMs: PROBE_MS } },
      listChanged: { tools: { autoRefresh: false, onChanged: () => void relist() } },
      // A schema of theirs must not run in this process.
      jsonSchemaValidator: {
        getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
      },
    },
  )
  let isOpen = false
  let isGone = false
  client.onclose = () => {
    if (isOpen) lost(endedFor() ?? (lastWords() || 'it went away'))
    isOpen = false
    isGone = true
  }
  try {
    await within(ms, options.signal, async () => {
      await client.connect(transport, { timeout: ms })
      await list()
    })
    if (isGone) throw new Error('it went away')
    isOpen = true
  } catch (cause) {
    await close()
    const reason = endedFor() ?? (cause instanceof Error ? cause.message : String(cause))
    throw new Error([reason, lastWords()].filter(Boolean).join('. It said: '), { cause })
  }

  return {
    async call(tool, input, { signal, timeoutMs, progress }) {
      const request = { method: 'tools/call', params: { name: tool, arguments: input } }
      const limits = { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs }
      const onprogress = (step: Progress) => progress(progressText(step))
      return client.request(request, Called, { ...limits, onprogress }).catch((error) => {
        const reason = endedFor()
        throw reason === undefined ? error : new Error(reason, { cause: error })
      })
    },
    async [Symbol.asyncDispose]() {
      isOpen = false
      await close()
    },
  }

  async function list(): Promise<void> {
    const tools: unknown[] = []
    let cursor: string | undefined
    for (let page = 0; page < MAX_PAGES && tools.length < MAX_LISTED; page++) {
      const params = cursor === undefined ? {} : { cursor }
      const answer = await client.request({ method: 'tools/list', params }, Listed, { timeout: LIST_MS })
      tools.push(...answer.tools.slice(0, MAX_LISTED - tools.length))
      if (answer.nextCursor === undefined || answer.nextCursor === cursor) break
      cursor = answer.nextCursor
    }
    await listed(tools)
  }

  async function relist(): Promise<void> {
    await list().catch(() => {}) // then those that are known go on being it
  }

  async function close(): Promise<void> {
    await client.close().catch(() => {}) // what could not be closed is gone
    await transport.close().catch(() => {})
  }

  function endedFor(): string | undefined {
    return 'endedFor' in transport ? (transport as StdioTransport).endedFor : undefined
  }

  function lastWords(): string {
    return 'lastWords' in transport ? String(transport.lastWords) : ''
  }
}

function httpTransport({ url, headers, allow }: Extract<ServerConfig, { url: string }>): Transport {
  return new StreamableHTTPClientTransport(new URL(url), {
    fetch: guardedFetch({ allow }),
    requestInit: { headers },
    reconnectionOptions: {
      maxRetries: 3,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 30_000,
      reconnectionDelayGrowFactor: 2,
    },
  })
}

function progressText({ progress, total, message }: Progress): string {
  const share = total === undefined ? `${progress}` : `${progress} of ${total}`
  return message === undefined ? share : `${message} (${share})`
}

async function within(ms: number, signal: AbortSignal, deed: () => Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`it was not ready within ${ms / 1_000} s`)), ms)
  const giveUp = (): void => reject(new Error('it was given up'))
  signal.addEventListener('abort', giveUp)
  try {
    await Promise.race([deed(), late])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}
