import type { BudgetQuestion, RunId } from '@streambed/client'
import { Check, Square, Wallet } from 'lucide-react'
import { useId, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { timeLeft } from '../format/time.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/use-now.ts'
import { useChatActions } from './chat-actions.ts'

interface BudgetCardProps {
  readonly run: RunId
  readonly question: BudgetQuestion
}

/** The question whether an answer goes on though a budget is spent, with what it has come to and what going on may cost. */
export function BudgetCard({ run, question }: BudgetCardProps) {
  const actions = useChatActions()
  const title = useId()
  const now = useNow(true)
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { id, scope, period, limit, spent, call, more, by, expiresAt } = question
  const left = Date.parse(expiresAt) - now
  const isAdmins = by === 'admin'

  const answer = (approved: boolean) => {
    setSending(true)
    setProblem(null)
    actions
      .approve(run, id, { approved })
      .catch((error: Error) => setProblem(inWords(error)))
      .finally(() => setSending(false))
  }
  const facts = [
    [text.budgetQuestion.spent, spentText(spent, limit)],
    [text.budgetQuestion.call, text.budgetQuestion.upTo(amountText(call))],
  ] as const
  return (
    <section
      aria-labelledby={title}
      className="animate-appear rounded-xl border border-warning/40 bg-raised p-4 shadow-low"
    >
      <div className="flex items-start gap-3">
        <span className="grid size-8 shrink-0 place-items-center rounded-lg bg-warning-soft text-warning">
          <Wallet aria-hidden className="size-4.5" />
        </span>
        <div className="min-w-0 flex-1">
          <h3 id={title} className="text-[0.9375rem] font-semibold text-pretty">
            {text.budgetQuestion.title(text.budgetQuestion.budgets[scope], text.budgetQuestion.periods[period])}
          </h3>
          <p className="mt-0.5 text-sm text-pretty text-soft">
            {isAdmins ? text.budgetQuestion.askAdmin : text.budgetQuestion.explanation}
          </p>
        </div>
      </div>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-5 gap-y-1 rounded-lg bg-sunken px-3.5 py-2.5 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="min-w-0 tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {problem !== null && (
        <p role="alert" className="mt-3 text-sm break-words text-pretty whitespace-pre-wrap text-danger">
          {problem}
        </p>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <Button look="primary" icon={Check} disabled={isSending || left <= 0} onClick={() => answer(true)}>
          {isAdmins ? text.budgetQuestion.goOn : text.budgetQuestion.allow(amountText(more))}
        </Button>
        <Button icon={Square} disabled={isSending} onClick={() => answer(false)}>
          {text.budgetQuestion.end}
        </Button>
        <span className="ms-auto text-xs text-faint tabular-nums">
          {left > 0 ? text.approval.expires(timeLeft(left, text.locale)) : text.approval.expired}
        </span>
      </div>
    </section>
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
