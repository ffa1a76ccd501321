import type { AssistantMessage, NewEvent } from '@streambed/protocol'

/**
 * Closes all that a run left open when its server went away or somebody stopped it. Calls that wait for people were not run; without
 * words about them they go on waiting.
 */
export function closingOf(answer: AssistantMessage, waiting?: string): readonly NewEvent[] {
  const run = answer.id
  const events: NewEvent[] = []
  for (const block of answer.blocks) {
    if (block.type === 'tool') {
      const { call, name, status } = block
      const error = status === 'waiting' ? waiting : CUT
      if (status === 'done' || status === 'failed' || error === undefined) continue
      events.push({ type: 'tool-result', run, call, name, ok: false, error, durationMs: 0 })
    } else if (block.type !== 'component' && block.open) {
      events.push({ type: block.type === 'text' ? 'text-end' : 'reasoning-end', run, block: block.block })
    }
  }
  return events
}

const CUT = 'The server went away before this tool was done. It may or may not have had its effect.'
