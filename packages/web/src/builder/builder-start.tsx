import { Workflow } from 'lucide-react'
import { Prompt } from '../chat/prompt.tsx'

interface BuilderStartProps {
  readonly title: string
  readonly explanation: string
  readonly prompts: readonly string[]
  readonly onPick: (prompt: string) => void
}

/** What stands in the chat while nothing has been said. */
export function BuilderStart({ title, explanation, prompts, onPick }: BuilderStartProps) {
  return (
    <div className="flex min-h-full animate-appear flex-col justify-center px-5 py-6">
      <div className="grid size-11 place-items-center rounded-xl bg-accent-soft text-accent">
        <Workflow aria-hidden className="size-6" />
      </div>
      <h2 className="mt-4 text-xl leading-tight font-semibold tracking-tight text-balance">{title}</h2>
      <p className="mt-2 text-sm leading-relaxed text-pretty text-soft">{explanation}</p>
      <ul className="mt-5 space-y-2">
        {prompts.map((prompt) => (
          <li key={prompt}>
            <Prompt prompt={prompt} onPick={onPick} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** For a canvas that is empty. */
export const FIRST_PROMPT = 'I have $5000 and want a conservative strategy with 3% monthly returns'

/** What can be asked where nothing has been built, and where something has. */
export const PROMPTS = {
  fresh: [
    FIRST_PROMPT,
    'Build a moderate momentum strategy for $20,000',
    'Show me a high-return crypto strategy for $1,000, and what could go wrong',
  ],
  built: ['Make it safer', 'Double the capital', 'Add a 5% stop-loss', 'Explain it step by step'],
}
