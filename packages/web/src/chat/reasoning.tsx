import type { ReasoningBlock, RunId } from '@streambed/client'
import { memo } from 'react'
import { formatSeconds } from '../format/time.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { thinkingTime } from './thinking-times.ts'

interface ReasoningProps {
  readonly run: RunId
  readonly block: ReasoningBlock
}

/** What the model thought before it spoke, folded away. */
export const Reasoning = memo(function Reasoning({ run, block }: ReasoningProps) {
  const time = thinkingTime(run, block.block, block.open)
  const summary = block.open
    ? text.answer.thinking
    : time === null
      ? text.answer.thought
      : text.answer.thoughtFor(formatSeconds(time))
  return (
    <Disclosure summary={<span className={classes(block.open && 'animate-breathe')}>{summary}</span>}>
      <div className="mt-1 border-s-2 border-line ps-4 text-sm leading-relaxed break-words whitespace-pre-wrap text-soft">
        {block.text}
      </div>
    </Disclosure>
  )
})
