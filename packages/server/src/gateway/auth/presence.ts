import type { Principal } from '../../accounts/principal.ts'
import { ACCOUNTS, type Bus } from '../../bus/bus.ts'
import { whenever } from '../../bus/whenever.ts'
import type { Log } from '../../runs/engine.ts'
import type { Auth } from './auth.ts'

/** Everybody who is in: open sockets, streams and requests. Who may not stay any more is shown out. */
export interface Presence extends AsyncDisposable {
  /** Returns what is to be called when they leave by themselves. */
  enter(principal: Principal, showOut: () => void): () => void
}

interface Visit {
  readonly principal: Principal
  readonly showOut: () => void
}

/** How often all are looked at; a hint on the bus only makes it quicker. In milliseconds. */
const SWEEP_MS = 2_000

export function keepPresence({ stands }: Pick<Auth, 'stands'>, bus: Bus, log: Log): Presence {
  const visits = new Set<Visit>()
  const sweeping = whenever({
    bus,
    topic: ACCOUNTS,
    ms: SWEEP_MS,
    look: sweep,
    failed: (error) => log.error({ err: error }, 'who is here could not be checked'),
  })

  return {
    enter(principal, showOut) {
      if (principal.credential === null && principal.until === null) return () => {} // nobody takes that back
      const visit = { principal, showOut }
      visits.add(visit)
      return () => void visits.delete(visit)
    },
    [Symbol.asyncDispose]: () => sweeping[Symbol.asyncDispose](),
  }

  /** Asks once for all that came in by the same means. */
  async function sweep(): Promise<void> {
    const groups = Map.groupBy(visits, ({ principal }) => JSON.stringify(principal))
    for (const group of groups.values()) {
      if (await stands(group[0]!.principal)) continue
      for (const visit of group) {
        visits.delete(visit)
        visit.showOut()
      }
    }
  }
}
