/** The document that a strategy is, as its JSON Schema in the request says it. */
export type Risk = 'Low' | 'Medium' | 'High'
export const RISKS: readonly Risk[] = ['Low', 'Medium', 'High']

export interface Node {
  readonly id: string
  readonly type: 'trigger' | 'condition' | 'action' | 'risk' | 'output'
  readonly label: string
  readonly detail: string
}

export interface Guard {
  readonly id: string
  readonly label: string
  readonly status: 'ok' | 'warning' | 'off'
  readonly detail: string
}

export interface Strategy {
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

export function dollars(amount: number): string {
  const cents = Number.isInteger(amount) ? 0 : 2
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: cents, maximumFractionDigits: cents })}`
}
