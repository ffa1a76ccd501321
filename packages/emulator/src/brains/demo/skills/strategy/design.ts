import { dollars, type Guard, type Risk, type Strategy } from './document.ts'
import type { Wish } from './wish.ts'

/** A new strategy. */
export function designed(wish: Wish, workspace: string): Strategy {
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

export function positionDetail(capital: number, percent: number): string {
  return `At most ${percent} % of the money in one position: ${dollars((capital * percent) / 100)} of ${dollars(capital)}.`
}

export function guardsFor(risk: Risk, wish: Wish): Guard[] {
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

interface Profile {
  readonly monthly: number
  readonly market: string
  readonly signal: string
  readonly position: number
  readonly stop: number
  readonly drawdown: number
}

export const PROFILES: Readonly<Record<Risk, Profile>> = {
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
