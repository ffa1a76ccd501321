import type { ConversationId, Owner, Part } from '@streambed/protocol'
import type { Agent } from '../agent/agent.ts'
import { filtersOf } from '../agent/filters/agent-filters.ts'
import type { Note } from '../agent/filters/whole.ts'
import type { Engine } from './engine.ts'

interface Writer {
  readonly owner: Owner
  readonly conversation: ConversationId | undefined
}

/**
 * P9: shows a message's words to the filters before it is kept: what they change nobody sees as it was, the log included. Of what is refused
 * the rest stays as it was written.
 *
 * @throws StreambedError `filter-failed`: then the message is not taken.
 */
export async function filterMessage(
  engine: Engine,
  agent: Agent,
  writer: Writer,
  parts: readonly Part[],
): Promise<{ readonly parts: readonly Part[]; readonly notes: readonly Note[] }> {
  const filters = filtersOf([...engine.filters, ...agent.filters], { ...writer, agent: agent.name })
  if (!filters) return { parts, notes: [] }
  const kept: Part[] = []
  const notes: Note[] = []
  let isRefused = false
  for (const part of parts) {
    if (part.type !== 'text' || isRefused) {
      kept.push(part)
      continue
    }
    const { text, refusal, notes: made } = await filters.whole('message', part.text)
    isRefused = refusal !== undefined
    kept.push({ ...part, text })
    notes.push(...made)
  }
  return { parts: kept, notes }
}
