import { type ChildProcess, spawn } from 'node:child_process'
import { type JSONRPCMessage, ReadBuffer, serializeMessage, type Transport } from '@modelcontextprotocol/client'
import type { StdioServer } from './config.ts'

/** What every program gets of the environment. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']
/** The longest message of a server, in bytes. */
const MAX_MESSAGE = 10 * 1024 * 1024
/** How much of its last words on stderr is kept, in characters. */
const LAST_WORDS = 2_000
/** How long it is given to go, twice: by itself, then when it is told to. In milliseconds. */
const PATIENCE = 1_000

const groups = new Set<number>()
process.once('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL')
})

export interface StdioTransport extends Transport {
  /** By this and `stderr` the MCP library knows that it speaks with a program, and is patient with those that know no new greetings. */
  readonly pid: number | null
  readonly stderr: null
  /** What it said last on its standard error. */
  readonly lastWords: string
  /** Why this side ended it; undefined where it did not. */
  readonly endedFor: string | undefined
}

/**
 * Speaks with a program over its standard input and output. It runs in a process group of its own, so that whatever it starts goes when
 * it does, and has none of this process's environment but what its configuration names.
 */
export function stdioTransport({ command, args, env, cwd }: StdioServer): StdioTransport {
  const buffer = new ReadBuffer({ maxBufferSize: MAX_MESSAGE })
  const gone = Promise.withResolvers<void>()
  let child: ChildProcess | undefined
  let lastWords = ''
  let endedFor: string | undefined
  let isOver = false

  const transport: StdioTransport = {
    get pid() {
      return child?.pid ?? null
    },
    stderr: null,
    get lastWords() {
      return lastWords.trim()
    },
    get endedFor() {
      return endedFor
    },

    async start() {
      const inherited = INHERITED.flatMap((name) =>
        process.env[name] === undefined ? [] : [[name, process.env[name]]],
      )
      child = spawn(command, [...args], {
        env: { ...Object.fromEntries(inherited), ...env },
        cwd,
        stdio: ['pipe', 'pipe', 'pipe'],
        shell: false,
        detached: true,
      })
      const { promise: spawned, resolve, reject } = Promise.withResolvers<void>()
      child.once('spawn', () => {
        groups.add(child!.pid!)
        resolve()
      })
      child.once('error', (error) => {
        reject(error)
        end()
      })
      // Not its `close`: something it has started may keep its pipes open.
      child.once('exit', () => setImmediate(end))
      child.stdin!.on('error', (error) => transport.onerror?.(error))
      child.stdout!.on('data', hear)
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        lastWords = (lastWords + text).slice(-LAST_WORDS)
      })
      await spawned
    },

    async send(message) {
      const stdin = child?.stdin
      if (isOver || !stdin?.writable) throw new Error('it is gone')
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()))
      await promise
    },

    async close() {
      if (isOver || child?.pid === undefined) return end()
      child.stdin!.end()
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        await within(PATIENCE, gone.promise)
        if (!isOver) signalGroup(child.pid, signal)
      }
      await within(PATIENCE, gone.promise)
      end()
    },
  }
  return transport

  function hear(chunk: Buffer): void {
    try {
      buffer.append(chunk)
    } catch (error) {
      transport.onerror?.(error as Error) // the message is too long
      endedFor = `it was ended, as its answer was too large: more than ${MAX_MESSAGE / 1024 / 1024} MiB`
      if (child?.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
      return
    }
    while (true) {
      const message = next()
      if (message === null) return
      if (message) transport.onmessage?.(message)
    }
  }

  /** What is no message is skipped: some programs greet on stdout. */
  function next(): JSONRPCMessage | null | undefined {
    try {
      return buffer.readMessage()
    } catch (error) {
      transport.onerror?.(error as Error)
      return undefined
    }
  }

  function end(): void {
    if (isOver) return
    isOver = true
    if (child?.pid !== undefined) {
      signalGroup(child.pid, 'SIGKILL')
      groups.delete(child.pid)
    }
    child?.stdout?.destroy()
    child?.stderr?.destroy()
    buffer.clear()
    gone.resolve()
    transport.onclose?.()
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // nobody of the group is left
  }
}

async function within(ms: number, deed: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ms)
  await Promise.race([deed, late.promise])
  clearTimeout(timer)
}
