import { dollars, type Strategy } from './document.ts'
import type { Wish } from './wish.ts'

const ADVICE = '*This is not financial advice; a demo model made it by rules.*'

export function wordsOfDesign(wish: Wish, { degen_class, strategy_metrics, guardrails }: Strategy): string {
  const { selected } = degen_class
  const said = wish.risk ? '' : ' You did not say how much risk it may take, so I chose a moderate one.'
  const warnings = guardrails.enabled.filter(({ status }) => status === 'warning')
  const risk =
    warnings.length > 0
      ? ` Mind this: ${warnings[0]!.detail.toLowerCase()}`
      : ' The main risk is a fast fall, in which the stop-loss sells late.'
  return `I've put together a ${{ Low: 'conservative', Medium: 'moderate', High: 'high-return' }[selected]} strategy for ${dollars(strategy_metrics.estimated_capital_required_usd)} that aims at **${strategy_metrics.impact_monthly_return_delta_pct} % a month**.${said} It buys in parts while the trend is up, limits each position and sells at a stop-loss.${risk}\n\n${ADVICE}`
}

export function wordsOfChange(wish: Wish, { degen_class, strategy_metrics }: Strategy): string {
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

export function explained({ flowchart, degen_class, strategy_metrics }: Strategy): string {
  const steps = flowchart.nodes.map(({ label, detail }) => `- **${label}**: ${detail}`).join('\n')
  return `It is a ${degen_class.selected.toLowerCase()}-risk strategy for ${dollars(strategy_metrics.estimated_capital_required_usd)}. Step by step:\n\n${steps}\n\n${ADVICE}`
}
