import { ArrowUpRight } from 'lucide-react'
import { useIsDemo } from '../demo/is-demo.ts'
import { ownWords } from '../text/agents.ts'

interface PromptProps {
  /** As its agent has it. */
  readonly prompt: string
  /** Who is asked, where that is not plain. */
  readonly agent?: string | undefined
  readonly onPick: (words: string) => void
}

/** Something to ask an agent, which is said by pressing it. */
export function Prompt({ prompt, agent, onPick }: PromptProps) {
  const { shown, said } = usePrompt(prompt)
  return (
    <button
      type="button"
      onClick={() => onPick(said)}
      className="group/prompt flex h-full min-h-11 w-full items-center justify-between gap-3 rounded-lg border border-line px-3.5 py-2.5 text-start text-sm text-soft transition-colors hover:border-edge hover:bg-raised hover:text-ink"
    >
      <span className="text-pretty">
        {agent !== undefined && <span className="block text-xs text-faint">{agent}</span>}
        {shown}
      </span>
      <ArrowUpRight
        aria-hidden
        className="size-4 shrink-0 text-faint transition-colors group-hover/prompt:text-accent"
      />
    </button>
  )
}

/** A prompt in the language of the page. The rules of the demo model understand it only as its agent has it. */
export function usePrompt(prompt: string): { readonly shown: string; readonly said: string } {
  const isDemo = useIsDemo()
  const shown = ownWords(prompt)
  return { shown, said: isDemo ? prompt : shown }
}
