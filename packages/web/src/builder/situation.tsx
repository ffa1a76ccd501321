import { CloudOff, History, PencilRuler, Puzzle } from 'lucide-react'
import type { ReactNode } from 'react'
import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'

interface SituationProps {
  readonly isAnswering: boolean
  /** The moment that is looked at, in words; null where it is now. */
  readonly past: string | null
  readonly isConnected: boolean
  /** Why this strategy cannot be changed by hand. */
  readonly problem: string | null
}

/** Why nothing can be changed just now; nothing where it can. */
export function Situation({ isAnswering, past, isConnected, problem }: SituationProps) {
  const { canvas } = builderText
  if (past !== null) return <Reason icon={<History />}>{canvas.past(past)}</Reason>
  if (isAnswering) return <Reason icon={<PencilRuler className="animate-breathe" />}>{canvas.writing}</Reason>
  if (!isConnected) return <Reason icon={<CloudOff />}>{canvas.offline}</Reason>
  if (problem) return <Reason icon={<Puzzle />}>{problem}</Reason>
  return null
}

function Reason({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <p
      role="status"
      className={classes(
        'flex min-h-9 max-w-full animate-appear items-center gap-2 rounded-lg border border-line bg-raised px-3 py-1.5 text-xs text-soft shadow-low',
        '*:[svg]:size-4 *:[svg]:shrink-0 *:[svg]:text-accent',
      )}
    >
      {icon}
      <span className="min-w-0 text-pretty">{children}</span>
    </p>
  )
}
