import type { FlowNode, Guardrail, Strategy } from './strategy.ts'

/** How a part of one strategy stands to the other one. */
export type Mark = 'same' | 'changed' | 'only'

export interface Comparison {
  /** What is marked in each of the two, by node. */
  readonly nodes: readonly [ReadonlyMap<string, Mark>, ReadonlyMap<string, Mark>]
  /** How many nodes are the same in both, differ, or are in one alone. */
  readonly counts: { readonly same: number; readonly changed: number; readonly only: readonly [number, number] }
  /** Guardrails side by side; null where one of the two has none such. */
  readonly guardrails: readonly GuardrailPair[]
}

export interface GuardrailPair {
  readonly pair: readonly [Guardrail | null, Guardrail | null]
  readonly differs: boolean
}

/**
 * What differs between two strategies. Ids are each strategy's own, so nodes are paired by what they say: first those of the same
 * kind and label, then those of the same kind and id.
 */
export function compare(one: Strategy, other: Strategy): Comparison {
  const pairs = pairUp(one.nodes, other.nodes, [
    (a, b) => a.type === b.type && isSame(a.label, b.label),
    (a, b) => a.type === b.type && a.id === b.id,
  ])
  const marks = [new Map<string, Mark>(), new Map<string, Mark>()] as const
  const counts = { same: 0, changed: 0, only: [0, 0] as [number, number] }
  for (const [a, b] of pairs) {
    const mark = !a || !b ? 'only' : isSameNode(a, b) ? 'same' : 'changed'
    if (a) marks[0].set(a.id, mark)
    if (b) marks[1].set(b.id, mark)
    if (mark !== 'only') counts[mark] += 1
    else counts.only[a ? 0 : 1] += 1
  }
  return {
    nodes: marks,
    counts,
    guardrails: pairUp(one.guardrails, other.guardrails, [
      (a, b) => isSame(a.label, b.label),
      (a, b) => a.id === b.id,
    ]).map((pair) => ({ pair, differs: !isSameGuardrail(...pair) })),
  }
}

type Pair<Item> = readonly [Item | null, Item | null]

/** Pairs the items of two lists by the first rule that finds two; the rest stay alone. In the order of the first, then the second. */
function pairUp<Item>(
  ones: readonly Item[],
  others: readonly Item[],
  rules: readonly ((one: Item, other: Item) => boolean)[],
): readonly Pair<Item>[] {
  const partners = new Map<Item, Item>()
  const free = new Set(others)
  for (const rule of rules)
    for (const one of ones) {
      if (partners.has(one)) continue
      const found = [...free].find((other) => rule(one, other))
      if (found === undefined) continue
      partners.set(one, found)
      free.delete(found)
    }
  return [
    ...ones.map((one): Pair<Item> => [one, partners.get(one) ?? null]),
    ...[...free].map((other): Pair<Item> => [null, other]),
  ]
}

function isSameNode(one: FlowNode, other: FlowNode): boolean {
  return isSame(one.label, other.label) && isSame(one.detail, other.detail)
}

function isSameGuardrail(one: Guardrail | null, other: Guardrail | null): boolean {
  if (!one || !other) return false
  return one.status === other.status && isSame(one.label, other.label) && isSame(one.detail, other.detail)
}

const isSame = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase()
