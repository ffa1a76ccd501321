import { type Budget, type BudgetKey, type Owner, type RunId, StreambedError } from '@streambed/protocol'
import {
  type Amount,
  accountsOf,
  type BudgetLine,
  type BudgetStore,
  knownSince,
  type LineStanding,
  MAX_BUDGETS,
  type SpendingAccount,
} from '../budgets.ts'
import { Fenced } from '../store.ts'
import type { UsageRecord } from '../usage.ts'

export interface MemoryBudgets extends BudgetStore {
  /** Counts a call, in place of what its run had set aside. */
  settle(owner: Owner, record: UsageRecord): void
  release(run: RunId): void
  clear(): void
}

const NOTHING: Amount = { microDollars: 0, tokens: 0 }

export function memoryBudgets(isActive: (run: RunId) => boolean): MemoryBudgets {
  const budgets = new Map<string, Map<string, Budget>>()
  const reserved = new Map<RunId, { readonly accounts: readonly string[]; readonly amount: Amount }>()
  /** By account, then by day. */
  const spent = new Map<string, Map<string, Amount>>()
  const told = new Set<string>()
  let lastDay = ''

  return {
    async list(org) {
      return [...(budgets.get(org)?.values() ?? [])].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    },
    async set(org, budget) {
      const mine = budgets.get(org) ?? new Map<string, Budget>()
      if (!mine.has(keyOf(budget)) && mine.size >= MAX_BUDGETS)
        throw new StreambedError('too-many', `An organisation has at most ${MAX_BUDGETS} budgets; remove one.`)
      budgets.set(org, mine.set(keyOf(budget), budget))
    },
    async remove(org, key) {
      return budgets.get(org)?.delete(keyOf(key)) ?? false
    },

    async reserve({ run, owner, agent, most, least, isPriced }, lines) {
      if (!isActive(run)) throw new Fenced()
      let { microDollars, tokens } = most
      for (const line of lines) {
        const { spent, reserved } = standingOf(line, run)
        const dollarsLeft = (line.microDollars ?? Infinity) - spent.microDollars - reserved.microDollars
        const tokensLeft = (line.tokens ?? Infinity) - spent.tokens - reserved.tokens
        if ((isPriced && dollarsLeft < least.microDollars) || tokensLeft < least.tokens) return undefined
        microDollars = Math.min(microDollars, dollarsLeft)
        tokens = Math.min(tokens, tokensLeft)
      }
      const amount = { microDollars: Math.max(0, microDollars), tokens }
      reserved.set(run, { accounts: accountsOf(owner, agent).map(nameOf), amount })
      return amount
    },
    async standing(lines) {
      return lines.map((line) => standingOf(line))
    },
    async tell({ account, period, from }, percent) {
      const before = told.size
      return told.add(JSON.stringify([account, period, from, percent])).size > before
    },

    settle(owner, { run, agent, at, event }) {
      const tokens = event.inputTokens + event.outputTokens + event.cacheReadTokens + event.cacheWriteTokens
      const amount = { microDollars: event.microDollars ?? 0, tokens }
      const day = at.slice(0, 10)
      if (day !== lastDay) dropBefore(knownSince(day))
      lastDay = day
      for (const account of accountsOf(owner, agent).map(nameOf)) {
        const days = spent.get(account) ?? new Map<string, Amount>()
        spent.set(account, days.set(day, sum([days.get(day) ?? NOTHING, amount])))
      }
      reserved.delete(run)
    },
    release: (run) => void reserved.delete(run),
    clear() {
      for (const kept of [budgets, reserved, spent, told]) kept.clear()
    },
  }

  function dropBefore(first: string): void {
    for (const [account, days] of spent) {
      for (const day of days.keys()) if (day < first) days.delete(day)
      if (days.size === 0) spent.delete(account)
    }
  }

  /** Without what `run` itself has set aside. */
  function standingOf({ account, from }: BudgetLine, run?: RunId): LineStanding {
    const name = nameOf(account)
    const days = [...(spent.get(name) ?? [])].filter(([day]) => day >= from)
    const others = [...reserved].filter(([other, { accounts }]) => other !== run && accounts.includes(name))
    return {
      spent: sum(days.map(([, amount]) => amount)),
      reserved: sum(others.map(([, { amount }]) => amount)),
    }
  }
}

function sum(amounts: readonly Amount[]): Amount {
  return amounts.reduce(
    (a, b) => ({ microDollars: a.microDollars + b.microDollars, tokens: a.tokens + b.tokens }),
    NOTHING,
  )
}

const nameOf = (account: SpendingAccount): string => JSON.stringify(account)
const keyOf = ({ scope, of, period }: BudgetKey): string => JSON.stringify([scope, of ?? '', period])
