import type { Budget, Owner } from '@streambed/protocol'
import type { BudgetLine } from '../store/budgets.ts'

/** A budget that somebody is under at a time, and what it counts. */
export interface Applying {
  readonly budget: Budget
  readonly line: BudgetLine
  readonly renewsAt: Date
}

/**
 * The budgets that a user's calls with an agent are under. For each scope and period it is one: that for this user or agent by
 * name, else the one for each of them that the organisation has set, else the deployment's default. Without an agent, those that
 * count whatever agent answers.
 */
export function applying(
  set: readonly Budget[],
  defaults: readonly Budget[],
  { org, user }: Owner,
  agent: string | null,
  now: Date,
): readonly Applying[] {
  const names = { user, agent, organisation: null }
  const strongest = new Map<string, Budget>()
  for (const budget of [...set.filter(({ of }) => of !== null), ...set.filter(({ of }) => of === null), ...defaults]) {
    const { scope, of, period } = budget
    const key = `${scope} ${period}`
    const isMeant = of === null || of === names[scope]
    if (isMeant && !(scope === 'agent' && agent === null) && !strongest.has(key)) strongest.set(key, budget)
  }
  return Array.from(strongest.values(), (budget) => counting(budget, ACCOUNTS[budget.scope](org, user, agent!), now))
}

/** Those of these budgets that count the same for whoever looks: an organisation's, and those of a user by name. */
export function ofOneAccount(budgets: readonly Budget[], org: string, now: Date): readonly Applying[] {
  return budgets.flatMap((budget) => {
    const { scope, of } = budget
    if (scope === 'organisation') return [counting(budget, [org], now)]
    return scope === 'user' && of !== null ? [counting(budget, [org, of], now)] : []
  })
}

function counting(budget: Budget, account: BudgetLine['account'], now: Date): Applying {
  const { period, microDollars, tokens } = budget
  const { from, renewsAt } = periodAt(period, now)
  return { budget, line: { account, from, period, microDollars, tokens }, renewsAt }
}

const ACCOUNTS: Readonly<Record<Budget['scope'], (org: string, user: string, agent: string) => BudgetLine['account']>> =
  {
    organisation: (org) => [org],
    user: (org, user) => [org, user],
    agent: (org, user, agent) => [org, user, agent],
  }

/** The day or the month of a time, in UTC: its first day, and when the next one begins. */
export function periodAt(period: Budget['period'], now: Date): { readonly from: string; readonly renewsAt: Date } {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  const isDay = period === 'day'
  const first = new Date(Date.UTC(year, month, isDay ? day : 1))
  const renewsAt = new Date(Date.UTC(year, isDay ? month : month + 1, isDay ? day + 1 : 1))
  return { from: first.toISOString().slice(0, 10), renewsAt }
}
