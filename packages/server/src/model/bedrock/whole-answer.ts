import type { ContentBlock, ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime'
import { StreambedError } from '@streambed/protocol'
import type { ModelEvent } from '../model.ts'
import { answerReader } from './response.ts'

/** The events of an answer that came whole, told as if it had been streamed. Returns how many blocks nobody knew. */
export function wholeAnswer(output: ConverseCommandOutput, guardrail: boolean, into: ModelEvent[]): number {
  const reader = answerReader({ guardrail })
  const content = output.output?.message?.content ?? []
  for (const [contentBlockIndex, block] of content.entries()) {
    if (block.toolUse) reader.event('contentBlockStart', { contentBlockIndex, start: { toolUse: block.toolUse } }, into)
    for (const delta of deltasOf(block)) reader.event('contentBlockDelta', { contentBlockIndex, delta }, into)
    reader.event('contentBlockStop', { contentBlockIndex }, into)
  }
  reader.event('messageStop', { stopReason: output.stopReason }, into)
  reader.event('metadata', { usage: output.usage, trace: output.trace }, into)
  if (!reader.finish(into)) throw new StreambedError('model-cut-short')
  return reader.ignored
}

function deltasOf(block: ContentBlock): readonly object[] {
  if (block.text !== undefined) return [{ text: block.text }]
  if (block.toolUse) return [{ toolUse: { input: JSON.stringify(block.toolUse.input ?? {}) } }]
  if (block.citationsContent) {
    const { content = [], citations = [] } = block.citationsContent
    return [...content.map(({ text }) => ({ text })), ...citations.map((citation) => ({ citation }))]
  }
  const { reasoningText, redactedContent } = block.reasoningContent ?? {}
  if (redactedContent) {
    return [{ reasoningContent: { redactedContent: Buffer.from(redactedContent).toString('base64') } }]
  }
  if (reasoningText) {
    const { text, signature } = reasoningText
    return [{ reasoningContent: { text } }, ...(signature === undefined ? [] : [{ reasoningContent: { signature } }])]
  }
  return [block]
}
