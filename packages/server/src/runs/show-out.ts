import { setTimeout } from 'node:timers/promises'
import { ACCOUNTS } from '../bus/bus.ts'
import { Fenced } from '../store/store.ts'
import type { ActiveRun, Engine } from './engine.ts'
import { stop } from './stop.ts'

/** How often those who have answers written are looked at; a hint on the bus only makes it quicker. In milliseconds. */
const LOOK_MS = 2_000

/** Stops the answers of people who were disabled or removed, as soon as they are, and those that wait behind them. */
export function showOut(engine: Engine): AsyncDisposable {
  const over = new AbortController()
  const watching = watch()
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      await watching
    },
  }

  async function watch(): Promise<void> {
    using wakes = engine.bus.listen(ACCOUNTS)
    while (!over.signal.aborted) {
      try {
        await wakes.next(over.signal, LOOK_MS)
        await stopThoseOut(engine)
      } catch (error) {
        if (over.signal.aborted) return
        engine.log.error({ err: error }, 'it could not be checked whose answers may go on')
        await setTimeout(LOOK_MS, undefined, { ref: false })
      }
    }
  }
}

async function stopThoseOut(engine: Engine): Promise<void> {
  const active = Map.groupBy(engine.active.values(), ({ owner }) => JSON.stringify([owner.org, owner.user]))
  for (const theirs of active.values()) {
    const { owner } = theirs[0]!
    if (await engine.isOut(owner)) await Promise.all(conversationsOf(theirs).map((id) => stopAll(engine, owner, id)))
  }
}

function conversationsOf(runs: readonly ActiveRun[]): readonly ActiveRun['conversation'][] {
  return [...new Set(runs.map(({ conversation }) => conversation))]
}

/** The last one first: what waits must not begin when what runs is over. */
async function stopAll(engine: Engine, owner: ActiveRun['owner'], conversation: ActiveRun['conversation']) {
  for (const { run } of (await engine.store.openRuns(conversation)).toReversed()) {
    try {
      await stop(engine, owner, run)
    } catch (error) {
      if (!(error instanceof Fenced)) engine.log.error({ err: error, conversation, run }, 'a run could not be stopped')
    }
  }
}
