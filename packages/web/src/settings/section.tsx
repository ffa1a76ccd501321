import { type ReactNode, useId } from 'react'

interface SectionProps {
  readonly title: string
  readonly explanation?: string
  /** What can be done about it as a whole. */
  readonly action?: ReactNode
  readonly children: ReactNode
}

/** One thing that can be set, with what it is about. */
export function Section({ title, explanation, action, children }: SectionProps) {
  const heading = useId()
  return (
    <section aria-labelledby={heading} className="rounded-xl border border-line bg-raised p-5">
      <div className="flex items-start justify-between gap-3">
        <h2 id={heading} className="text-[0.9375rem] font-semibold">
          {title}
        </h2>
        {action && <div className="-my-1 shrink-0">{action}</div>}
      </div>
      {explanation && <p className="mt-1 max-w-2xl text-sm text-pretty text-soft">{explanation}</p>}
      <div className="mt-4">{children}</div>
    </section>
  )
}
