import type { ReasoningBlock } from '@streambed/client'
import { memo } from 'react'
import { formatSeconds } from '../format/time.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { Disclosure } from '../ui/disclosure.tsx'

/** What the model thought before it spoke, folded away. */
export const Reasoning = memo(function Reasoning({ block }: { readonly block: ReasoningBlock }) {
  const { startedAt, endedAt } = block
  const summary =
    endedAt === null
      ? text.answer.thinking
      : text.answer.thoughtFor(formatSeconds(Date.parse(endedAt) - Date.parse(startedAt)))
  return (
    <Disclosure summary={<span className={classes(block.open && 'animate-breathe')}>{summary}</span>}>
      <div className="mt-1 border-s-2 border-line ps-4 text-sm leading-relaxed break-words whitespace-pre-wrap text-soft">
        {block.text}
      </div>
    </Disclosure>
  )
})
