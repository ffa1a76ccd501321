import type { BudgetQuestion } from '@streambed/protocol'
import type { Meter } from '../agent/meter.ts'
import { meterOf, warnings } from '../budgets/meter.ts'
import type { RunRecord } from '../store/store.ts'
import { append, type Engine } from './engine.ts'

/** Watches over what a run's model calls may cost, and says in its conversation when much of a budget is spent. */
export function meterFor(engine: Engine, run: RunRecord, answered: readonly BudgetQuestion[] = []): Meter {
  const meter = meterOf(engine, run, run.run, answered)
  return {
    async reserve(call) {
      await warn(engine, run)
      return meter.reserve(call)
    },
  }
}

/** Says in a run's conversation what its user was not told yet. */
export async function warn(engine: Engine, run: RunRecord): Promise<void> {
  const { owner, conversation } = run
  const notices = await warnings(engine, run)
  if (notices.length > 0) await append(engine, owner, conversation, notices)
}
