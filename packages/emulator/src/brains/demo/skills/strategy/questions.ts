import { changed, limitsOf, MOST, usual } from './change.ts'
import { dollars, RISKS, type Strategy } from './document.ts'
import { type Wish, wishIn } from './wish.ts'
import { compared, explained, marketsOf, summary } from './words.ts'

/** What it says without changing anything; undefined where the words ask for a change, or a new strategy. */
export function inWords(text: string, wish: Wish, before: Strategy | undefined): string | undefined {
  const lower = text.toLowerCase().trim()
  if (/^\W*(?:thanks|thank you|thx|cheers|great|perfect|nice|cool)\b[^?]{0,30}$/.test(lower) && isEmpty(wish))
    return "You're welcome. Tell me when you want to change something."
  const wrong = impossible(lower, wish)
  if (wrong) return wrong
  if (before) return aboutIt(lower, wish, before)
  if (isEmpty(wish) && ADVICE_ASKED.test(lower)) return NO_ADVICE
  return isEmpty(wish) && !ABOUT_MONEY.test(lower) ? ASK : undefined
}

const ASK =
  'I design trading strategies. How much money is it, how much risk may it take, and what monthly return do you aim at? For example: "I have $5000 and want a conservative strategy with 3% monthly returns".'
const NO_ADVICE =
  'This is not financial advice, and I am a demo model that works by rules. Every strategy here can lose money; the guardrails say how much it may lose before it stops.'
const ABOUT_MONEY = /\b(?:strateg|invest|trad(?:e|ing)|portfolio|returns?|crypto|stocks?|etf|savings?|money)/
const ADVICE_ASKED = /\badvice\b|\bshould i\b|\bguarantee|\bis it safe\b|\bsafe\?/

/** What no strategy can be made for. */
function impossible(
  text: string,
  { capital, capitalMore, monthly, stopLoss, takeProfit, drawdown, position }: Wish,
): string | undefined {
  if ((capital !== undefined && capital <= 0) || /\b(?:no|zero) (?:money|dollars|capital|savings)\b/.test(text))
    return 'That leaves nothing to invest; it must be more than zero. How much money is it?'
  if ((capital ?? capitalMore ?? 0) > 1e12) return 'That is more than I can reckon with. How much money is it really?'
  if (monthly !== undefined && (monthly <= 0 || monthly > MOST))
    return `I cannot aim at ${monthly}% a month: it must be above 0 and at most ${MOST}, and even a tenth of that is a lot. What return would you like?`
  const limits = [stopLoss, drawdown, position].filter((value) => value !== undefined)
  if (limits.some((value) => value <= 0 || value > 100) || (takeProfit ?? 1) <= 0)
    return 'A limit must be between 0 and 100%. Which one shall it be?'
  return undefined
}

function aboutIt(text: string, wish: Wish, before: Strategy): string | undefined {
  if (/\b(?:compare|compared|versus|vs)\b/.test(text)) {
    const own = before.degen_class.selected
    const risk =
      wish.risk && wish.risk !== own ? wish.risk : RISKS[RISKS.indexOf(own) === 2 ? 0 : RISKS.indexOf(own) + 1]!
    return compared(before, changed(before, { risk }))
  }
  if (KEEPING.test(text))
    return 'That is done in the program through which you talk to me: it names, saves, opens and exports strategies, and takes changes back. I only change the strategy itself.'
  const isQuestion =
    /^\W*(?:and |so |but )?(?:what|how|why|which|when|where|who|is|are|does|do|will|would|should|explain|describe|tell me)\b/.test(
      text,
    )
  if (isQuestion && !/\b(?:what if|how about|what about|can you|could you)\b/.test(text)) return answered(text, before)
  if (ADVICE_ASKED.test(text) && isEmpty(wish)) return NO_ADVICE
  if (isEmpty(wish))
    return 'I did not understand what to change. Try "make it safer", "double the capital" or "add a 5% stop-loss".'
  return undefined
}

const KEEPING =
  /\b(?:save|rename|export|download|undo|redo|take (?:that|it) back|revert|restore the|go back)\b|\b(?:call|name) (?:it|this|that|the|my)\b|\b(?:list|show|open|load) (?:me )?(?:all )?(?:my|the|our|saved) (?:saved )?strateg|^\W*open\b/

function answered(text: string, strategy: Strategy): string {
  const { strategy_metrics, degen_class } = strategy
  const limits = limitsOf(strategy)
  if (ADVICE_ASKED.test(text)) return `${NO_ADVICE} ${summary(strategy)}`
  const limit = LIMITS.find(([, pattern]) => pattern.test(text))
  if (limit) {
    const [id, , name] = limit
    return limits[id] === undefined
      ? `It has no ${name}. Say "add a 5% ${name}" for one.`
      : `The ${name} is ${limits[id]}%. ${strategy.guardrails.enabled.find((guard) => guard.id === id)!.detail} ${limits[id] === usual(id, degen_class.selected) ? `That is usual for a ${degen_class.selected.toLowerCase()}-risk strategy.` : 'That is what it was set to.'}`
  }
  if (/\b(?:capital|how much money|budget|amount)\b/.test(text))
    return `It takes ${dollars(strategy_metrics.estimated_capital_required_usd)}.`
  if (/\b(?:return|aim|earn|make|yield|profit|target|realistic)/.test(text)) {
    const target = strategy.guardrails.enabled.find(({ id }) => id === 'return_target')
    return `It aims at ${strategy_metrics.impact_monthly_return_delta_pct}% a month. ${target?.detail ?? ''} That is a target, no promise.`
  }
  if (/\b(?:trade|markets?|assets?|buy|hold)\b/.test(text)) return `It trades ${marketsOf(strategy)}.`
  return explained(strategy)
}

const LIMITS: readonly (readonly [id: string, pattern: RegExp, name: string])[] = [
  ['stop_loss', /stop[- ]?loss/, 'stop-loss'],
  ['take_profit', /take[- ]?profit/, 'take-profit'],
  ['max_drawdown', /draw-?down|how much (?:can|could|may) (?:i|it) lose/, 'drawdown limit'],
  ['position_limit', /position/, 'position limit'],
]

export function isEmpty(wish: Wish): boolean {
  return Object.keys(wish).length === 0
}

/** Whether a text has anything in it of which a strategy can be made. */
export function isWish(text: string): boolean {
  return !isEmpty(wishIn(text)) || ABOUT_MONEY.test(text.toLowerCase())
}
