import { limitsOf } from './change.ts'
import { dollars, type Node, type Strategy } from './document.ts'
import { joined } from './markets.ts'
import type { Wish } from './wish.ts'

const ADVICE = '*This is not financial advice; a demo model made it by rules.*'
const KINDS = { Low: 'conservative', Medium: 'moderate', High: 'high-return' }

export function wordsOfDesign(wish: Wish, made: Strategy, { promised = false } = {}): string {
  const { degen_class, strategy_metrics } = made
  const { estimated_capital_required_usd: capital, impact_monthly_return_delta_pct: monthly } = strategy_metrics
  const opening = `I've put together a ${KINDS[degen_class.selected]} strategy for ${dollars(capital)} that aims at **${monthly}% a month**.`
  const stop = limitsOf(made)['stop_loss']
  const sells = stop === undefined ? 'and has no stop-loss, as you wished' : `and sells at a stop-loss of ${stop}%`
  const how = `It looks at ${marketsOf(made)}, buys in parts while the trend is up, limits each position ${sells}.`
  return paragraphs(
    [promised && NO_PROMISE, opening, assumed(wish, made), inDollars(wish), how, riskOf(made)],
    [ADVICE],
  )
}

const NO_PROMISE = 'Nobody can promise a return, and no strategy is without risk.'

/** What the user did not say, and what was taken instead. */
function assumed(wish: Wish, { degen_class, strategy_metrics }: Strategy): string | false {
  const noMoney = wish.capital === undefined
  const noRisk = wish.risk === undefined && wish.shift === undefined
  const money = `I reckon with ${dollars(strategy_metrics.estimated_capital_required_usd)}`
  const risk = degen_class.selected === 'High' ? 'a high risk, which such a return takes' : 'a moderate risk'
  if (noMoney && noRisk)
    return `You said neither how much money it is nor how much risk it may take: ${money} and ${risk}.`
  if (noMoney) return `You did not say how much money it is: ${money}.`
  return noRisk && `You did not say how much risk it may take, so I chose ${risk}.`
}

function inDollars({ currency }: Wish): string | false {
  return (
    currency !== undefined && 'The figures are in dollars: I know no exchange rates and took your sum as it stands.'
  )
}

function riskOf({ guardrails }: Strategy): string {
  const warning = guardrails.enabled.find(({ status }) => status === 'warning')
  if (!warning) return 'The main risk is a fast fall, in which it sells late.'
  return `Mind this: ${warning.detail[0]!.toLowerCase()}${warning.detail.slice(1)}`
}

/** Says what is different, by comparing. */
export function wordsOfChange(wish: Wish, before: Strategy, after: Strategy): string {
  const changes = differences(before, after)
  if (changes.length === 0) {
    const traded = wish.markets ? ` It trades ${marketsOf(after)}.` : ''
    return `That is how it is already, so nothing has changed. ${summary(after)}${traded}`
  }
  const edge = wish.shift && before.degen_class.selected === after.degen_class.selected
  const limit = wish.shift === 'safer' ? 'lowest' : 'highest'
  return paragraphs(
    [
      edge && `It is in the ${limit} risk class already.`,
      `Done: ${joined(changes)}.`,
      'Everything else stays as it was.',
    ],
    [inDollars(wish), riskier(before, after) && riskOf(after)],
    [ADVICE],
  )
}

function riskier(before: Strategy, after: Strategy): boolean {
  const warnings = ({ guardrails }: Strategy): number =>
    guardrails.enabled.filter(({ status }) => status === 'warning').length
  return warnings(after) > warnings(before)
}

function differences(before: Strategy, after: Strategy): readonly string[] {
  const [old, now] = [before.strategy_metrics, after.strategy_metrics]
  const [limits, next] = [limitsOf(before), limitsOf(after)]
  const names = Object.keys({ ...limits, ...next }).filter((id) => id !== 'return_target' && limits[id] !== next[id])
  const steps = (strategy: Strategy): readonly string[] =>
    strategy.flowchart.nodes.filter(({ type }) => type !== 'risk' && type !== 'trigger').map(({ label }) => label)
  const gone = steps(before).filter((label) => !steps(after).includes(label))
  const come = steps(after).filter((label) => !steps(before).includes(label))
  return [
    before.degen_class.selected !== after.degen_class.selected &&
      `the risk class is now **${after.degen_class.selected}**`,
    old.estimated_capital_required_usd !== now.estimated_capital_required_usd &&
      `the capital is ${dollars(now.estimated_capital_required_usd)}`,
    old.impact_monthly_return_delta_pct !== now.impact_monthly_return_delta_pct &&
      `the aim is ${now.impact_monthly_return_delta_pct}% a month`,
    ...names.map((id) => `the ${NAMES[id] ?? id} ${next[id] === undefined ? 'is gone' : `is ${next[id]}%`}`),
    ...gone.map((label) => `the step "${label}" is gone`),
    ...come.map((label) => `there is a step "${label}"`),
    triggerOf(before)?.label !== triggerOf(after)?.label && `it acts ${triggerOf(after)?.label.toLowerCase()}`,
    marketsOf(before) !== marketsOf(after) && `it trades ${marketsOf(after)}`,
  ].filter((part) => part !== false)
}

const NAMES: Readonly<Record<string, string>> = {
  stop_loss: 'stop-loss',
  take_profit: 'take-profit',
  max_drawdown: 'drawdown limit',
  position_limit: 'position limit',
}

export function marketsOf(strategy: Strategy): string {
  return /look at (.+)\.$/.exec(triggerOf(strategy)?.detail ?? '')?.[1] ?? 'the markets'
}

function triggerOf({ flowchart }: Strategy): Node | undefined {
  return flowchart.nodes.find(({ type }) => type === 'trigger')
}

/** One sentence on all of it. */
export function summary(strategy: Strategy): string {
  const { degen_class, strategy_metrics } = strategy
  return `It is a ${degen_class.selected.toLowerCase()}-risk strategy for ${dollars(strategy_metrics.estimated_capital_required_usd)} that aims at ${strategy_metrics.impact_monthly_return_delta_pct}% a month.`
}

export function explained(strategy: Strategy): string {
  const steps = strategy.flowchart.nodes.map(({ label, detail }) => `- **${label}**: ${detail}`).join('\n')
  return paragraphs([summary(strategy), 'Step by step:'], [steps], [ADVICE])
}

/** Two strategies side by side. */
export function compared(one: Strategy, other: Strategy): string {
  const row = (name: string, of: (strategy: Strategy) => string): string => `| ${name} | ${of(one)} | ${of(other)} |`
  const limit = (id: string) => (strategy: Strategy) =>
    limitsOf(strategy)[id] === undefined ? 'none' : `${limitsOf(strategy)[id]}%`
  const lines = [
    `| | Yours (${one.degen_class.selected}) | ${other.degen_class.selected} |`,
    '|---|---|---|',
    row('Aim a month', ({ strategy_metrics }) => `${strategy_metrics.impact_monthly_return_delta_pct}%`),
    row('Capital', ({ strategy_metrics }) => dollars(strategy_metrics.estimated_capital_required_usd)),
    row('Stop-loss', limit('stop_loss')),
    row('Position limit', limit('position_limit')),
    row('Drawdown limit', limit('max_drawdown')),
  ]
  return paragraphs(
    ['Yours beside the other, with the same money:'],
    [lines.join('\n')],
    ['Nothing has changed. Say which one you want.'],
    [ADVICE],
  )
}

export function paragraphs(...parts: readonly (readonly (string | false | undefined)[])[]): string {
  return parts
    .map((sentences) => sentences.filter(Boolean).join(' '))
    .filter(Boolean)
    .join('\n\n')
}
