import type { Accounts } from './accounts/accounts.ts'
import { type Erasure, finishErasure, openErasures } from './accounts/erasures.ts'
import { ACCOUNTS } from './bus/bus.ts'
import { whenever } from './bus/whenever.ts'
import type { Engine } from './runs/engine.ts'
import { forget } from './runs/mine.ts'

const LOOK_MS = 5_000
/** What somebody had asked for when they were removed may come to something for as long. In milliseconds. */
const LINGER_MS = 10_000

/**
 * Erases what organisations keep for people who were removed from them. That it is to be done is kept with the removal itself: a server
 * that dies goes on with it at its next start.
 */
export function eraseRemoved(engine: Engine, accounts: Accounts): AsyncDisposable {
  const looking = whenever({
    bus: engine.bus,
    topic: ACCOUNTS,
    ms: LOOK_MS,
    look: () => eraseAll(engine, accounts),
    failed: (error) => engine.log.error({ err: error }, 'data of somebody who was removed could not be erased'),
  })
  engine.bus.wake(ACCOUNTS) // an earlier server may have left something to do
  return looking
}

/** Erases at once, and once more when whatever was under way then is over. */
export async function eraseAll(engine: Engine, accounts: Accounts): Promise<void> {
  for (const erasure of await openErasures(accounts)) {
    await forget(engine, erasure.owner)
    await dropBudgets(engine, erasure.owner)
    if (accounts.now() - erasure.since >= LINGER_MS) await close(engine, accounts, erasure)
  }
}

/** Their own erasing leaves these, as they are an admin's: otherwise it would be a way out of them. */
async function dropBudgets({ store: { budgets } }: Engine, { org, user }: Erasure['owner']): Promise<void> {
  for (const budget of await budgets.list(org))
    if (budget.scope === 'user' && budget.of === user) await budgets.remove(org, budget)
}

async function close(engine: Engine, accounts: Accounts, erasure: Erasure): Promise<void> {
  const { owner, by } = erasure
  const data = { did: 'erasure', user: owner.user }
  await engine.store.audit.add({ org: owner.org, user: by, kind: 'deletion', data })
  await finishErasure(accounts, erasure)
  engine.log.info({ ...owner }, 'all that was kept for somebody who was removed is erased')
}
