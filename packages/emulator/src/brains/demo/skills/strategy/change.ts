import { guardsFor, PROFILES, positionDetail } from './design.ts'
import type { Guard, Node, Risk, Strategy } from './document.ts'
import type { Wish } from './wish.ts'

/** Changes what was asked and keeps the rest, ids included. */
export function changed(before: Strategy, wish: Wish): Strategy {
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

function round(value: number): number {
  return Math.round(value * 100) / 100
}
