import type { Budget, BudgetKey, Owner, RunId } from '@streambed/protocol'

/**
 * Keeps what may be spent, and what is set aside for model calls that are under way. What was spent it knows by itself: every
 * `usage` event that is appended counts, and takes the place of what its run had set aside, in one transaction. A run that ends or
 * parks has nothing set aside any more, so that nothing stays when a server goes away: its runs are ended by others. What was spent
 * goes when the month after it is over, and not with the conversations or the data of whoever has spent it.
 */
export interface BudgetStore {
  /** What an organisation has set; ordered by scope, name and period. */
  list(org: string): Promise<readonly Budget[]>
  /** Takes the place of the one with the same key. @throws StreambedError `too-many` for more than `MAX_BUDGETS`. */
  set(org: string, budget: Budget): Promise<void>
  /** False when there was none. */
  remove(org: string, key: BudgetKey): Promise<boolean>

  /**
   * Sets aside for a run, in place of what it had: `most` if all lines have room for that, else what the fullest one has left, if
   * that is `least` or more. All at once: of many calls that ask together none gets what another has. Undefined when there is not
   * enough.
   *
   * @throws Fenced when nobody is answering the run.
   */
  reserve(reservation: Reservation, lines: readonly BudgetLine[]): Promise<Amount | undefined>
  standing(lines: readonly BudgetLine[]): Promise<readonly LineStanding[]>
  /** Notes that somebody was told that this much of a line is spent. True the first time in its period. */
  tell(line: BudgetLine, percent: number): Promise<boolean>
}

/** How many budgets an organisation may set. */
export const MAX_BUDGETS = 1_000

/** Whose spending is counted: an organisation's, a user's, or a user's with one agent. */
export type SpendingAccount = readonly [org: string, user?: string, agent?: string]

/** One limit on what is spent in an account since a day. */
export interface BudgetLine {
  readonly account: SpendingAccount
  /** The first day that counts (ISO date, UTC). */
  readonly from: string
  readonly period: Budget['period']
  /** Null: not limited. */
  readonly microDollars: number | null
  readonly tokens: number | null
}

export interface Amount {
  readonly microDollars: number
  readonly tokens: number
}

export interface Reservation {
  readonly run: RunId
  readonly owner: Owner
  readonly agent: string
  readonly most: Amount
  readonly least: Amount
  /** Whether the model's price is known. Without it limits in money let it pass. */
  readonly isPriced: boolean
}

export interface LineStanding {
  readonly spent: Amount
  readonly reserved: Amount
}

/** The first day of which is known what was spent, on another: of all periods that are not over, and of those just before. */
export function knownSince(today: string): string {
  const date = new Date(today)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1)).toISOString().slice(0, 10)
}

/** All accounts that a user's spending with an agent counts in. */
export function accountsOf({ org, user }: Owner, agent: string): readonly SpendingAccount[] {
  return [[org], [org, user], [org, user, agent]]
}
