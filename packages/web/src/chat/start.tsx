import type { AgentInfo } from '@streambed/client'
import { text } from '../text/text.ts'
import { Logo } from '../ui/logo.tsx'
import { Prompt } from './prompt.tsx'

/** What stands above the composer while nothing has been said. */
export function Greeting({ agent }: { readonly agent: AgentInfo | undefined }) {
  return (
    <div className="mx-auto mt-auto flex w-full max-w-reading animate-appear flex-col items-center px-6 pb-7 text-center low:pb-3">
      <div className="grid size-13 place-items-center rounded-xl bg-accent-soft text-accent low:hidden">
        <Logo className="size-8" />
      </div>
      <h1 className="mt-5 text-[1.65rem] low:mt-0 low:text-lg leading-tight font-semibold tracking-tight text-balance">
        {text.start.greeting}
      </h1>
      <p className="mt-3 max-w-lg text-[0.9375rem] leading-relaxed text-pretty text-soft low:hidden">
        {agent?.description} {text.start.explanation}
      </p>
    </div>
  )
}

interface SuggestionsProps {
  readonly agents: readonly AgentInfo[]
  /** Whom one has chosen to talk to; undefined before that. */
  readonly chosen: AgentInfo | undefined
  readonly onPick: (prompt: string, agent: AgentInfo) => void
}

/** What one may ask: something of each agent until one is chosen, and what to expect of the place. */
export function Suggestions({ agents, chosen, onPick }: SuggestionsProps) {
  const only = chosen ?? (agents.length === 1 ? agents[0] : undefined)
  const prompts = only
    ? only.suggestions.map((prompt) => ({ agent: only, prompt }))
    : agents.flatMap((agent) => agent.suggestions.slice(0, 1).map((prompt) => ({ agent, prompt })))
  return (
    <div className="mx-auto w-full max-w-reading ps-[max(0.75rem,env(safe-area-inset-left))] pe-[max(0.75rem,env(safe-area-inset-right))] pt-4 sm:px-6">
      <h2 className="sr-only">{text.start.suggestions}</h2>
      <ul className="grid auto-rows-fr content-start gap-2 sm:grid-cols-2">
        {agents.length === 0 && [1, 2, 3, 4].map((nth) => <li key={nth} aria-hidden className="h-20" />)}
        {prompts.slice(0, 4).map(({ agent, prompt }) => (
          <li key={prompt} className={only ? 'animate-appear' : 'min-h-20 animate-appear'}>
            <Prompt prompt={prompt} agent={only ? undefined : agent.title} onPick={(words) => onPick(words, agent)} />
          </li>
        ))}
      </ul>
      <dl className="mt-8 grid grid-cols-3 gap-6 text-center text-xs max-sm:hidden low:hidden">
        {text.start.points.map((point) => (
          <div key={point.title}>
            <dt className="font-semibold text-soft">{point.title}</dt>
            <dd className="mt-0.5 text-pretty text-faint">{point.text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
