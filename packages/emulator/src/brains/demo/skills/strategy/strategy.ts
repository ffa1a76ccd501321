import type { Skill } from '../../skill.ts'
import { twoPartsOf } from '../../two-parts.ts'
import { changed } from './change.ts'
import { designed } from './design.ts'
import type { Strategy } from './document.ts'
import { type Wish, wishIn } from './wish.ts'
import { explained, wordsOfChange, wordsOfDesign } from './words.ts'

/**
 * Designs a trading strategy when the request asks for two parts, words and a JSON object with a flowchart. It reads the workspace
 * from the system text, and the strategy so far from its own last answer.
 */
export const strategy: Skill = {
  name: 'strategy',
  answer(turn) {
    const parts = twoPartsOf(turn)
    if (!parts?.has('flowchart')) return undefined
    const before = wholeStrategy(parts.soFar)
    const wish = wishOf(turn.text, before)
    if (typeof wish === 'string') return { say: parts.write(wish) }
    const made = before ? changed(before, wish) : designed(wish, workspaceIn(turn.system))
    return { say: parts.write(before ? wordsOfChange(wish, made) : wordsOfDesign(wish, made), made) }
  },
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

/** What is wanted; or what to ask back, in words. */
function wishOf(text: string, before: Strategy | undefined): Wish | string {
  const lower = text.toLowerCase()
  const wish = wishIn(text)
  if (/\b(thanks|thank you|cheers)\b/.test(lower)) return "You're welcome. Tell me when you want to change something."
  if (/\b(advice|should i|guarantee|safe\?)\b/.test(lower) && Object.keys(wish).length === 0) {
    return 'This is not financial advice, and I am a demo model that works by rules. Every strategy here can lose money; the guardrails say how much it may lose before it stops.'
  }
  if (Object.keys(wish).length > 0) return wish
  if (!before && /\b(strateg|invest|trade|trading|portfolio|returns?|crypto|stocks?|etf|savings?|money)/.test(lower))
    return wish
  if (before && /\b(why|what|how|explain|which)\b/.test(lower)) return explained(before)
  return before
    ? 'I did not understand what to change. Try "make it safer", "double the capital" or "add a 5% stop-loss".'
    : 'I design trading strategies. How much money is it, how much risk may it take, and what monthly return do you aim at? For example: "I have $5000 and want a conservative strategy with 3% monthly returns".'
}
