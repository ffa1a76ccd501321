import type { BudgetQuestion, RunId } from '@streambed/client'
import { Check, Square, Wallet } from 'lucide-react'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { QuestionCard, useAnswering } from './question-card.tsx'

interface BudgetCardProps {
  readonly run: RunId
  readonly question: BudgetQuestion
}

/** The question whether an answer goes on though a budget is spent, with what it has come to and what going on may cost. */
export function BudgetCard({ run, question }: BudgetCardProps) {
  const answering = useAnswering(run, question)
  const { isSending, left, answer } = answering
  const { scope, period, limit, spent, call, more, by } = question
  const isAdmins = by === 'admin'
  const facts = [
    [text.budgetQuestion.spent, spentText(spent, limit)],
    [text.budgetQuestion.call, text.budgetQuestion.upTo(amountText(call))],
  ] as const
  return (
    <QuestionCard
      icon={Wallet}
      title={text.budgetQuestion.title(text.budgetQuestion.budgets[scope], text.budgetQuestion.periods[period])}
      explanation={isAdmins ? text.budgetQuestion.askAdmin : text.budgetQuestion.explanation}
      answering={answering}
      actions={
        <>
          <Button look="primary" icon={Check} disabled={isSending || left <= 0} onClick={() => answer(true)}>
            {isAdmins ? text.budgetQuestion.goOn : text.budgetQuestion.allow(amountText(more))}
          </Button>
          <Button icon={Square} disabled={isSending} onClick={() => answer(false)}>
            {text.budgetQuestion.end}
          </Button>
        </>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1 rounded-lg bg-sunken px-3.5 py-2.5 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="min-w-0 tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </QuestionCard>
  )
}

/** `$4.50 of $5.00`, and of both what each has come to. */
function spentText(spent: BudgetQuestion['spent'], limit: BudgetQuestion['limit']): string {
  const each = KINDS.filter((kind) => limit[kind] !== null).map((kind) => {
    const only = { microDollars: null, tokens: null }
    return text.budgetQuestion.of(
      amountText({ ...only, [kind]: spent[kind] }),
      amountText({ ...only, [kind]: limit[kind] }),
    )
  })
  return each.join(' · ')
}

const KINDS = ['microDollars', 'tokens'] as const

/** `$0.45`, `20,000 tokens`, or both. */
function amountText({ microDollars, tokens }: BudgetQuestion['more']): string {
  const money = microDollars === null ? [] : [formatMoney(microDollars, text.locale)]
  const count = tokens === null ? [] : [text.budgetQuestion.tokens(formatCount(tokens, text.locale))]
  return [...money, ...count].join(' · ')
}
