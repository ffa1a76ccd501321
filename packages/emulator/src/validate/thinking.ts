import type { ConverseRequest } from '../wire.ts'
import { type ModelLimits, modelError } from './conversation.ts'

/** Claude's extended thinking, as `additionalModelRequestFields.thinking` asks for it. */
export function thinkingOf(request: ConverseRequest): { budgetTokens: number } | undefined {
  const fields = request.additionalModelRequestFields
  if (typeof fields !== 'object' || fields === null || !('thinking' in fields)) return undefined
  const { type, budget_tokens } = (fields.thinking ?? {}) as { type?: unknown; budget_tokens?: unknown }
  if (type === 'adaptive') return { budgetTokens: 1_024 }
  return type === 'enabled' ? { budgetTokens: Number(budget_tokens) } : undefined
}

/** Thinking has its own rules: room for it, no sampling settings, and the turn under way keeps its thoughts. */
export function thinkingWrong(request: ConverseRequest, model: ModelLimits): string | undefined {
  if (model.provider !== 'Anthropic') return undefined
  const thinking = thinkingOf(request)
  if (!thinking) return undefined
  if (model.thinking === false) return modelError('thinking is not supported by this model')
  const { maxTokens = model.maxOutputTokens, temperature, topP } = request.inferenceConfig ?? {}
  if (!(thinking.budgetTokens >= 1_024)) {
    return modelError('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  }
  if (!isAdaptive(request) && maxTokens <= thinking.budgetTokens) {
    return modelError('`max_tokens` must be greater than `thinking.budget_tokens`.')
  }
  if (temperature !== undefined && temperature !== 1) {
    return modelError('`temperature` may only be set to 1 when thinking is enabled.')
  }
  if (topP !== undefined && topP < 0.95) {
    return modelError('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')
  }
  const choice = request.toolConfig?.toolChoice
  if (choice?.any || choice?.tool) return modelError('Thinking may not be enabled when tool_choice forces tool use.')
  return thoughtsLost(request)
}

/** A tool's result continues the turn that called it, and that turn must still begin with its thinking. */
function thoughtsLost({ messages = [] }: ConverseRequest): string | undefined {
  if (!messages.at(-1)?.content?.some(({ toolResult }) => toolResult)) return undefined
  const index = messages.findLastIndex(({ role }) => role === 'assistant')
  const first = messages[index]?.content?.[0]
  if (!first || first.reasoningContent) return undefined
  const found = first.toolUse ? 'tool_use' : 'text'
  return modelError(
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  )
}

function isAdaptive(request: ConverseRequest): boolean {
  return (request.additionalModelRequestFields as { thinking: { type?: string } }).thinking.type === 'adaptive'
}
