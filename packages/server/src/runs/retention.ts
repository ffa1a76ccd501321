import type { Engine } from './engine.ts'

const DAY_MS = 86_400_000
/** How often it is looked for what is too old. */
const LOOK_MS = 3_600_000

/** Removes what is kept longer than it should be: entries of the audit that are older than so many days. */
export function keepNoLonger(engine: Pick<Engine, 'store' | 'log' | 'now'>, auditDays: number): Disposable {
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  look()
  return { [Symbol.dispose]: () => clearInterval(timer) }

  function look(): void {
    const before = new Date(engine.now().getTime() - auditDays * DAY_MS).toISOString()
    engine.store.audit
      .prune(before)
      .catch((error) => engine.log.warn({ err: error }, 'the audit could not be cleared of what is too old'))
  }
}
