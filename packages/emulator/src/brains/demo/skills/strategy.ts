import type { Skill } from '../skill.ts'
import type { Turn } from '../turn.ts'

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

type Risk = 'Low' | 'Medium' | 'High'

interface Node {
  readonly id: string
  readonly type: 'trigger' | 'condition' | 'action' | 'risk' | 'output'
  readonly label: string
  readonly detail: string
}

interface Guard {
  readonly id: string
  readonly label: string
  readonly status: 'ok' | 'warning' | 'off'
  readonly detail: string
}

interface Strategy {
  readonly account: { readonly workspace: string; readonly section: string }
  readonly flowchart: {
    readonly nodes: readonly Node[]
    readonly edges: readonly {
      readonly id: string
      readonly source: string
      readonly target: string
      readonly label?: string
    }[]
  }
  readonly degen_class: { readonly selected: Risk }
  readonly strategy_metrics: {
    readonly impact_monthly_return_delta_pct: number
    readonly estimated_capital_required_usd: number
  }
  readonly guardrails: { readonly enabled: readonly Guard[] }
}

/** What the user wants, as far as it was said. */
interface Wish {
  readonly risk?: Risk
  readonly safer?: boolean
  readonly bolder?: boolean
  readonly capital?: number
  readonly factor?: number
  readonly monthly?: number
  readonly stopLoss?: number
  readonly remove?: string
  readonly market?: string
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
    const parsed = JSON.parse(text ?? 'null') as Strategy | null
    return parsed?.flowchart ? parsed : undefined
  } catch {
    return undefined
  }
}

/** What is wanted; or what to ask back, in words. */
function wishOf(text: string, before: Strategy | undefined): Wish | string {
  const lower = text.toLowerCase()
  const wish: Wish = {
    ...riskIn(lower),
    ...capitalIn(lower),
    ...monthlyIn(lower),
    ...stopLossIn(lower),
    ...removalIn(lower),
    ...marketIn(lower),
  }
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

function riskIn(text: string): Wish {
  if (/\b(safer|less risk|lower risk|reduce (the )?risk|more (careful|conservative|cautious))/.test(text))
    return { safer: true }
  if (/\b(riskier|more risk|bolder|more aggressive)/.test(text)) return { bolder: true }
  if (/\b(conservative|low[- ]risk|cautious|careful|defensive|safe)\b/.test(text)) return { risk: 'Low' }
  if (/\b(aggressive|high[- ](risk|returns?|yield)|degen|moonshot|all[- ]in|maximum returns?)\b/.test(text))
    return { risk: 'High' }
  if (/\b(moderate|balanced|medium([- ]risk)?)\b/.test(text)) return { risk: 'Medium' }
  return {}
}

function capitalIn(text: string): Wish {
  if (/\bdouble\b/.test(text)) return { factor: 2 }
  if (/\btriple\b/.test(text)) return { factor: 3 }
  if (/\b(halve|half)\b/.test(text)) return { factor: 0.5 }
  const found =
    /(?:\$|usd|us\$)\s*([\d.,]+)\s*(k|m|thousand|million)?\b/.exec(text) ??
    /\b([\d.,]+)\s*(k|m|thousand|million)?\s*(?:\$|usd|dollars?|bucks)/.exec(text)
  if (!found) return {}
  const amount = Number(found[1]!.replace(/,/g, '').replace(/\.$/, ''))
  const unit = found[2]?.[0] === 'k' || found[2] === 'thousand' ? 1_000 : found[2] ? 1_000_000 : 1
  return Number.isFinite(amount) ? { capital: amount * unit } : {}
}

function monthlyIn(text: string): Wish {
  const found =
    /([\d.]+)\s*(?:%|per ?cent)\s*(?:\w+\s+){0,2}?(monthly|a month|per month|each month|yearly|annual|a year|per year)/.exec(
      text,
    ) ?? /(monthly|annual|yearly)\s+(?:returns?|gains?|yield)\s+of\s+(?:about\s+)?([\d.]+)\s*(?:%|per ?cent)/.exec(text)
  if (!found) return {}
  const [rate, period] = /^[\d.]/.test(found[1]!) ? [found[1]!, found[2]!] : [found[2]!, found[1]!]
  const value = Number(rate)
  return { monthly: /year|annual/.test(period) ? Math.round((value / 12) * 100) / 100 : value }
}

function stopLossIn(text: string): Wish {
  const found =
    /([\d.]+)\s*(?:%|per ?cent)\s*(?:trailing\s+)?stop[- ]?loss/.exec(text) ??
    /stop[- ]?loss\s+(?:of|at|to)\s+([\d.]+)\s*(?:%|per ?cent)/.exec(text)
  if (found) return { stopLoss: Number(found[1]) }
  return /\b(add|with|include)\b.*\bstop[- ]?loss/.test(text) ? { stopLoss: 5 } : {}
}

function removalIn(text: string): Wish {
  const found =
    /\b(?:remove|drop|delete|without)\s+(?:the\s+)?(stop[- ]?loss|rebalanc\w*|drawdown|position limit|diversif\w*)/.exec(
      text,
    )
  return found ? { remove: found[1]!.replace(/[- ]/g, '_').replace(/^stop_?loss$/, 'stop_loss') } : {}
}

function marketIn(text: string): Wish {
  const markets = {
    crypto: 'crypto',
    bitcoin: 'bitcoin',
    stock: 'stocks',
    etf: 'index funds',
    bond: 'bonds',
    forex: 'currencies',
    gold: 'gold',
  }
  const found = Object.entries(markets).find(([word]) => new RegExp(`\\b${word}s?\\b`).test(text))
  return found ? { market: found[1] } : {}
}

interface Profile {
  readonly monthly: number
  readonly market: string
  readonly signal: string
  readonly position: number
  readonly stop: number
  readonly drawdown: number
}

const PROFILES: Readonly<Record<Risk, Profile>> = {
  Low: {
    monthly: 1.5,
    market: 'index funds and short bonds',
    signal: '200-day trend is up',
    position: 10,
    stop: 3,
    drawdown: 6,
  },
  Medium: {
    monthly: 4,
    market: 'large stocks',
    signal: '20-day average crosses the 50-day',
    position: 15,
    stop: 5,
    drawdown: 12,
  },
  High: {
    monthly: 12,
    market: 'crypto',
    signal: 'breakout above the 10-day high',
    position: 25,
    stop: 10,
    drawdown: 30,
  },
}

function designed(wish: Wish, workspace: string): Strategy {
  const risk = wish.risk ?? (wish.safer ? 'Low' : wish.bolder ? 'High' : 'Medium')
  const profile = PROFILES[risk]
  const capital = Math.round(5_000 * (wish.factor ?? 1))
  const amount = wish.capital ?? capital
  const market = wish.market ?? profile.market
  return {
    account: { workspace, section: 'My Strategies' },
    flowchart: {
      nodes: [
        { id: 'n1', type: 'trigger', label: 'Every market day', detail: `At the close, look at ${market}.` },
        { id: 'n2', type: 'condition', label: 'Trend check', detail: `Go on only if the ${profile.signal}.` },
        {
          id: 'n3',
          type: 'condition',
          label: 'Volatility check',
          detail: `Skip days that move more than ${profile.stop} %.`,
        },
        { id: 'n4', type: 'action', label: 'Buy in parts', detail: positionDetail(amount, profile.position) },
        {
          id: 'n5',
          type: 'risk',
          label: `Stop-loss ${profile.stop}%`,
          detail: `Sell what falls ${profile.stop} % below its price.`,
        },
        { id: 'n6', type: 'action', label: 'Rebalance', detail: 'Once a month, back to the planned weights.' },
        {
          id: 'n7',
          type: 'output',
          label: 'Monthly result',
          detail: `Aim: ${wish.monthly ?? profile.monthly} % a month. Report and repeat.`,
        },
      ],
      edges: [
        { id: 'e1', source: 'n1', target: 'n2' },
        { id: 'e2', source: 'n2', target: 'n3', label: 'yes' },
        { id: 'e3', source: 'n3', target: 'n4', label: 'calm' },
        { id: 'e4', source: 'n4', target: 'n5' },
        { id: 'e5', source: 'n5', target: 'n6', label: 'holds' },
        { id: 'e6', source: 'n6', target: 'n7' },
      ],
    },
    degen_class: { selected: risk },
    strategy_metrics: {
      impact_monthly_return_delta_pct: wish.monthly ?? profile.monthly,
      estimated_capital_required_usd: amount,
    },
    guardrails: { enabled: guardsFor(risk, wish) },
  }
}

function positionDetail(capital: number, percent: number): string {
  return `At most ${percent} % of the money in one position: ${dollars((capital * percent) / 100)} of ${dollars(capital)}.`
}

function guardsFor(risk: Risk, wish: Wish): Guard[] {
  const { stop, position, drawdown, monthly } = PROFILES[risk]
  const loss = wish.stopLoss ?? stop
  const aim = wish.monthly ?? monthly
  const isMuch = aim > monthly * 1.5
  return [
    {
      id: 'stop_loss',
      label: `Stop-loss ${loss}%`,
      status: 'ok',
      detail: `Each position is sold ${loss} % below its price.`,
    },
    {
      id: 'position_limit',
      label: `Position limit ${position}%`,
      status: 'ok',
      detail: `No position is larger than ${position} % of the money.`,
    },
    {
      id: 'max_drawdown',
      label: `Drawdown limit ${drawdown}%`,
      status: risk === 'High' ? 'warning' : 'ok',
      detail: `All is sold when ${drawdown} % of the money is lost.`,
    },
    {
      id: 'return_target',
      label: `Target ${aim}% a month`,
      status: isMuch ? 'warning' : 'ok',
      detail: isMuch
        ? 'That is a lot for this much risk; expect to miss it.'
        : 'Within what this kind of strategy aims at.',
    },
  ]
}

/** Changes what was asked and keeps the rest, ids included. */
function changed(before: Strategy, wish: Wish): Strategy {
  const order: readonly Risk[] = ['Low', 'Medium', 'High']
  const at = order.indexOf(before.degen_class.selected)
  const risk = wish.risk ?? order[Math.max(0, Math.min(2, at + (wish.bolder ? 1 : 0) - (wish.safer ? 1 : 0)))]!
  const isOtherRisk = risk !== before.degen_class.selected || wish.safer === true
  const old = before.strategy_metrics
  const capital = Math.round((wish.capital ?? old.estimated_capital_required_usd) * (wish.factor ?? 1))
  const scale = isOtherRisk ? PROFILES[risk].monthly / PROFILES[before.degen_class.selected].monthly : 1
  const monthly = wish.monthly ?? round(old.impact_monthly_return_delta_pct * (scale === 1 && wish.safer ? 0.8 : scale))
  const stopLoss = wish.stopLoss ?? (isOtherRisk ? PROFILES[risk].stop : undefined)
  const nodes = before.flowchart.nodes.map((node) =>
    changedNode(node, { stopLoss, capital, risk, monthly, market: wish.market }),
  )
  const guarded = before.guardrails.enabled
    .filter(({ id }) => id !== wish.remove)
    .map((guard) => changedGuard(guard, { stopLoss, risk, monthly }))
  const hasStop = guarded.some(({ id }) => id === 'stop_loss')
  const stop: Guard[] = hasStop || wish.stopLoss === undefined ? [] : guardsFor(risk, wish).slice(0, 1)
  const kept = wish.remove === 'stop_loss' ? nodes.filter(({ label }) => !/^stop-loss/i.test(label)) : nodes
  return {
    ...before,
    flowchart: { nodes: kept, edges: joined(before.flowchart.edges, kept) },
    degen_class: { selected: risk },
    strategy_metrics: { impact_monthly_return_delta_pct: monthly, estimated_capital_required_usd: capital },
    guardrails: { enabled: [...stop, ...guarded] },
  }
}

interface Changes {
  readonly stopLoss: number | undefined
  readonly risk: Risk
  readonly monthly: number
  readonly capital?: number
  readonly market?: string | undefined
}

function changedNode(node: Node, { stopLoss, capital, risk, monthly, market }: Changes): Node {
  if (node.type === 'risk' && /^stop-loss/i.test(node.label) && stopLoss !== undefined) {
    return { ...node, label: `Stop-loss ${stopLoss}%`, detail: `Sell what falls ${stopLoss} % below its price.` }
  }
  if (node.id === 'n4' && capital !== undefined)
    return { ...node, detail: positionDetail(capital, PROFILES[risk].position) }
  if (node.type === 'trigger' && market) return { ...node, detail: `At the close, look at ${market}.` }
  if (node.type === 'output') return { ...node, detail: `Aim: ${monthly} % a month. Report and repeat.` }
  return node
}

function changedGuard(guard: Guard, { stopLoss, risk, monthly }: Changes): Guard {
  const fresh = guardsFor(risk, { monthly, ...(stopLoss === undefined ? {} : { stopLoss }) }).find(
    ({ id }) => id === guard.id,
  )
  if (!fresh || (guard.id === 'stop_loss' && stopLoss === undefined)) return guard
  return fresh
}

/** Edges around a node that has gone are joined over the gap. */
function joined(edges: Strategy['flowchart']['edges'], nodes: readonly Node[]): Strategy['flowchart']['edges'] {
  const ids = new Set(nodes.map(({ id }) => id))
  const follow = (target: string): string | undefined => {
    if (ids.has(target)) return target
    const next = edges.find(({ source }) => source === target)
    return next && follow(next.target)
  }
  return edges.flatMap((edge) => {
    const target = ids.has(edge.source) ? follow(edge.target) : undefined
    return target ? [{ ...edge, target }] : []
  })
}

const ADVICE = '*This is not financial advice; a demo model made it by rules.*'

function wordsOfDesign(wish: Wish, { degen_class, strategy_metrics, guardrails }: Strategy): string {
  const { selected } = degen_class
  const said = wish.risk ? '' : ' You did not say how much risk it may take, so I chose a moderate one.'
  const warnings = guardrails.enabled.filter(({ status }) => status === 'warning')
  const risk =
    warnings.length > 0
      ? ` Mind this: ${warnings[0]!.detail.toLowerCase()}`
      : ' The main risk is a fast fall, in which the stop-loss sells late.'
  return `I've put together a ${{ Low: 'conservative', Medium: 'moderate', High: 'high-return' }[selected]} strategy for ${dollars(strategy_metrics.estimated_capital_required_usd)} that aims at **${strategy_metrics.impact_monthly_return_delta_pct} % a month**.${said} It buys in parts while the trend is up, limits each position and sells at a stop-loss.${risk}\n\n${ADVICE}`
}

function wordsOfChange(wish: Wish, { degen_class, strategy_metrics }: Strategy): string {
  const parts = [
    (wish.safer || wish.bolder || wish.risk) && `the risk class is now **${degen_class.selected}**`,
    (wish.capital !== undefined || wish.factor !== undefined) &&
      `the capital is ${dollars(strategy_metrics.estimated_capital_required_usd)}`,
    wish.stopLoss !== undefined && `the stop-loss is at ${wish.stopLoss} %`,
    wish.remove && `the ${wish.remove.replaceAll('_', ' ')} is gone`,
    wish.market && `it trades ${wish.market}`,
    (wish.monthly !== undefined || wish.safer || wish.bolder) &&
      `the aim is ${strategy_metrics.impact_monthly_return_delta_pct} % a month`,
  ].filter((part): part is string => typeof part === 'string')
  return `Done: ${parts.join(', ')}. Everything else stays as it was.\n\n${ADVICE}`
}

function explained({ flowchart, degen_class, strategy_metrics }: Strategy): string {
  const steps = flowchart.nodes.map(({ label, detail }) => `- **${label}**: ${detail}`).join('\n')
  return `It is a ${degen_class.selected.toLowerCase()}-risk strategy for ${dollars(strategy_metrics.estimated_capital_required_usd)}. Step by step:\n\n${steps}\n\n${ADVICE}`
}

function dollars(amount: number): string {
  return `$${Math.round(amount).toLocaleString('en-US')}`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
