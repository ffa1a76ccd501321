import {
  type Budget,
  type BudgetQuestion,
  type BudgetStanding,
  type NewEvent,
  type Owner,
  type RunId,
  StreambedError,
} from '@streambed/protocol'
import type { CallCost, Grant, Meter, MoneyQuestion, Spending } from '../agent/meter.ts'
import type { Amount, BudgetLine, LineStanding } from '../store/budgets.ts'
import type { Store } from '../store/store.ts'
import { type Applying, applying } from './applying.ts'
import { limitOf, nameOf, timeOf } from './words.ts'

/** What budgets are kept in and counted by. */
export interface BudgetKeeping {
  readonly store: Store
  /** Of organisations that have set none of their own. */
  readonly budgets: readonly Budget[]
  /** Of all organisations, whatever they have set. */
  readonly caps: readonly Budget[]
  now(): Date
}

/** Who spends, on what. */
export interface Spender {
  readonly owner: Owner
  readonly agent: string
}

/** P80: watches over one run by the budgets that it is under. `answered` are the questions that people have answered it. */
export function meterOf(
  keeping: BudgetKeeping,
  spender: Spender,
  run: RunId,
  answered: readonly BudgetQuestion[] = [],
): Meter {
  return { reserve }

  async function reserve(call: CallCost): Promise<Grant> {
    const budgets = await budgetsOf(keeping, spender)
    if (budgets.length === 0) return { granted: 'all' }
    const { most } = call
    const granted = await setAside(budgets.map(lineFor), call)
    if (isWhole(granted, most)) return { granted: 'all' }
    const question = await questionOf(budgets, granted, call)
    if (question) return { granted: 'ask', question }
    const error = await refusal(budgets, most)
    if (!granted) return { granted: 'nothing', error }
    return { granted: { ...granted, ...(most.microDollars === null && { microDollars: null }) }, error }
  }

  function setAside(lines: readonly BudgetLine[], { most, least }: CallCost): Promise<Amount | undefined> {
    const isPriced = most.microDollars !== null
    return keeping.store.budgets.reserve(
      { run, ...spender, most: counted(most), least: counted(least), isPriced },
      lines,
    )
  }

  /** A budget with all that people have allowed this run beyond it. */
  function lineFor({ budget, line, renewsAt }: Applying): BudgetLine {
    const allowed = answered.filter(
      (question) =>
        question.answer?.approved &&
        question.by === 'user' &&
        question.scope === budget.scope &&
        question.period === budget.period &&
        Date.parse(question.renewsAt) === renewsAt.getTime(),
    )
    const raised = (kind: 'microDollars' | 'tokens'): number | null =>
      line[kind] === null ? null : Math.max(line[kind], ...allowed.map(({ spent, more }) => spent[kind]! + more[kind]!))
    return { ...line, microDollars: raised('microDollars'), tokens: raised('tokens') }
  }

  /** Asks where it is one of the budgets that ask which has no room, and none that cut. */
  async function questionOf(
    budgets: readonly Applying[],
    granted: Amount | undefined,
    call: CallCost,
  ): Promise<MoneyQuestion | undefined> {
    const asking = budgets.filter(({ budget }) => budget.action === 'ask')
    if (asking.length === 0) return undefined
    const cutting = budgets.filter(({ budget }) => budget.action === 'cut').map(lineFor)
    const elsewhere = await setAside(cutting, call)
    if (!elsewhere || (granted && elsewhere.tokens <= granted.tokens && elsewhere.microDollars <= granted.microDollars))
      return undefined
    const standings = await keeping.store.budgets.standing(asking.map(({ line }) => line))
    const others = standings.map(({ spent, reserved }) => ({
      spent,
      reserved: minus(reserved, elsewhere), // what this run has set aside is not somebody else's
    }))
    const tightest = asking
      .map((budget, i) => ({ budget, standing: others[i]!, room: roomIn(budget, others[i]!, call.most) }))
      .reduce((a, b) => (b.room < a.room ? b : a))
    return questionAbout(tightest.budget, tightest.standing, call.most)
  }

  async function refusal(budgets: readonly Applying[], most: Spending): Promise<StreambedError> {
    const standings = await keeping.store.budgets.standing(budgets.map(({ line }) => line))
    const tightest = budgets
      .map((budget, i) => ({ budget, room: roomIn(budget, standings[i]!, most) }))
      .reduce((a, b) => (b.room < a.room ? b : a))
    return spentError(tightest.budget, keeping.now())
  }
}

function isWhole(granted: Amount | undefined, { tokens, microDollars }: Spending): boolean {
  return granted !== undefined && granted.tokens >= tokens && granted.microDollars >= (microDollars ?? 0)
}

function minus(a: Amount, b: Amount): Amount {
  return { microDollars: Math.max(0, a.microDollars - b.microDollars), tokens: Math.max(0, a.tokens - b.tokens) }
}

/** Whether a budget that only an admin can raise has been raised, or has room again, for what a run has asked. */
export async function hasRoom(
  keeping: BudgetKeeping,
  spender: Spender,
  { scope, period, call }: BudgetQuestion,
): Promise<boolean> {
  const budgets = await budgetsOf(keeping, spender)
  const asked = budgets.filter(({ budget }) => budget.scope === scope && budget.period === period)
  const standings = await keeping.store.budgets.standing(asked.map(({ line }) => line))
  const most = { microDollars: call.microDollars, tokens: call.tokens ?? 0 }
  return asked.every((budget, i) => roomIn(budget, standings[i]!, most) >= 1)
}

/** What saying yes allows: room for some calls, and for a tenth of the budget at least. */
function questionAbout(
  { budget, line, renewsAt }: Applying,
  { spent, reserved }: LineStanding,
  most: Spending,
): MoneyQuestion {
  const amount = (of: (kind: 'microDollars' | 'tokens', limit: number) => number): MoneyQuestion['limit'] => ({
    microDollars: line.microDollars === null ? null : of('microDollars', line.microDollars),
    tokens: line.tokens === null ? null : of('tokens', line.tokens),
  })
  const { scope, period } = budget
  return {
    scope,
    period,
    limit: amount((_, limit) => limit),
    spent: amount((kind) => spent[kind] + reserved[kind]),
    call: amount((kind) => most[kind] ?? 0),
    more: amount((kind, limit) => Math.max(CALLS * (most[kind] ?? 0), Math.ceil(limit / 10))),
    by: scope === 'organisation' ? 'admin' : 'user',
    renewsAt: renewsAt.toISOString(),
  }
}

const CALLS = 3

/** How many times a call would fit into what is left of a budget. */
function roomIn({ line }: Applying, { spent, reserved }: LineStanding, { tokens, microDollars }: Spending): number {
  const times = (limit: number | null, taken: number, each: number | null): number =>
    limit === null || each === null ? Number.POSITIVE_INFINITY : (limit - taken) / Math.max(1, each)
  return Math.min(
    times(line.tokens, spent.tokens + reserved.tokens, tokens),
    times(line.microDollars, spent.microDollars + reserved.microDollars, microDollars),
  )
}

const counted = ({ tokens, microDollars }: Spending) => ({ tokens, microDollars: microDollars ?? 0 })

/** The budgets that somebody's calls are under now. */
export async function budgetsOf(
  { store, budgets, caps, now }: BudgetKeeping,
  { owner, agent }: { readonly owner: Owner; readonly agent: string | null },
): Promise<readonly Applying[]> {
  return applying({ set: await store.budgets.list(owner.org), defaults: budgets, caps }, owner, agent, now())
}

/** How budgets stand now. */
export async function standingsOf(
  { store }: BudgetKeeping,
  budgets: readonly Applying[],
): Promise<readonly BudgetStanding[]> {
  const standings = await store.budgets.standing(budgets.map(({ line }) => line))
  return budgets.map(({ budget, renewsAt }, i) => ({ budget, ...standings[i]!, renewsAt: renewsAt.toISOString() }))
}

function spentError(budget: Applying, now: Date): StreambedError {
  const detail = `It is ${nameOf(budget)}: ${limitOf(budget.line)}. It renews on ${timeOf(budget)}.`
  const retryAfterMs = Math.max(0, budget.renewsAt.getTime() - now.getTime())
  return new StreambedError('budget-spent', detail, { retryAfterMs })
}

/** P83: people are told once when this much of a budget is spent, in per cent. */
const MARKS = [50, 80, 100] as const

/** Notices for marks that a spender's budgets have passed and nobody was told about. Of several passed at once it is the highest. */
export async function warnings(keeping: BudgetKeeping, spender: Spender): Promise<readonly NewEvent[]> {
  const budgets = await budgetsOf(keeping, spender)
  if (budgets.length === 0) return []
  const standings = await keeping.store.budgets.standing(budgets.map(({ line }) => line))
  const notices: NewEvent[] = []
  for (const [i, budget] of budgets.entries()) {
    const standing = standings[i]!
    const share = shareOf(budget, standing)
    let highest: number | undefined
    for (const mark of MARKS) {
      const isNews = share * 100 >= mark && (await keeping.store.budgets.tell(budget.line, mark))
      if (isNews) highest = mark
    }
    if (highest !== undefined) notices.push(notice(budget, standing, highest))
  }
  return notices
}

/** How much of a budget is spent, from 0; 1 is all of it. A budget of nothing is always spent. */
function shareOf({ line }: Applying, { spent }: LineStanding): number {
  const share = (limit: number | null, spent: number): number => (limit === 0 ? 1 : spent / (limit ?? Infinity))
  return Math.max(share(line.microDollars, spent.microDollars), share(line.tokens, spent.tokens))
}

function notice(budget: Applying, { spent }: LineStanding, percent: number): NewEvent {
  const name = nameOf(budget)
  const subject = name[0]!.toUpperCase() + name.slice(1)
  const isSpent = percent >= 100
  const { scope, period, microDollars, tokens } = budget.budget
  return {
    type: 'notice',
    level: isSpent ? 'warning' : 'info',
    kind: 'budget',
    text: isSpent
      ? `${subject} is spent: ${limitOf(budget.line)}. It renews on ${timeOf(budget)}.`
      : `${subject} is ${percent} % spent. It is ${limitOf(budget.line)} and renews on ${timeOf(budget)}.`,
    data: { scope, period, percent, microDollars, tokens, spent, renewsAt: budget.renewsAt.toISOString() },
  }
}
