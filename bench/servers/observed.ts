import { answerQuestions } from '../answering.ts'

/** What a server has used of its core so far, and what it holds now. */
export interface Usage {
  /** Microseconds, of all its threads, in it and in the kernel for it. */
  readonly cpu: number
}

/** Bytes. */
export interface Memory {
  /** Objects and buffers, after a collection. */
  readonly held: number
  /** What the process has of the machine's memory, garbage included. */
  readonly resident: number
}

// Loaded before the server itself, which knows nothing of it.
answerQuestions({
  usage(): Usage {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system }
  },
  memory(): Memory {
    const resident = process.memoryUsage.rss()
    globalThis.gc!() // the process is started with --expose-gc
    globalThis.gc!()
    const { heapUsed, external } = process.memoryUsage()
    return { held: heapUsed + external, resident }
  },
})
