import { dollars, type Guard, type Node, type Risk } from './document.ts'
import { joined } from './markets.ts'
import type { Piece, Rhythm } from './wish.ts'

interface Profile {
  readonly monthly: number
  readonly markets: readonly string[]
  readonly signal: string
  readonly position: number
  readonly stop: number
  readonly drawdown: number
}

/** What is usual for each class of risk. */
export const PROFILES: Readonly<Record<Risk, Profile>> = {
  Low: {
    monthly: 1.5,
    markets: ['index funds', 'bonds'],
    signal: '200-day trend is up',
    position: 10,
    stop: 3,
    drawdown: 6,
  },
  Medium: {
    monthly: 4,
    markets: ['large stocks', 'index funds'],
    signal: '20-day average crosses the 50-day',
    position: 15,
    stop: 5,
    drawdown: 12,
  },
  High: {
    monthly: 12,
    markets: ['crypto', 'tech stocks'],
    signal: 'price breaks out above the 10-day high',
    position: 25,
    stop: 10,
    drawdown: 30,
  },
}

/** How one of the guardrails reads with a number. */
export function guardOf(id: string, percent: number, risk: Risk): Guard {
  switch (id) {
    case 'stop_loss':
      return ok(id, `Stop-loss ${percent}%`, `Each position is sold ${percent}% below its price.`)
    case 'take_profit':
      return ok(id, `Take-profit ${percent}%`, `Each position is sold ${percent}% above its price.`)
    case 'position_limit':
      return ok(id, `Position limit ${percent}%`, `No position is larger than ${percent}% of the money.`)
    case 'max_drawdown': {
      const detail = `All is sold when ${percent}% of the money is lost.`
      return { ...ok(id, `Drawdown limit ${percent}%`, detail), status: percent >= 25 ? 'warning' : 'ok' }
    }
    default: {
      const isMuch = percent > PROFILES[risk].monthly * 1.5
      const detail = isMuch
        ? 'That is a lot for this much risk; expect to miss it.'
        : 'Within what this kind of strategy aims at.'
      return { ...ok(id, `Target ${percent}% a month`, detail), status: isMuch ? 'warning' : 'ok' }
    }
  }
}

function ok(id: string, label: string, detail: string): Guard {
  return { id, label, status: 'ok', detail }
}

/** The step that comes with a piece, where it has one of its own. */
export function stepOf(piece: Piece, percent: number, risk: Risk): Omit<Node, 'id'> | undefined {
  switch (piece) {
    case 'stop_loss':
      return { type: 'risk', label: `Stop-loss ${percent}%`, detail: stopDetail(percent) }
    case 'take_profit':
      return { type: 'risk', label: `Take-profit ${percent}%`, detail: `Sell what rises ${percent}% above its price.` }
    case 'trend':
      return { type: 'condition', label: 'Trend check', detail: `Go on only if the ${PROFILES[risk].signal}.` }
    case 'volatility':
      return { type: 'condition', label: 'Volatility check', detail: dailyDetail(PROFILES[risk].stop) }
    case 'rebalance':
      return { type: 'action', label: 'Rebalance', detail: 'Once a month, back to the planned weights.' }
    default:
      return undefined
  }
}

/** How the step of a piece is called, whoever has drawn it. */
export const STEPS: Readonly<Record<Piece, RegExp>> = {
  stop_loss: /stop[- ]?loss/i,
  take_profit: /take[- ]?profit/i,
  trend: /trend/i,
  volatility: /volatil/i,
  rebalance: /rebalanc/i,
  max_drawdown: /draw-?down/i,
  position_limit: /position limit/i,
}

export function stopDetail(percent: number): string {
  return `Sell what falls ${percent}% below its price.`
}

export function dailyDetail(percent: number): string {
  return `Skip days that move more than ${percent}%.`
}

export function aimDetail(monthly: number): string {
  return `Aim: ${monthly}% a month. Report and repeat.`
}

export function positionDetail(capital: number, percent: number): string {
  return `At most ${percent}% of the money in one position: ${dollars((capital * percent) / 100)} of ${dollars(capital)}.`
}

export function triggerDetail(rhythm: Rhythm, markets: readonly string[]): string {
  return `${WHEN[rhythm]}, look at ${joined(markets)}.`
}

const WHEN: Readonly<Record<Rhythm, string>> = {
  hour: 'On the hour',
  day: 'At the close',
  week: 'On Fridays at the close',
  month: 'On the last trading day',
}
