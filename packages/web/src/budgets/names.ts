import type { Budget } from '@streambed/client/admin'
import { usePeople } from '../admin/use-people.ts'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { useWho } from '../sign-in/account.ts'
import { adminText } from '../text/admin.ts'

const words = adminText.budgets

/** How budgets are called. */
export interface BudgetNames {
  /** Whom it is for: `Each person`. */
  whoOf(budget: Pick<Budget, 'scope' | 'of'>): string
  /** Which one it is: `Each person, per day`. */
  nameOf(budget: Pick<Budget, 'scope' | 'of' | 'period'>): string
}

export function useBudgetNames(): BudgetNames {
  const { nameOf: personName } = usePeople()
  const agents = useKnownAgents()
  const isAlone = useWho()?.via === 'local'
  const whoOf = ({ scope, of }: Pick<Budget, 'scope' | 'of'>): string => {
    if (scope === 'organisation') return words.who.organisation
    if (scope === 'user') return isAlone ? words.who.you : of === null ? words.who.each : personName(of)
    const agent = of === null ? words.who.anyAgent : (agents.find(({ name }) => name === of)?.title ?? of)
    return isAlone ? words.who.youWith(agent) : words.who.eachWith(agent)
  }
  return { whoOf, nameOf: (budget) => words.name(whoOf(budget), words.per[budget.period]) }
}
