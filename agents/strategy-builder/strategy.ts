import * as z from 'zod'

const Text = z.string().trim().min(1).max(200)
const Id = z.string().regex(/^[\w-]{1,40}$/, 'use letters, digits, "_" and "-"')

/** One step of a strategy on the canvas. */
export const StrategyNode = z.object({
  id: Id,
  type: z.enum(['trigger', 'condition', 'action', 'risk', 'output']),
  label: Text,
  detail: z.string().max(500),
})

export const StrategyEdge = z.object({ id: Id, source: Id, target: Id, label: z.string().max(100).optional() })

export const Guardrail = z.object({
  id: Id,
  label: Text,
  status: z.enum(['ok', 'warning', 'off']),
  detail: z.string().max(500),
})

const Flowchart = z
  .object({
    nodes: z.array(StrategyNode).min(1).max(60).superRefine(haveOwnIds),
    edges: z.array(StrategyEdge).max(120).superRefine(haveOwnIds),
  })
  .superRefine(({ nodes, edges }, context) => {
    const ids = new Set(nodes.map(({ id }) => id))
    for (const { id, source, target } of edges) {
      const missing = [source, target].find((end) => !ids.has(end))
      if (missing)
        context.addIssue({ code: 'custom', path: ['edges'], message: `edge ${id} names ${missing}, which is no node` })
    }
  })

/** What the builder makes: contract 1's strategy. Ids are unique, and edges join nodes that are there. */
export const Strategy = z.object({
  account: z.object({ workspace: Text, section: Text }),
  flowchart: Flowchart,
  degen_class: z
    .object({ selected: z.enum(['High', 'Medium', 'Low']) })
    .describe('Low for a conservative strategy, Medium for a moderate one, High for one that seeks high returns.'),
  strategy_metrics: z.object({
    impact_monthly_return_delta_pct: z.number().min(-100).max(1000).describe('Expected monthly return in per cent.'),
    estimated_capital_required_usd: z.number().min(0).max(1e12),
  }),
  guardrails: z.object({ enabled: z.array(Guardrail).max(30).superRefine(haveOwnIds) }),
})
export type Strategy = z.infer<typeof Strategy>

function haveOwnIds(items: readonly { readonly id: string }[], context: z.RefinementCtx): void {
  const ids = new Set<string>()
  for (const { id } of items) {
    if (ids.has(id)) context.addIssue({ code: 'custom', message: `the id ${id} is there twice` })
    ids.add(id)
  }
}
