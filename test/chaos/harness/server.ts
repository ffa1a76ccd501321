import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { within } from './deadline.ts'

export interface ServerOptions {
  readonly dataDir: string
  /** Where Bedrock is; without it the demo model answers. */
  readonly bedrockUrl?: string
  readonly port?: number
  /** More settings, or other ones. */
  readonly env?: Readonly<Record<string, string>>
  /** Flags of node itself. */
  readonly nodeFlags?: readonly string[]
  /** Another file in the place of the server's `main.ts`. */
  readonly entry?: string
}

/** A server in a process of its own, for as long as its scope lasts. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** What it has said, on both outputs. */
  readonly output: string
  /** Resolves when it has said something that the pattern finds. Rejects when it ends before that, or says no such thing for long. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when the process is gone. */
  readonly gone: Promise<Gone>
  signal(name: NodeJS.Signals): void
  /** Ends it as a power cut does. */
  kill(): Promise<void>
}

export interface Gone {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const MAIN = fileURLToPath(new URL('../../../packages/server/src/main.ts', import.meta.url))
const AGENTS = fileURLToPath(new URL('agents', import.meta.url))
const START_MS = 20_000

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts a server and waits until its doors are open. Rejects with what it said when it ends before that. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const starting = launchServer(options)
  try {
    await starting.ready
    return starting.server
  } catch (error) {
    await starting.server.kill()
    throw error
  }
}

/** The same without waiting: `url` and `port` can be read when `ready` has resolved. */
export function launchServer(options: ServerOptions): {
  readonly server: ServerProcess
  readonly ready: Promise<void>
} {
  const { nodeFlags = [], entry = MAIN } = options
  const child = spawn(process.execPath, [...nodeFlags, entry], {
    cwd: options.dataDir, // where no .env lies
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let output = ''
  const listeners = new Set<() => void>()
  let url: URL | undefined
  const opened = Promise.withResolvers<void>()
  const hear = (chunk: string): void => {
    output += chunk
    for (const listener of listeners) listener()
    const found = url ? null : /Streambed is at (http:\S+),/.exec(output)
    if (!found) return
    url = new URL(found[1]!)
    opened.resolve()
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)

  const gone = once(child, 'close').then(([code, signal]): Gone => {
    children.delete(child)
    opened.reject(new Error(`the server ended with ${code ?? signal}: ${output}`))
    return { code, signal }
  })
  const late = setTimeout(() => opened.reject(new Error(`no server within ${START_MS} ms: ${output}`)), START_MS)
  const ready = opened.promise.finally(() => clearTimeout(late))
  ready.catch(() => {}) // whoever kills it at once does not wait for it

  const server: ServerProcess = {
    get url() {
      return url!.origin
    },
    get port() {
      return Number(url!.port)
    },
    pid: child.pid!,
    get output() {
      return output
    },
    async says(pattern) {
      const found = Promise.withResolvers<RegExpExecArray>()
      const listener = () => {
        const match = pattern.exec(output)
        if (match) found.resolve(match)
      }
      listener()
      listeners.add(listener)
      void gone.then(() => found.reject(new Error(`the server ended: ${output}`)))
      try {
        return await within(START_MS, `the server to say ${pattern}`, found.promise)
      } finally {
        listeners.delete(listener)
      }
    },
    gone,
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    [Symbol.asyncDispose]: () => server.kill(),
  }
  return { server, ready }
}

function environment({ dataDir, bedrockUrl, port = 0, env }: ServerOptions): NodeJS.ProcessEnv {
  const bedrock = bedrockUrl
    ? {
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl,
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_REGION: 'us-east-1',
        BEDROCK_MODEL_ID: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      }
    : { STREAMBED_BEDROCK: 'demo' }
  return {
    PATH: process.env['PATH'],
    HOME: dataDir,
    NODE_ENV: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    STREAMBED_DATA_DIR: dataDir,
    STREAMBED_AGENTS_DIR: AGENTS,
    ...bedrock,
    ...env,
  }
}
