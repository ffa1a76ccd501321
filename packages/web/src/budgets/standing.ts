import type { Budget, BudgetKey, BudgetStanding } from '@streambed/client/admin'

/** One limit of a budget, and how much of it is taken: in micro-dollars or in tokens. */
export interface Taken {
  readonly of: 'microDollars' | 'tokens'
  readonly limit: number
  readonly spent: number
  readonly reserved: number
  /** Never below nothing. */
  readonly left: number
  /** The part that is spent, from 0. A limit of nothing is always spent. */
  readonly share: number
}

/** The limits that a budget has, and how they stand. */
export function takenOf({ budget, spent, reserved }: BudgetStanding): readonly Taken[] {
  return (['microDollars', 'tokens'] as const).flatMap((of) => {
    const limit = budget[of]
    if (limit === null) return []
    return [
      {
        of,
        limit,
        spent: spent[of],
        reserved: reserved[of],
        left: Math.max(0, limit - spent[of] - reserved[of]),
        share: limit === 0 ? 1 : spent[of] / limit,
      },
    ]
  })
}

/** How much attention it asks for: people are told at half, at four fifths and at all of it. */
export function levelOf(share: number): 'calm' | 'half' | 'nearly' | 'spent' {
  if (share >= 1) return 'spent'
  if (share >= 0.8) return 'nearly'
  return share >= 0.5 ? 'half' : 'calm'
}

export function isSame(one: BudgetKey, other: BudgetKey): boolean {
  return one.scope === other.scope && one.of === other.of && one.period === other.period
}

/** Its name among others: a budget and a cap may be for the same. */
export function keyOf({ scope, of, period, microDollars, tokens }: Budget): string {
  return JSON.stringify([scope, of, period, microDollars, tokens])
}
