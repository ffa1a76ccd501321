import { amountIn } from './amounts.ts'
import type { Risk } from './document.ts'
import { type MarketWish, marketsIn } from './markets.ts'
import { type Percentages, percentagesIn } from './percentages.ts'

/** A part of the flowchart that can be there or not. */
export type Piece =
  | 'stop_loss'
  | 'take_profit'
  | 'trend'
  | 'volatility'
  | 'rebalance'
  | 'max_drawdown'
  | 'position_limit'
export type Rhythm = 'hour' | 'day' | 'week' | 'month'

/** What the user wants, as far as it was said. */
export interface Wish extends Percentages {
  readonly risk?: Risk
  /** One class down or up from where it is. */
  readonly shift?: 'safer' | 'bolder'
  readonly capital?: number
  /** What the sum was said in, where that was not dollars. */
  readonly currency?: string
  readonly factor?: number
  readonly capitalMore?: number
  readonly aim?: 'higher' | 'lower'
  readonly add?: Piece
  readonly remove?: Piece
  readonly markets?: MarketWish
  readonly rhythm?: Rhythm
}

/** What somebody's words say about it. Empty where they say nothing. */
export function wishIn(text: string): Wish {
  const plain = text.replace(/<[^>]{1,40}>|\{[^}]*\}/g, ' ') // tags and JSON are no wishes
  const lower = plain.toLowerCase()
  const markets = marketsIn(lower)
  const rhythm = rhythmIn(lower)
  return {
    ...riskIn(lower),
    ...capitalIn(lower),
    ...percentagesIn(plain),
    ...aimIn(lower),
    ...piecesIn(lower),
    ...(markets && { markets }),
    ...(rhythm && { rhythm }),
  }
}

const LOW =
  /\b(?:conservative|konservativ|cautious(?:ly)?|careful(?:ly)?|defensive|safe(?:ly|ty)?|secure|prudent|calm|steady|risk[- ]averse|preservation|low(?:est)?[- ]risk|risk[- ]free|(?:no|low|little|minimal|minimum|hardly any|not (?:much|too much)) risk|sleep (?:well|at night))\b/
const HIGH =
  /\b(?:aggressive(?:ly)?|aggressiv|degen|yolo|moonshot|all[- ]in|gambl\w+|speculative|risky|bold|wild|go(?:ing)? big|lambo|(?:high(?:est)?|max(?:imum)?|big|huge)[- ](?:risk|returns?|yield|growth|gains?|profits?))\b/
const MEDIUM = /\b(?:moderate(?:ly)?|balanced|medium(?:[- ]risk)?|middle of the road|average risk|neutral|ausgewogen)\b/
const NOT = /\b(?:not|no|nothing|never|isn't|don't want|without|hardly)\b[^,.;]{0,24}$/

function riskIn(text: string): Wish {
  if (
    /\b(?:safer|calmer|saver|tone it down|calm it down|less (?:risk|risky|aggressive)|lower (?:the )?risk|reduce (?:the |my )?risk|more (?:careful|conservative|cautious|defensive)|too risky)\b/.test(
      text,
    )
  )
    return { shift: 'safer' }
  if (
    /\b(?:riskier|more (?:risk|risky|aggressive)|bolder|wilder|spice it up|crank it up|raise the risk|less (?:conservative|careful|cautious))\b/.test(
      text,
    )
  )
    return { shift: 'bolder' }
  const high = HIGH.exec(text)
  if (high && NOT.test(text.slice(0, high.index))) return { risk: LOW.test(text) ? 'Low' : 'Medium' }
  if (LOW.test(text)) {
    const low = LOW.exec(text)!
    return { risk: /\b(?:not|isn't)\s+(?:too |very |so )?$/.test(text.slice(0, low.index)) ? 'Medium' : 'Low' }
  }
  if (high) return { risk: 'High' }
  return MEDIUM.test(text) ? { risk: 'Medium' } : {}
}

function capitalIn(text: string): Wish {
  const amount = amountIn(text)
  const currency = amount?.currency ? { currency: amount.currency } : {}
  if (amount) {
    const lead = text.slice(Math.max(0, amount.index - 40), amount.index)
    const isGoal = /\bto\s+(?:about\s+)?$/.test(text.slice(0, amount.index))
    if (!isGoal && MORE.test(lead)) return { capitalMore: amount.value, ...currency }
    if (!isGoal && LESS.test(lead)) return { capitalMore: -amount.value, ...currency }
    return { capital: amount.value, ...currency }
  }
  const times = /\b(\d+(?:\.\d+)?)\s?x\b|\b(\d+) times\b/.exec(text)
  if (times) return { factor: Number(times[1] ?? times[2]) }
  const word = FACTORS.find(([pattern]) => pattern.test(text))
  return word ? { factor: word[1] } : {}
}

const MORE = /\b(?:add|another|additional|extra|increase\w*|raise\w*|top (?:it )?up|deposit)\b[^.;]*$/
const LESS = /\b(?:withdraw|take out|remove|subtract|reduce|decrease|lower)\b[^.;]*$/

const FACTORS: readonly (readonly [RegExp, number])[] = [
  [/\b(?:double|twice)\b/, 2],
  [/\btriple\b/, 3],
  [/\bquadruple\b/, 4],
  [
    /\b(?:halve|(?:cut|split) (?:it |the \w+ )?in half|half (?:of it|the (?:money|capital|amount))|only half|by half)\b/,
    0.5,
  ],
]

function aimIn(text: string): Wish {
  const found =
    /\b(lower|reduce|decrease|less|raise|increase|higher|more|boost|bump)\b[^.;]{0,20}\b(?:returns?|aim|target|yield|profits?|gains?)\b/.exec(
      text,
    )
  if (!found || /\d\s*(?:%|per ?cent)/.test(text)) return {}
  return { aim: /lower|reduce|decrease|less/.test(found[1]!) ? 'lower' : 'higher' }
}

const PIECES: readonly (readonly [Piece, RegExp])[] = [
  ['stop_loss', /stop[- ]?loss(?:es)?/],
  ['take_profit', /take[- ]?profits?|profit[- ]target/],
  ['trend', /trend(?:[- ](?:check|filter|condition))?/],
  ['volatility', /volatility(?:[- ](?:check|filter|condition))?/],
  ['rebalance', /rebalanc\w*/],
  ['max_drawdown', /draw-?down(?:[- ]limit)?/],
  ['position_limit', /position(?:[- ](?:limit|size|sizing))/],
]

function piecesIn(text: string): Wish {
  for (const [piece, pattern] of PIECES) {
    const gone = new RegExp(
      `\\b(?:remove|drop|delete|disable|skip|without|no|get rid of|(?:turn|switch) off|take (?:out|away))\\s+(?:the |any |my |that )?(?:\\S+ )?${pattern.source}`,
    )
    if (gone.test(text) && !/\bdrop(?:s|ped)? (?:the )?(?:stop[- ]?loss) to\b/.test(text)) return { remove: piece }
    const come = new RegExp(
      `\\b(?:add|include|with|use|put in|bring back|restore|enable|turn on|want)\\s+(?:[\\w.%]+ ){0,3}?${pattern.source}`,
    )
    if (come.test(text)) return { add: piece }
  }
  return {}
}

function rhythmIn(text: string): Rhythm | undefined {
  const found =
    /\b(?:trade|check|look|run|act|trigger|every|once (?:an?|per|every))\b[^.;,]*?\b(hour(?:ly)?|da(?:y|ily)|week(?:ly)?|month(?:ly)?)\b/.exec(
      text,
    )
  if (!found || /%|per ?cent|returns?|rebalanc/.test(found[0])) return undefined
  return found[1]!.startsWith('da') ? 'day' : (found[1]!.replace(/ly$/, '') as Rhythm)
}
