import assert from 'node:assert/strict'

/** Usage as all dialects write it. */
export function assertUsage(value: unknown): void {
  const usage = value as Record<string, number>
  assert.deepEqual(Object.keys(usage).sort(), ['inputTokens', 'outputTokens', 'totalTokens'])
  for (const count of Object.values(usage)) assert.ok(Number.isInteger(count) && count >= 0)
  assert.equal(usage['totalTokens'], usage['inputTokens']! + usage['outputTokens']!)
}
