import type { Skill } from '../../skill.ts'
import type { Turn } from '../../turn.ts'
import { twoPartsOf } from '../../two-parts.ts'
import { changed } from './change.ts'
import { designed } from './design.ts'
import type { Strategy } from './document.ts'
import { inWords, isWish } from './questions.ts'
import { type Wish, wishIn } from './wish.ts'
import { wordsOfChange, wordsOfDesign } from './words.ts'

/**
 * Designs a trading strategy when the request asks for two parts, words and a JSON object with a flowchart. It reads the workspace
 * from the system text, and the strategy so far from its own last answer, or from what the user has said where that was answered
 * elsewhere.
 */
export const strategy: Skill = {
  name: 'strategy',
  answer(turn) {
    const parts = twoPartsOf(turn)
    if (!parts?.has('flowchart')) return undefined
    const startsOver = /\b(?:start (?:over|again|anew)|from scratch|new strategy|another strategy)\b/i.test(turn.text)
    const before = startsOver ? undefined : (wholeStrategy(parts.soFar) ?? retold(turn))
    const wish = wishIn(turn.text)
    const words = inWords(turn.text, wish, before)
    return { say: words === undefined ? parts.write(...answered(turn, wish, before)) : parts.write(words) }
  },
}

function answered({ text, system }: Turn, wish: Wish, before: Strategy | undefined): [string, Strategy] {
  if (!before) {
    const made = designed(wish, workspaceIn(system))
    const promised = /\bguarantee|\bpromise|\brisk[- ]free\b|\b(?:no|without|zero) risk\b|\bcan'?t lose\b/i.test(text)
    return [wordsOfDesign(wish, made, { promised }), made]
  }
  const made = changed(before, wish)
  return [wordsOfChange(wish, before, made), made]
}

function workspaceIn(system: string): string {
  return /workspace is "([^"]+)"/.exec(system)?.[1] ?? 'My workspace'
}

/** An answer that was stopped leaves a part of a strategy, and there is nothing to change in that. */
function wholeStrategy(found: unknown): Strategy | undefined {
  const { flowchart, degen_class, strategy_metrics, guardrails } = (found ?? {}) as Partial<Strategy>
  const parts = [flowchart?.nodes, flowchart?.edges, degen_class?.selected, guardrails?.enabled]
  const isWhole = [...parts, strategy_metrics?.estimated_capital_required_usd].every((part) => part !== undefined)
  return isWhole ? (found as Strategy) : undefined
}

/** The strategy that follows from what the user has said before. */
function retold({ said, system }: Turn): Strategy | undefined {
  const wishes = said.filter(({ role, text }) => role === 'user' && isWish(text)).map(({ text }) => wishIn(text))
  const [first, ...others] = wishes
  return first && others.reduce(changed, designed(first, workspaceIn(system)))
}
