import type { Log } from './runs/engine.ts'

/**
 * What becomes of errors that nobody catches, such as those of a timer that a tool has left behind. A promise that fails unseen is
 * told of, and the server goes on. After a throw nobody knows what was left half done, so `leave` is called: others' answers get the
 * time that a drain gives them.
 */
export function lastResort(log: Log, leave: () => void): void {
  process.on('unhandledRejection', (reason) => {
    log.error({ err: withoutWords(reason) }, 'a promise was rejected, and nobody waited for it')
  })
  process.on('uncaughtException', (error) => {
    log.error({ err: withoutWords(error) }, 'an error was thrown where nobody could catch it, so the server ends')
    leave()
  })
}

/** Nobody knows who speaks, so the log tells what kind of error it was and where it was thrown, and not what it said. */
function withoutWords(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  const { name, stack } = thrown
  return Object.assign(new Error(), { name, stack, ...('code' in thrown && { code: thrown.code }) })
}
