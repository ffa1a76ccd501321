import { ArrowUpRight, Workflow } from 'lucide-react'
import { builderText } from '../text/builder.ts'

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
            <button
              type="button"
              onClick={() => onPick(prompt)}
              className="group/prompt flex min-h-11 w-full items-center justify-between gap-3 rounded-lg border border-line px-3.5 py-2.5 text-start text-sm text-soft transition-colors hover:border-edge hover:bg-raised hover:text-ink"
            >
              <span className="text-pretty">{prompt}</span>
              <ArrowUpRight
                aria-hidden
                className="size-4 shrink-0 text-faint transition-colors group-hover/prompt:text-accent"
              />
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What can be asked where nothing has been built, and where something has. */
export const PROMPTS = {
  fresh: [builderText.canvas.empty.prompt, ...builderText.prompts.fresh],
  built: builderText.prompts.built,
}
