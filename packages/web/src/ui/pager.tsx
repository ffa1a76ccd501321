import { ChevronLeft, ChevronRight } from 'lucide-react'
import { text } from '../text/text.ts'
import { IconButton } from './button.tsx'

interface PagerProps {
  /** Which one is shown, from 0. */
  readonly index: number
  readonly count: number
  readonly onChange: (index: number) => void
}

/** Pages between versions of one thing: `‹ 2 / 3 ›`. */
export function Pager({ index, count, onChange }: PagerProps) {
  return (
    <div className="flex items-center text-xs text-soft tabular-nums">
      <IconButton
        size="small"
        label={text.message.earlier}
        icon={ChevronLeft}
        disabled={index === 0}
        onClick={() => onChange(index - 1)}
      />
      <span aria-hidden="true">{text.message.version(index + 1, count)}</span>
      <span className="sr-only">{text.message.versionLabel(index + 1, count)}</span>
      <IconButton
        size="small"
        label={text.message.later}
        icon={ChevronRight}
        disabled={index === count - 1}
        onClick={() => onChange(index + 1)}
      />
    </div>
  )
}
