/** Stands in for an answer that a guardrail took back without words of its own. */
export const WITHDRAWN = 'A guardrail took this answer back.'

/**
 * Whether a guardrail's trace says that it blocked what the model said. Masking is not blocking (what was shown was
 * masked already), and where only the question was blocked, the answer shown is the guardrail's own. No trace: taken as
 * blocked.
 */
export function isBlocked(trace: unknown): boolean {
  if (typeof trace !== 'object' || trace === null) return true
  const { outputAssessments, inputAssessment } = trace as { outputAssessments?: unknown; inputAssessment?: unknown }
  return saysBlocked(outputAssessments) || (outputAssessments === undefined && inputAssessment === undefined)
}

/**
 * The words that stand in for everything shown; undefined where only the guardrail's own words were. `modelOutput` in
 * the trace is what the model had said: the guardrail's message is what was shown beyond it. Without that, it is the
 * last piece, which Bedrock sends as one.
 */
export function replacementOf(trace: unknown, shown: string, lastPiece: string): string | undefined {
  if (shown === '' || typeof trace !== 'object' || trace === null) return WITHDRAWN
  const { modelOutput } = trace as { modelOutput?: unknown }
  if (Array.isArray(modelOutput) && modelOutput.length > 0) {
    const message = shown.slice(commonLength(shown, modelOutput.join('')))
    if (message === shown) return undefined
    return message.trim() === '' ? WITHDRAWN : message
  }
  return lastPiece === shown ? undefined : lastPiece.trim() === '' ? WITHDRAWN : lastPiece
}

/** Looks for `action: BLOCKED` anywhere: each kind of policy keeps its verdicts elsewhere. */
function saysBlocked(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > 10) return false
  if ((value as { action?: unknown }).action === 'BLOCKED') return true
  return Object.values(value).some((inner) => saysBlocked(inner, depth + 1))
}

function commonLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
