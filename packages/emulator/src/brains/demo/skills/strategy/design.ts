import { changed } from './change.ts'
import type { Risk, Strategy } from './document.ts'
import { aimDetail, dailyDetail, guardOf, PROFILES, positionDetail, stopDetail, triggerDetail } from './parts.ts'
import type { Wish } from './wish.ts'

/** What it takes where nobody says how much money it is. */
const CAPITAL = 5_000

/** A new strategy: the plain one of its risk class, with what else was wished. */
export function designed(wish: Wish, workspace: string): Strategy {
  const risk = riskOf(wish)
  const { risk: _, shift: __, aim: ___, ...rest } = wish
  return changed(plain(risk, workspace), rest)
}

/** What was said; else what follows from the return that is wanted. */
export function riskOf({ risk, shift, monthly = 0 }: Wish): Risk {
  if (risk) return risk
  if (shift) return shift === 'safer' ? 'Low' : 'High'
  return monthly >= 10 ? 'High' : 'Medium'
}

function plain(risk: Risk, workspace: string): Strategy {
  const { stop, position, drawdown, monthly, markets, signal } = PROFILES[risk]
  return {
    account: { workspace, section: 'My Strategies' },
    flowchart: {
      nodes: [
        { id: 'n1', type: 'trigger', label: 'Every market day', detail: triggerDetail('day', markets) },
        { id: 'n2', type: 'condition', label: 'Trend check', detail: `Go on only if the ${signal}.` },
        { id: 'n3', type: 'condition', label: 'Volatility check', detail: dailyDetail(stop) },
        { id: 'n4', type: 'action', label: 'Buy in parts', detail: positionDetail(CAPITAL, position) },
        { id: 'n5', type: 'risk', label: `Stop-loss ${stop}%`, detail: stopDetail(stop) },
        { id: 'n6', type: 'action', label: 'Rebalance', detail: 'Once a month, back to the planned weights.' },
        { id: 'n7', type: 'output', label: 'Monthly result', detail: aimDetail(monthly) },
      ],
      edges: [
        { id: 'e1', source: 'n1', target: 'n2', label: 'each time' },
        { id: 'e2', source: 'n2', target: 'n3', label: 'yes' },
        { id: 'e3', source: 'n3', target: 'n4', label: 'calm' },
        { id: 'e4', source: 'n4', target: 'n5', label: 'held' },
        { id: 'e5', source: 'n5', target: 'n6', label: 'not hit' },
        { id: 'e6', source: 'n6', target: 'n7', label: 'month ends' },
      ],
    },
    degen_class: { selected: risk },
    strategy_metrics: { impact_monthly_return_delta_pct: monthly, estimated_capital_required_usd: CAPITAL },
    guardrails: {
      enabled: [
        guardOf('stop_loss', stop, risk),
        guardOf('position_limit', position, risk),
        guardOf('max_drawdown', drawdown, risk),
        guardOf('return_target', monthly, risk),
      ],
    },
  }
}
