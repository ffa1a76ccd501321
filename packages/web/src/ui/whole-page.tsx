import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface WholePageProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** A page that has only one thing to say. */
export function WholePage({ icon: Icon, title, children, action }: WholePageProps) {
  return (
    <div className="grid h-full place-items-center overflow-y-auto p-6">
      <div className="flex max-w-sm animate-appear flex-col items-center text-center">
        <div className="grid size-12 place-items-center rounded-xl bg-accent-soft text-accent">
          <Icon aria-hidden className="size-6" />
        </div>
        <h1 className="mt-5 text-lg font-semibold text-balance">{title}</h1>
        {children && <p className="mt-1.5 text-sm text-pretty text-soft">{children}</p>}
        {action && <div className="mt-5">{action}</div>}
      </div>
    </div>
  )
}
