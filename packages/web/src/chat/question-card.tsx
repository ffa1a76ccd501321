import type { ApprovalId, RunId } from '@streambed/client'
import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { timeLeft } from '../format/time.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { useNow } from '../ui/use-now.ts'
import { useChatActions } from './chat-actions.ts'

/** What one may say to a run that waits: allowed or not, and with which input. */
export interface Answering {
  readonly isSending: boolean
  readonly problem: string | null
  /** In milliseconds; none is left when it is too late. */
  readonly left: number
  answer(approved: boolean, more?: { readonly input: unknown }): void
}

export function useAnswering(
  run: RunId,
  { id, expiresAt }: { readonly id: ApprovalId; readonly expiresAt: string },
): Answering {
  const actions = useChatActions()
  const now = useNow(true)
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  return {
    isSending,
    problem,
    left: Date.parse(expiresAt) - now,
    answer(approved, more) {
      setSending(true)
      setProblem(null)
      actions
        .approve(run, id, { approved, ...more })
        .catch((error: Error) => setProblem(inWords(error)))
        .finally(() => setSending(false))
    },
  }
}

interface QuestionCardProps {
  readonly icon: LucideIcon
  readonly title: ReactNode
  readonly explanation: ReactNode
  /** What it is about. */
  readonly children: ReactNode
  /** The buttons. */
  readonly actions: ReactNode
  readonly answering: Answering
}

/** Something that a run asks a person and waits for, and how long it does. */
export function QuestionCard({ icon: Icon, title, explanation, children, actions, answering }: QuestionCardProps) {
  const heading = useId()
  const { problem, left } = answering
  return (
    <section
      aria-labelledby={heading}
      className="animate-appear rounded-xl border border-warning/40 bg-raised p-4 shadow-low"
    >
      <div className="flex items-start gap-3">
        <span className="grid size-8 shrink-0 place-items-center rounded-lg bg-warning-soft text-warning">
          <Icon aria-hidden className="size-4.5" />
        </span>
        <div className="min-w-0 flex-1">
          <h3 id={heading} className="text-[0.9375rem] font-semibold text-pretty">
            {title}
          </h3>
          <p className="mt-0.5 text-sm text-pretty text-soft">{explanation}</p>
        </div>
      </div>
      <div className="mt-3">{children}</div>
      {problem !== null && (
        <p role="alert" className="mt-3 text-sm break-words text-pretty whitespace-pre-wrap text-danger">
          {problem}
        </p>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {actions}
        <span className="ms-auto text-xs text-faint tabular-nums">
          {left > 0 ? text.approval.expires(timeLeft(left, text.locale)) : text.approval.expired}
        </span>
      </div>
    </section>
  )
}
