export const NODE_TYPES = ['trigger', 'condition', 'action', 'risk', 'output'] as const
export type NodeType = (typeof NODE_TYPES)[number]

export const RISKS = ['Low', 'Medium', 'High'] as const
export type Risk = (typeof RISKS)[number]

export type GuardrailStatus = 'ok' | 'warning' | 'off'

/** One step of the flowchart. */
export interface FlowNode {
  readonly id: string
  readonly type: NodeType
  readonly label: string
  readonly detail: string
}

export interface FlowEdge {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly label: string
}

export interface Flow {
  readonly nodes: readonly FlowNode[]
  /** Each joins two nodes that are there. */
  readonly edges: readonly FlowEdge[]
}

export interface Guardrail {
  readonly id: string
  readonly label: string
  readonly status: GuardrailStatus
  readonly detail: string
}

/** What a strategy says so far: while the agent writes it, any of it may still be missing. */
export interface Strategy extends Flow {
  readonly risk: Risk | null
  /** The monthly return that is aimed at, in per cent. */
  readonly monthlyReturn: number | null
  /** In dollars. */
  readonly capital: number | null
  readonly guardrails: readonly Guardrail[]
  /** All of it is there, so that people can change it and keep it. */
  readonly isWhole: boolean
}

/** Reads the live state of a conversation, or a record; what is missing or has another shape is left out. */
export function readStrategy(value: unknown): Strategy {
  const { flowchart, degen_class, strategy_metrics, guardrails, account } = fieldsOf(value)
  const { nodes, edges } = fieldsOf(flowchart)
  const metrics = fieldsOf(strategy_metrics)
  const selected = fieldsOf(degen_class)['selected']
  const enabled = fieldsOf(guardrails)['enabled']
  const steps = listOf(nodes).flatMap(readNode)
  const ids = new Set(steps.map(({ id }) => id))
  const strategy = {
    nodes: steps,
    edges: listOf(edges)
      .flatMap(readEdge)
      .filter(({ source, target }) => ids.has(source) && ids.has(target)),
    risk: RISKS.find((risk) => risk === selected) ?? null,
    monthlyReturn: numberIn(metrics['impact_monthly_return_delta_pct']),
    capital: numberIn(metrics['estimated_capital_required_usd']),
    guardrails: listOf(enabled).flatMap(readGuardrail),
  }
  const { risk, monthlyReturn, capital } = strategy
  const hasAll = risk !== null && monthlyReturn !== null && capital !== null && steps.length > 0
  return { ...strategy, isWhole: hasAll && Array.isArray(edges) && Array.isArray(enabled) && account !== undefined }
}

export const isEmpty = ({ nodes, risk }: Strategy): boolean => nodes.length === 0 && risk === null

function readNode(value: unknown): FlowNode[] {
  const { id, type, label, detail } = fieldsOf(value)
  if (typeof id !== 'string') return []
  const known = NODE_TYPES.find((name) => name === type) ?? 'action'
  return [{ id, type: known, label: textIn(label), detail: textIn(detail) }]
}

function readEdge(value: unknown): FlowEdge[] {
  const { id, source, target, label } = fieldsOf(value)
  if (typeof id !== 'string' || typeof source !== 'string' || typeof target !== 'string') return []
  return [{ id, source, target, label: textIn(label) }]
}

function readGuardrail(value: unknown): Guardrail[] {
  const { id, label, status, detail } = fieldsOf(value)
  if (typeof id !== 'string') return []
  const known = status === 'warning' || status === 'off' ? status : 'ok'
  return [{ id, label: textIn(label), status: known, detail: textIn(detail) }]
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null)
