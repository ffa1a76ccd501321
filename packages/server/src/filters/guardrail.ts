import { defineFilter, type Filter } from '../agent/filters/filter.ts'
import type { GuardrailVerdict } from '../model/bedrock/apply-guardrail.ts'

/** Where a guardrail is asked apart from the model's answer, which Bedrock itself holds against it. */
export type GuardrailPlace = 'message' | 'tool-result'

/** A Bedrock guardrail as a filter: what it blocks is refused in its own words, what it masks is changed. */
export function guardrailFilter(
  apply: (text: string, source: 'INPUT') => Promise<GuardrailVerdict>,
  on: readonly GuardrailPlace[],
): Filter {
  return defineFilter({
    name: 'guardrail',
    on,
    async check(text) {
      const verdict = await apply(text, 'INPUT')
      const kind = [...new Set(verdict.found)].join(', ') || 'other'
      if (verdict.outcome === 'blocked') return { refuse: verdict.text || 'A guardrail does not allow this.', kind }
      if (verdict.outcome === 'passed') return []
      return [{ from: 0, to: text.length, kind, replacement: verdict.text }]
    },
  })
}
