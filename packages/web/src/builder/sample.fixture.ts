/** A strategy as its agent writes it. */
export const SAMPLE = {
  account: { workspace: 'Acme', section: 'My Strategies' },
  flowchart: {
    nodes: [
      { id: 'n1', type: 'trigger', label: 'Every market day', detail: 'At the close.' },
      { id: 'n2', type: 'condition', label: 'Trend check', detail: 'Only if the trend is up.' },
      { id: 'n3', type: 'action', label: 'Buy in parts', detail: 'At most 10 % in one position.' },
      { id: 'n4', type: 'output', label: 'Monthly result', detail: '' },
    ],
    edges: [
      { id: 'e1', source: 'n1', target: 'n2' },
      { id: 'e2', source: 'n2', target: 'n3', label: 'yes' },
      { id: 'e3', source: 'n3', target: 'n4' },
    ],
  },
  degen_class: { selected: 'Low' },
  strategy_metrics: { impact_monthly_return_delta_pct: 3, estimated_capital_required_usd: 5000 },
  guardrails: { enabled: [{ id: 'stop_loss', label: 'Stop-loss 3%', status: 'ok', detail: 'Sold 3 % below.' }] },
}
