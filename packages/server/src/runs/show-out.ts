import { ACCOUNTS } from '../bus/bus.ts'
import { whenever } from '../bus/whenever.ts'
import { Fenced } from '../store/store.ts'
import type { ActiveRun, Engine } from './engine.ts'
import { stop } from './stop.ts'

/** How often those who have answers written are looked at; a hint on the bus only makes it quicker. In milliseconds. */
const LOOK_MS = 2_000

/** Stops the answers of people who were disabled or removed, as soon as they are, and those that wait behind them. */
export function showOut(engine: Engine, ms = LOOK_MS): AsyncDisposable {
  return whenever({
    bus: engine.bus,
    topic: ACCOUNTS,
    ms,
    look: () => stopThoseOut(engine),
    failed: (error) => engine.log.error({ err: error }, 'it could not be checked whose answers may go on'),
  })
}

async function stopThoseOut(engine: Engine): Promise<void> {
  const active = Map.groupBy(engine.active.values(), ({ owner }) => JSON.stringify([owner.org, owner.user]))
  for (const theirs of active.values()) {
    const { owner } = theirs[0]!
    if (!(await engine.isOut(owner))) continue
    const conversations = new Set(theirs.map(({ conversation }) => conversation))
    await Promise.all([...conversations].map((conversation) => stopAll(engine, { owner, conversation })))
  }
}

/** The last one first: what waits must not begin when what runs is over. */
async function stopAll(engine: Engine, { owner, conversation }: Pick<ActiveRun, 'owner' | 'conversation'>) {
  for (const { run } of (await engine.store.openRuns(conversation)).toReversed()) {
    try {
      await stop(engine, owner, run)
    } catch (error) {
      if (!(error instanceof Fenced)) engine.log.error({ err: error, conversation, run }, 'a run could not be stopped')
    }
  }
}
