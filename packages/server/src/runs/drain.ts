import type { Engine } from './engine.ts'
import { within } from './within.ts'

/** How long runs that were told to end may take for it, in milliseconds. */
const LAST_WORDS = 3_000

/**
 * Takes no more work and lets the running runs finish for up to `ms`; those that have not are ended as `interrupted`. What
 * waits in queues stays in the log for the next start.
 */
export async function drain(engine: Engine, ms: number): Promise<void> {
  engine.draining = true
  await within(ms, allOver(engine))
  for (const run of engine.active.values()) run.end('interrupted')
  await within(LAST_WORDS, allOver(engine))
}

async function allOver(engine: Engine): Promise<void> {
  await Promise.all([...engine.active.values()].map((run) => run.over))
}
