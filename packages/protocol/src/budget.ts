import * as z from 'zod'

/** What a budget is for. An organisation has at most one of each. */
export const BudgetKey = z.object({
  scope: z.enum(['user', 'agent', 'organisation']).describe('An agent has its budget for each user apart.'),
  of: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe("The user's or the agent's name. Null: each one that has none of its own. Null for an organisation."),
  period: z.enum(['day', 'month']).describe('In UTC.'),
})
export type BudgetKey = Readonly<z.infer<typeof BudgetKey>>

const limit = z.int().nonnegative().max(1_000_000_000_000).nullable().default(null)

/** How much may be spent in a period, in money or in tokens or both. */
export const Budget = BudgetKey.extend({
  microDollars: limit,
  /** Of all kinds together: in, out, read from the cache and written to it. */
  tokens: limit,
  /** What happens at the limit: the answer is cut, or people are asked before the next call whether it may go on. */
  action: z.enum(['cut', 'ask']).default('cut'),
})
export type Budget = Readonly<z.infer<typeof Budget>>

/** A budget that somebody is under, and how it stands. */
export interface BudgetStanding {
  readonly budget: Budget
  readonly spent: { readonly microDollars: number; readonly tokens: number }
  /** For calls that are under way. */
  readonly reserved: { readonly microDollars: number; readonly tokens: number }
  /** When the period is over and the budget whole again (ISO 8601). */
  readonly renewsAt: string
}
