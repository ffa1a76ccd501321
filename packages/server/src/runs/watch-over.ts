import type { Engine } from './engine.ts'
import { everySoOften } from './every-so-often.ts'
import { recover } from './recover.ts'

/**
 * Keeps this server's leases alive and looks after runs that others have left. A lease that could not be kept ends the run
 * here, because another server may have it by now.
 */
export function watchOver(engine: Engine): AsyncDisposable {
  const { leaseMs } = engine.settings
  const stack = new AsyncDisposableStack()
  stack.use(everySoOften(leaseMs / 3, () => renew(engine).then(() => leaseMs / 3)))
  stack.use(everySoOften(leaseMs, () => sweep(engine).then(() => leaseMs)))
  return stack
}

async function renew(engine: Engine): Promise<void> {
  const before = [...engine.active]
  if (before.length === 0) return
  try {
    const held = new Set(await engine.store.renew(engine.server, engine.settings.leaseMs))
    for (const [run, active] of before) if (!held.has(run) && engine.active.has(run)) active.end('fenced')
  } catch (error) {
    engine.log.warn({ err: error }, 'leases could not be renewed')
  }
}

async function sweep(engine: Engine): Promise<void> {
  try {
    await recover(engine)
  } catch (error) {
    engine.log.warn({ err: error }, 'orphaned runs could not be looked for')
  }
}
