import { type BudgetQuestion, StreambedError } from '@streambed/protocol'
import type { Meter } from '../agent/meter.ts'
import { budgetsOf, meterOf, warnings } from '../budgets/meter.ts'
import type { RunRecord } from '../store/store.ts'
import { append, type Engine } from './engine.ts'

/** Watches over what a run's model calls may cost, and says in its conversation when much of a budget is spent. */
export function meterFor(engine: Engine, run: RunRecord, answered: readonly BudgetQuestion[] = []): Meter {
  const meter = meterOf(engine, run, run.run, answered)
  return {
    async reserve(call) {
      await warn(engine, run)
      if (call.most.microDollars === null && (await mustBePriced(engine, run)))
        return { granted: 'nothing', error: new StreambedError('model-unpriced') }
      return meter.reserve(call)
    },
  }
}

/** P89: a model that nobody can count in dollars is no way around a budget. Those of agents and settings are the operator's choice. */
async function mustBePriced(engine: Engine, run: RunRecord): Promise<boolean> {
  const { model } = run
  const isOurs = model === engine.defaultModel() || engine.agents.values().some((agent) => agent.model === model)
  if (model === null || isOurs) return false
  return (await budgetsOf(engine, run)).some(({ budget }) => budget.microDollars !== null)
}

/** Says in a run's conversation what its user was not told yet. */
export async function warn(engine: Engine, run: RunRecord): Promise<void> {
  const { owner, conversation } = run
  const notices = await warnings(engine, run)
  if (notices.length > 0) await append(engine, owner, conversation, notices)
}
