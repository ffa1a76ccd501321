import { CircleCheck, CircleHelp, CircleX, Hourglass, type LucideIcon } from 'lucide-react'
import { classes } from '../ui/classes.ts'
import { isDue, type LoggedPrediction, type Status, statusWord } from './prediction.ts'

const LOOKS: Record<Status | 'due', { readonly icon: LucideIcon; readonly look: string }> = {
  pending: { icon: Hourglass, look: 'bg-sunken text-soft' },
  due: { icon: Hourglass, look: 'bg-warning-soft text-warning' },
  verified_true: { icon: CircleCheck, look: 'bg-accent-soft text-accent' },
  verified_false: { icon: CircleX, look: 'bg-danger-soft text-danger' },
  inconclusive: { icon: CircleHelp, look: 'bg-sunken text-soft' },
}

interface StatusMarkProps {
  readonly record: Pick<LoggedPrediction, 'status' | 'due'>
  readonly now: number
}

/** What became of a prediction, in a word. */
export function StatusMark({ record, now }: StatusMarkProps) {
  const { icon: Icon, look } = LOOKS[isDue(record, now) ? 'due' : record.status]
  return (
    <span
      className={classes(
        'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap',
        look,
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      {statusWord(record, now)}
    </span>
  )
}
