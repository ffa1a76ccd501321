import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer } from './answering.ts'

/** A process of this run that answers questions. It never outlives this one. */
export interface Child extends AsyncDisposable {
  readonly name: string
  /** What it said of itself when it was ready. */
  readonly url: string
  ask<Reply>(question: string, input?: unknown, timeoutMs?: number): Promise<Reply>
}

export interface ChildOptions {
  readonly name: string
  /** Beside this file. */
  readonly file: string
  readonly core: number
  readonly env?: NodeJS.ProcessEnv
  readonly nodeOptions?: readonly string[]
}

/** Whether processes can be given a core of their own here. */
export const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

const READY_MS = 20_000

/** Starts a process and waits until it is ready. */
export async function startChild({ name, file, core, env = {}, nodeOptions = [] }: ChildOptions): Promise<Child> {
  const command = [process.execPath, ...nodeOptions, fileURLToPath(new URL(file, import.meta.url))]
  const pinned = canPin ? ['taskset', '-c', String(core), ...command] : command
  const child = spawn(pinned[0]!, pinned.slice(1), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
    serialization: 'advanced',
  })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  child.on('message', (answer: Answer) => settle(answer))
  child.once('error', failAll)
  child.once('exit', (code, signal) => failAll(new Error(`${name} ended (${signal ?? code})`)))

  const started: Child = {
    name,
    url: '',
    ask<Reply>(question: string, input?: unknown, timeoutMs = 60_000) {
      const { promise, ...waiter } = Promise.withResolvers<Reply>()
      const id = ++asked
      const timer = setTimeout(
        () => settle({ id, error: `${name} did not answer "${question}" in ${timeoutMs} ms` }),
        timeoutMs,
      )
      waiting.set(id, { ...waiter, timer } as Waiting) // each gets the reply that its own question has
      child.send({ id, question, input }, (error) => error && settle({ id, error: error.message }))
      return promise
    },
    [Symbol.asyncDispose]: () => end(child),
  }
  try {
    return { ...started, url: await started.ask<string>('ready', undefined, READY_MS) }
  } catch (error) {
    await end(child)
    throw error
  }

  function settle({ id, ...answer }: Answer): void {
    const waiter = waiting.get(id)
    if (!waiter) return
    waiting.delete(id)
    clearTimeout(waiter.timer)
    if ('error' in answer) waiter.reject(new Error(`${name}: ${answer.error}`))
    else waiter.resolve(answer.reply)
  }

  function failAll(error: Error): void {
    for (const id of [...waiting.keys()]) settle({ id, error: error.message })
  }
}

interface Waiting {
  readonly timer: NodeJS.Timeout
  resolve(reply: unknown): void
  reject(error: Error): void
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  child.kill('SIGKILL')
  await promise
}
