import type { ConverseRequest } from '../wire.ts'
import { type ModelLimits, modelError } from './conversation.ts'

export interface Thinking {
  readonly type: 'enabled' | 'adaptive'
  /** Only for `enabled`. */
  readonly budgetTokens: number
  /** `summarized` or `omitted`, if the request says. */
  readonly display: unknown
}

/** Claude's thinking, as `additionalModelRequestFields.thinking` asks for it; undefined when it does not. */
export function thinkingOf(request: ConverseRequest): Thinking | undefined {
  const fields = request.additionalModelRequestFields
  if (typeof fields !== 'object' || fields === null || !('thinking' in fields)) return undefined
  const { type, budget_tokens, display } = (fields.thinking ?? {}) as Record<string, unknown>
  return type === 'adaptive' || type === 'enabled' ? { type, budgetTokens: Number(budget_tokens), display } : undefined
}

/** Thinking has its own rules: the kind the model knows, room for it, and no sampling settings. */
export function thinkingWrong(request: ConverseRequest, model: ModelLimits): string | undefined {
  if (model.provider !== 'Anthropic') return undefined
  const thinking = thinkingOf(request)
  if (!thinking) return undefined
  const wrong =
    kindWrong(thinking, model) ?? (thinking.type === 'enabled' ? budgetWrong(request, thinking, model) : undefined)
  if (wrong) return wrong
  const { temperature, topP } = request.inferenceConfig ?? {}
  if (temperature !== undefined && temperature !== 1) {
    return modelError('`temperature` may only be set to 1 when thinking is enabled.')
  }
  if (topP !== undefined && topP < 0.95) {
    return modelError('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')
  }
  const choice = request.toolConfig?.toolChoice
  if (choice?.any || choice?.tool) return modelError('Thinking may not be enabled when tool_choice forces tool use.')
  return undefined
}

function kindWrong({ type }: Thinking, { thinking = 'either' }: ModelLimits): string | undefined {
  if (thinking === false) return modelError('thinking is not supported by this model')
  if (type === 'enabled' && thinking === 'adaptive') {
    return modelError(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    )
  }
  if (type === 'adaptive' && thinking === 'budget')
    return modelError('adaptive thinking is not supported on this model')
  return undefined
}

function budgetWrong(request: ConverseRequest, { budgetTokens }: Thinking, model: ModelLimits): string | undefined {
  if (!(budgetTokens >= 1_024)) {
    return modelError('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  }
  const { maxTokens = model.maxOutputTokens } = request.inferenceConfig ?? {}
  if (maxTokens <= budgetTokens) return modelError('`max_tokens` must be greater than `thinking.budget_tokens`.')
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
