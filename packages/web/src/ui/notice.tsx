import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'

type Tone = 'info' | 'warning' | 'danger'

interface NoticeProps {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly children: ReactNode
  /** What can be done about it. */
  readonly actions?: ReactNode
}

const TONES: Record<Tone, string> = {
  info: 'border-line bg-sunken text-soft',
  warning: 'border-warning/25 bg-warning-soft text-warning',
  danger: 'border-danger/25 bg-danger-soft text-danger',
}

/** A sentence that stands out from the page, with its next step. */
export function Notice({ tone, icon: Icon, children, actions }: NoticeProps) {
  return (
    <div
      className={classes(
        'flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2 text-sm leading-snug',
        TONES[tone],
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="min-w-0 flex-1 basis-52 py-1 text-pretty">{children}</div>
      {actions}
    </div>
  )
}
