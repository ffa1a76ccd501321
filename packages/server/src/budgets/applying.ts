import type { Budget, Owner } from '@streambed/protocol'
import type { BudgetLine } from '../store/budgets.ts'

/** A budget that somebody is under at a time, and what it counts. */
export interface Applying {
  readonly budget: Budget
  readonly line: BudgetLine
  readonly renewsAt: Date
}

/** What an organisation has set, and what the deployment says. */
export interface BudgetRules {
  readonly set: readonly Budget[]
  /** Where the organisation has set nothing else. */
  readonly defaults: readonly Budget[]
  /** Of organisations. They hold whatever an organisation has set. */
  readonly caps: readonly Budget[]
}

/**
 * The budgets that a user's calls with an agent are under. For each scope and period it is one: that for this user or agent by
 * name, else the one for each of them that the organisation has set, else the deployment's default. Beside it holds the deployment's
 * cap, unless it is never come to. Without an agent, those that count whatever agent answers.
 */
export function applying(
  { set, defaults, caps }: BudgetRules,
  { org, user }: Owner,
  agent: string | null,
  now: Date,
): readonly Applying[] {
  const names = { user, agent, organisation: null }
  const strongest = new Map<string, Budget>()
  for (const budget of [...set.filter(({ of }) => of !== null), ...set.filter(({ of }) => of === null), ...defaults]) {
    const { scope, of } = budget
    const isMeant = of === null || of === names[scope]
    const isForNobody = scope === 'agent' && agent === null
    if (isMeant && !isForNobody && !strongest.has(placeOf(budget))) strongest.set(placeOf(budget), budget)
  }
  const binding = caps.filter((cap) => !cutsBefore(strongest.get(placeOf(cap)), cap))
  return [...strongest.values(), ...binding].map((budget) =>
    counting(budget, ACCOUNTS[budget.scope](org, user, agent!), now),
  )
}

const placeOf = ({ scope, period }: Budget): string => `${scope} ${period}`

/** Whether a budget always cuts where a cap does, or sooner. */
function cutsBefore(budget: Budget | undefined, cap: Budget): boolean {
  const isSooner = (kind: 'microDollars' | 'tokens') => (budget?.[kind] ?? Infinity) <= (cap[kind] ?? Infinity)
  return budget?.action === 'cut' && isSooner('microDollars') && isSooner('tokens')
}

/** The cap that a budget would be beyond, if it were set. */
export function capBelow(budget: Budget, caps: readonly Budget[]): Budget | undefined {
  const isMore = (kind: 'microDollars' | 'tokens', cap: Budget) => (budget[kind] ?? 0) > (cap[kind] ?? Infinity)
  return caps.find((cap) => placeOf(cap) === placeOf(budget) && (isMore('microDollars', cap) || isMore('tokens', cap)))
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
