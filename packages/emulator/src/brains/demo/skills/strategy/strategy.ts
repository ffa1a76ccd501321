import type { Skill } from '../../skill.ts'
import type { Turn } from '../../turn.ts'
import { changed } from './change.ts'
import { designed } from './design.ts'
import type { Strategy } from './document.ts'
import { type Wish, wishIn } from './wish.ts'
import { explained, wordsOfChange, wordsOfDesign } from './words.ts'

/**
 * Designs a trading strategy when the request asks for two tagged sections, words and a JSON object with a flowchart. It reads the
 * tags' names and the workspace from the system text, and the strategy so far from its own last answer.
 */
export const strategy: Skill = {
  name: 'strategy',
  answer(turn) {
    const tags = tagsIn(turn.system)
    if (!tags || !turn.system.includes('"flowchart"')) return undefined
    const before = strategySoFar(turn, tags.data)
    const wish = wishOf(turn.text, before)
    if (typeof wish === 'string') return { say: `<${tags.words}>\n${wish}\n</${tags.words}>` }
    const made = before ? changed(before, wish) : designed(wish, workspaceIn(turn.system))
    const words = before ? wordsOfChange(wish, made) : wordsOfDesign(wish, made)
    return {
      say: `<${tags.words}>\n${words}\n</${tags.words}>\n<${tags.data}>\n${JSON.stringify(made)}\n</${tags.data}>`,
    }
  },
}

function tagsIn(system: string): { readonly words: string; readonly data: string } | undefined {
  const names = [...system.matchAll(/^<([\w-]+)>$/gm)].map(([, name]) => name!)
  return names.length >= 2 ? { words: names[0]!, data: names[1]! } : undefined
}

function workspaceIn(system: string): string {
  return /workspace is "([^"]+)"/.exec(system)?.[1] ?? 'My workspace'
}

function strategySoFar({ lastAnswer, note }: Turn, tag: string): Strategy | undefined {
  const text = new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(lastAnswer)?.[1] ?? note
  try {
    const parsed = JSON.parse(text ?? 'null') as Partial<Strategy> | null
    return parsed && isWhole(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** An answer that was stopped leaves a part of a strategy, and there is nothing to change in that. */
function isWhole(strategy: Partial<Strategy>): strategy is Strategy {
  const { flowchart, degen_class, strategy_metrics, guardrails } = strategy
  const parts = [flowchart?.nodes, flowchart?.edges, degen_class?.selected, guardrails?.enabled]
  return [...parts, strategy_metrics?.estimated_capital_required_usd].every((part) => part !== undefined)
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
