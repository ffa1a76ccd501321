import type { Budget, BudgetStanding } from '@streambed/client/admin'
import { useConversations } from '@streambed/client/react'
import { Wallet } from 'lucide-react'
import { useEffect } from 'react'
import { admin } from '../admin/admin.ts'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { navigate } from '../routes/navigation.ts'
import { Section } from '../settings/section.tsx'
import { isAdmin, useWho } from '../sign-in/account.ts'
import { Problem } from '../sign-in/problem.tsx'
import { useList } from '../sign-in/use-list.ts'
import { adminText } from '../text/admin.ts'
import { Button } from '../ui/button.tsx'
import { keyOf } from './standing.ts'
import { StandingView } from './standing-view.tsx'

const words = adminText.budgets
const SCOPES: readonly Budget['scope'][] = ['user', 'agent', 'organisation']
const PERIODS: readonly Budget['period'][] = ['day', 'month']

/** The budgets that one is under oneself, and for admins the way to all. Those of single agents are seen with the agents. */
export function YourBudgets() {
  const who = useWho()
  const agents = useKnownAgents()
  const { value: book, problem, reload } = useList(readMine)
  const { items: conversations } = useConversations()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed list is the sign that something was spent
  useEffect(reload, [reload, conversations])
  const mayManage = who !== null && isAdmin(who)
  if (book?.mine.length === 0 && !mayManage) return null

  const nameOf = ({ scope, of, period }: Budget) => {
    const title = agents.find(({ name }) => name === of)?.title ?? of ?? words.who.anyAgent
    const name = scope === 'agent' ? words.mineWho.agent(title) : words.mineWho[scope]
    return words.name(name, words.per[period])
  }
  return (
    <Section
      title={words.mine.title}
      action={
        mayManage && (
          <Button look="quiet" icon={Wallet} onClick={() => navigate({ name: 'budgets' })}>
            {words.mine.manage}
          </Button>
        )
      }
    >
      <Problem of={book ? null : problem} />
      {book?.mine.length === 0 && <p className="text-sm text-faint">{words.mine.none}</p>}
      <ul className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {inOrder(book?.mine ?? []).map((standing) => (
          <li key={keyOf(standing.budget)} className="text-sm">
            <span className="font-medium">{nameOf(standing.budget)}</span>
            <StandingView standing={standing} label={nameOf(standing.budget)} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The nearest first: one's own, then those that are shared; days before months. */
function inOrder(standings: readonly BudgetStanding[]): readonly BudgetStanding[] {
  const place = ({ budget: { scope, period } }: BudgetStanding) => SCOPES.indexOf(scope) * 2 + PERIODS.indexOf(period)
  return standings.toSorted((one, other) => place(one) - place(other))
}

const readMine = () => admin.budgets()
