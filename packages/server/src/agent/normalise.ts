import type { CallId } from '@streambed/protocol'
import type { ModelContent, ModelMessage } from '../model/model.ts'
import { cleanAssistantContent, cleanUserContent } from './clean-content.ts'

const MAX_IMAGES = 20
const MAX_DOCUMENTS = 5

/**
 * Repairs messages so that Bedrock takes them, whatever aborts, crashes and odd models have left behind. Otherwise one broken
 * message would make Bedrock refuse every later one of its conversation. What is whole stays as it is; repairing twice changes
 * nothing more.
 *
 * - It begins and ends with the user; neighbours of one role are one message; no message and no text is blank.
 * - Each call is answered once, first thing in the next message. Calls without a result and results without a call are dropped;
 *   call ids are unique.
 * - Images and documents stand only in the user's messages, the newest 20 and 5 of them.
 * - Reasoning stands only with its signature, and never last.
 */
export function normalise(messages: readonly ModelMessage[]): ModelMessage[] {
  const out = paired(joined(cleaned(messages)))
  while (out.at(-1)?.role === 'assistant') out.pop()
  if (out.length === 0) return [{ role: 'user', content: [{ type: 'text', text: '(empty message)' }] }]
  return out
}

/** Newest first, so that the newest attachments are the ones kept. */
function cleaned(messages: readonly ModelMessage[]): ModelMessage[] {
  const left = { images: MAX_IMAGES, documents: MAX_DOCUMENTS }
  return messages
    .toReversed()
    .map(
      ({ role, content }): ModelMessage => ({
        role,
        content: role === 'user' ? cleanUserContent(content, left) : cleanAssistantContent(content),
      }),
    )
    .reverse()
}

/** Neighbours of one role as one message; none without content. */
function joined(messages: readonly ModelMessage[]): ModelMessage[] {
  const out: ModelMessage[] = []
  for (const message of messages) if (message.content.length > 0) join(out, message)
  return out
}

function join(out: ModelMessage[], { role, content }: ModelMessage): void {
  const last = out.at(-1)
  if (last?.role === role) out[out.length - 1] = { role, content: [...last.content, ...content] }
  else out.push({ role, content })
}

/** Pairs calls and results of messages that alternate. What it takes away never parts a pair that it has kept. */
function paired(messages: readonly ModelMessage[]): ModelMessage[] {
  const out: ModelMessage[] = []
  const ids = new Set<string>()
  let results: readonly ModelContent[] = []
  for (const [i, { role, content }] of messages.entries()) {
    if (role === 'user') {
      const kept = [...results, ...content.filter(({ type }) => type !== 'tool-result')]
      if (kept.length > 0) join(out, { role, content: kept })
      results = []
    } else if (out.length > 0) {
      const pairs = pairUp(content, messages[i + 1]?.content ?? [], ids)
      const kept = withoutLastThoughts(pairs.content)
      if (kept.length > 0) join(out, { role, content: kept })
      results = pairs.results
    }
  }
  return out
}

function pairUp(
  content: readonly ModelContent[],
  next: readonly ModelContent[],
  ids: Set<string>,
): { content: ModelContent[]; results: ModelContent[] } {
  const answers = next.filter((block) => block.type === 'tool-result')
  const results: ModelContent[] = []
  const kept = content.flatMap((block): ModelContent[] => {
    if (block.type !== 'tool-use') return [block]
    const at = answers.findIndex(({ call }) => call === block.call)
    if (at < 0) return []
    const [answer] = answers.splice(at, 1)
    const call = uniqueCall(block.call, ids)
    results.push({ ...answer!, call })
    return [{ ...block, call }]
  })
  return { content: kept, results }
}

/** The call's id as Bedrock takes it, with a number where it is taken already. Takes it. */
function uniqueCall(call: CallId, taken: Set<string>): CallId {
  const id = call.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'call'
  let unique = id
  for (let n = 2; taken.has(unique); n++) unique = `${id.slice(0, 56)}-${n}`
  taken.add(unique)
  return unique as CallId
}

/** An answer that was cut while the model was thinking. */
function withoutLastThoughts(content: readonly ModelContent[]): readonly ModelContent[] {
  return content.slice(0, content.findLastIndex(({ type }) => type !== 'reasoning') + 1)
}
