import { type Guard, type Node, RISKS, type Risk, type Strategy } from './document.ts'
import { marketsAfter, split } from './markets.ts'
import {
  aimDetail,
  dailyDetail,
  guardOf,
  PROFILES,
  positionDetail,
  STEPS,
  stepOf,
  stopDetail,
  triggerDetail,
} from './parts.ts'
import type { Piece, Rhythm, Wish } from './wish.ts'

/** Changes what was asked and keeps the rest, ids included. */
export function changed(before: Strategy, wish: Wish): Strategy {
  const from = before.degen_class.selected
  const risk = wish.risk ?? shifted(from, wish.shift)
  const isOtherRisk = risk !== from || wish.shift !== undefined
  const capital = capitalAfter(before, wish)
  const monthly = monthlyAfter(before, wish, risk)
  const limits = isOtherRisk ? limitsAfter(before, wish, risk) : limitsOf(before)
  const wanted = { ...limits, ...named(wish), return_target: monthly }
  const reshaped = reshape(before, wish, wanted, risk)
  return {
    ...reshaped,
    flowchart: {
      ...reshaped.flowchart,
      nodes: reshaped.flowchart.nodes.map((node) =>
        renewed(node, { before, wish, risk, isOtherRisk, capital, monthly, wanted }),
      ),
    },
    degen_class: { selected: risk },
    strategy_metrics: { impact_monthly_return_delta_pct: monthly, estimated_capital_required_usd: capital },
  }
}

type Limits = Readonly<Record<string, number>>

/** The per cents that its guardrails name. */
export function limitsOf({ guardrails }: Strategy): Limits {
  return Object.fromEntries(
    guardrails.enabled.flatMap(({ id, label }) => {
      const percent = /(\d+(?:\.\d+)?) ?%/.exec(label)?.[1]
      return percent ? [[id, Number(percent)]] : []
    }),
  )
}

/** Those of the new class; a narrower one that the user has set stays. */
function limitsAfter(before: Strategy, { shift }: Wish, risk: Risk): Limits {
  const from = before.degen_class.selected
  const factor = risk !== from ? 1 : shift === 'safer' ? 0.8 : 1.25
  return Object.fromEntries(
    Object.entries(limitsOf(before)).map(([id, percent]) => {
      const [old, next] = [usual(id, from), usual(id, risk)]
      if (old === undefined || next === undefined) return [id, percent]
      if (factor !== 1) return [id, Math.min(100, round(percent * factor))]
      if (percent === old) return [id, next]
      return [id, RISKS.indexOf(risk) < RISKS.indexOf(from) ? Math.min(percent, next) : percent]
    }),
  )
}

/** The per cent of a guardrail that goes with a class of risk. */
export function usual(id: string, risk: Risk): number | undefined {
  const { stop, position, drawdown } = PROFILES[risk]
  return { stop_loss: stop, position_limit: position, max_drawdown: drawdown }[id]
}

function named({ stopLoss, takeProfit, drawdown, position }: Wish): Limits {
  const all = { stop_loss: stopLoss, take_profit: takeProfit, max_drawdown: drawdown, position_limit: position }
  return Object.fromEntries(Object.entries(all).flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])))
}

function shifted(from: Risk, shift: Wish['shift']): Risk {
  const step = shift === 'bolder' ? 1 : shift === 'safer' ? -1 : 0
  return RISKS[Math.max(0, Math.min(RISKS.length - 1, RISKS.indexOf(from) + step))]!
}

function capitalAfter(
  { strategy_metrics }: Strategy,
  { capital, factor = 1, capitalBy = 0, capitalMore = 0 }: Wish,
): number {
  const base = capital ?? strategy_metrics.estimated_capital_required_usd
  return Math.max(0, round(base * factor * (1 + capitalBy / 100) + capitalMore))
}

/** An aim that is not the usual one of its class was stated, and goes along into another. */
function monthlyAfter({ strategy_metrics, degen_class }: Strategy, { monthly, aim, shift }: Wish, risk: Risk): number {
  const old = strategy_metrics.impact_monthly_return_delta_pct
  if (monthly !== undefined) return monthly
  if (aim) return Math.min(MOST, tenth(old * (aim === 'lower' ? 0.75 : 1.25)))
  if (old !== PROFILES[degen_class.selected].monthly) return old
  if (risk !== degen_class.selected) return PROFILES[risk].monthly
  return shift ? tenth(old * (shift === 'safer' ? 0.8 : 1.25)) : old
}

/** More per cent a month nobody may aim at. */
export const MOST = 100

/** Adds and removes steps and guardrails. */
function reshape(before: Strategy, wish: Wish, wanted: Limits, risk: Risk): Strategy {
  const missing = Object.keys(named(wish)).filter((id) => !before.guardrails.enabled.some((guard) => guard.id === id))
  const pieces = new Set<Piece>([...(missing as Piece[]), ...(wish.add ? [wish.add] : [])])
  let strategy = before
  for (const piece of pieces) strategy = withPiece(strategy, piece, wanted, risk)
  if (wish.remove) strategy = withoutPiece(strategy, wish.remove)
  const enabled = strategy.guardrails.enabled.map((guard) =>
    wanted[guard.id] === undefined ||
    (wanted[guard.id] === limitsOf(before)[guard.id] && risk === before.degen_class.selected)
      ? guard
      : guardOf(guard.id, wanted[guard.id]!, risk),
  )
  return { ...strategy, guardrails: { enabled } }
}

function withPiece(strategy: Strategy, piece: Piece, wanted: Limits, risk: Risk): Strategy {
  const { nodes, edges } = strategy.flowchart
  const percent = wanted[piece] ?? (piece === 'take_profit' ? 3 : 1) * PROFILES[risk][PERCENT_OF[piece] ?? 'stop']
  const isLimit =
    piece === 'stop_loss' || piece === 'take_profit' || piece === 'max_drawdown' || piece === 'position_limit'
  const guards = strategy.guardrails.enabled
  const enabled: readonly Guard[] =
    !isLimit || guards.some(({ id }) => id === piece) ? guards : [guardOf(piece, percent, risk), ...guards]
  const step = stepOf(piece, percent, risk)
  if (!step || nodes.some(({ label }) => STEPS[piece].test(label))) return { ...strategy, guardrails: { enabled } }
  const node: Node = { id: free('n', nodes), ...step }
  const at = placeFor(node, nodes)
  const next = nodes[at]!
  return {
    ...strategy,
    flowchart: {
      nodes: nodes.toSpliced(at, 0, node),
      edges: [
        ...edges.map((edge) => (edge.target === next.id ? { ...edge, target: node.id } : edge)),
        { id: free('e', edges), source: node.id, target: next.id, label: 'next' },
      ],
    },
    guardrails: { enabled },
  }
}

const PERCENT_OF: Readonly<Partial<Record<Piece, 'stop' | 'drawdown' | 'position'>>> = {
  max_drawdown: 'drawdown',
  position_limit: 'position',
}

/** Conditions go before the first action, what guards money behind it, the rest before the end. */
function placeFor({ type }: Node, nodes: readonly Node[]): number {
  const action = nodes.findIndex((node) => node.type === 'action')
  const last = Math.max(
    0,
    nodes.findLastIndex((node) => node.type === 'output'),
  )
  if (type === 'condition') return action >= 0 ? action : last
  if (type === 'risk') return action >= 0 ? Math.min(action + 1, last) : last
  return last
}

function withoutPiece(strategy: Strategy, piece: Piece): Strategy {
  const { nodes, edges } = strategy.flowchart
  const kept = nodes.filter(({ type, label }) => type === 'trigger' || type === 'output' || !STEPS[piece].test(label))
  return {
    ...strategy,
    flowchart: { nodes: kept, edges: rejoined(edges, kept) },
    guardrails: { enabled: strategy.guardrails.enabled.filter(({ id }) => id !== piece) },
  }
}

/** Edges around a node that has gone are joined over the gap. */
function rejoined(edges: Strategy['flowchart']['edges'], nodes: readonly Node[]): Strategy['flowchart']['edges'] {
  const ids = new Set(nodes.map(({ id }) => id))
  const follow = (target: string, seen: readonly string[] = []): string | undefined => {
    if (ids.has(target) || seen.includes(target)) return ids.has(target) ? target : undefined
    const next = edges.find(({ source }) => source === target)
    return next && follow(next.target, [...seen, target])
  }
  return edges.flatMap((edge) => {
    const target = ids.has(edge.source) ? follow(edge.target) : undefined
    return target ? [{ ...edge, target }] : []
  })
}

interface Renewal {
  readonly before: Strategy
  readonly wish: Wish
  readonly risk: Risk
  readonly isOtherRisk: boolean
  readonly capital: number
  readonly monthly: number
  readonly wanted: Limits
}

/** What a step says about numbers that have changed. */
function renewed(node: Node, { before, wish, risk, isOtherRisk, capital, monthly, wanted }: Renewal): Node {
  const old = before.strategy_metrics
  const { stop_loss: stop, take_profit: profit, position_limit: position } = wanted
  if (node.type === 'trigger' && (wish.markets || wish.rhythm)) return triggered(node, wish)
  if (node.type === 'output' && monthly !== old.impact_monthly_return_delta_pct)
    return { ...node, detail: aimDetail(monthly) }
  if (node.type === 'risk' && STEPS.stop_loss.test(node.label) && stop !== undefined) {
    return { ...node, label: `Stop-loss ${stop}%`, detail: stopDetail(stop) }
  }
  if (node.type === 'risk' && STEPS.take_profit.test(node.label) && profit !== undefined) {
    return { ...node, ...stepOf('take_profit', profit, risk) }
  }
  if (node.type === 'condition' && isOtherRisk && STEPS.volatility.test(node.label)) {
    return { ...node, detail: dailyDetail(PROFILES[risk].stop) }
  }
  if (node.type === 'condition' && risk !== before.degen_class.selected && STEPS.trend.test(node.label)) {
    return { ...node, ...stepOf('trend', 0, risk) }
  }
  const moves = capital !== old.estimated_capital_required_usd || position !== limitsOf(before)['position_limit']
  if (node.type === 'action' && /^buy/i.test(node.label) && moves && position !== undefined) {
    return { ...node, detail: positionDetail(capital, position) }
  }
  return node
}

function triggered(node: Node, { markets, rhythm }: Wish): Node {
  const [, list] = /look at (.+)\.$/.exec(node.detail) ?? []
  const traded = marketsAfter(split(list ?? ''), markets ?? {})
  const now = rhythm ?? RHYTHMS.find((one) => node.label.toLowerCase().includes(one)) ?? 'day'
  const label = rhythm ? `Every market ${rhythm}` : node.label
  return { ...node, label, detail: triggerDetail(now, traded.length > 0 ? traded : ['cash']) }
}

const RHYTHMS: readonly Rhythm[] = ['hour', 'day', 'week', 'month']

/** The first id with that letter that nobody has. */
function free(letter: string, items: readonly { readonly id: string }[]): string {
  const taken = new Set(items.map(({ id }) => id))
  let number = items.length + 1
  while (taken.has(`${letter}${number}`)) number++
  return `${letter}${number}`
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10 || round(value)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
