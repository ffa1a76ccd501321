import type { EventOf } from '@streambed/protocol'
import type { TokenUsage } from '../model/model.ts'
import { cost } from '../model/price.ts'
import type { AnswerOptions } from './answer-options.ts'

/** Says what a model call has used, and by the price book cost. */
export function usageEvent(
  { ids, modelId, price }: Pick<AnswerOptions, 'ids' | 'modelId' | 'price'>,
  { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage,
  isEstimate: boolean,
): EventOf<'usage'> {
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
  return {
    type: 'usage',
    run: ids.run,
    model: modelId,
    ...tokens,
    microDollars: price && cost(tokens, price),
    priceDate: price?.date ?? null,
    estimated: isEstimate,
  }
}
