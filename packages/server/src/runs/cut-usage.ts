import type { AssistantMessage, NewEvent } from '@streambed/protocol'
import { instructionsOf } from '../agent/agent.ts'
import { promptTokens } from '../agent/estimate.ts'
import { MODEL_WAIT } from '../agent/transcript.ts'
import { cost } from '../model/price.ts'
import { estimateTokens } from '../model/tokens.ts'
import type { RunRecord } from '../store/store.ts'
import type { Engine } from './engine.ts'
import { prepare } from './prepare.ts'

/**
 * What the model call that was under way when a server went away has probably cost: Bedrock may charge for it, and nobody
 * counted. Nothing when no call was under way, when Bedrock had refused it so far, or when its agent is no longer here.
 */
export async function cutUsage(engine: Engine, run: RunRecord, cut: AssistantMessage): Promise<readonly NewEvent[]> {
  const counted = cut.usage?.calls ?? 0
  if (cut.steps <= counted || isRefused(cut) || !engine.agents.has(run.agent)) return []
  const { agent, history, price, modelId, settings } = await prepare(engine, run)
  const usage = {
    inputTokens: promptTokens({
      system: instructionsOf(agent, settings.deployment),
      messages: history,
      tools: agent.tools,
    }),
    outputTokens: estimateTokens(wordsSince(cut, counted)),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
  }
  const microDollars = price && cost(usage, price)
  const priceDate = price?.date ?? null
  return [{ type: 'usage', run: run.run, model: modelId, ...usage, microDollars, priceDate, estimated: true }]
}

function isRefused({ progress }: AssistantMessage): boolean {
  return progress.some(({ id, status }) => id === MODEL_WAIT && status === 'active')
}

/** All the words of a first call; of a later one, those that were still open. */
function wordsSince({ blocks }: AssistantMessage, counted: number): string {
  const texts = blocks.map((block) => {
    if (block.type === 'component') return ''
    if (block.type === 'tool') return block.status === 'input' ? block.inputText : ''
    return counted === 0 || block.open ? block.text : ''
  })
  return texts.join('')
}
