import { hash, random } from '../../random.ts'
import { thinkingOf } from '../../validate/thinking.ts'
import type { Brain, Piece } from '../brain.ts'
import { inPieces } from '../script.ts'
import { within } from './limits.ts'
import type { Reply } from './skill.ts'
import { skills } from './skills/index.ts'
import { type Turn, turnOf } from './turn.ts'

/**
 * The demo model: rules, no AI. It reads nothing but the request, answers at once, and says what it is when asked.
 * Good enough to show an agent, its tools and its screens to people without an AWS account.
 */
export function demoBrain(): Brain {
  return {
    name: 'demo',
    answer({ request, model }) {
      const turn = turnOf(request, model)
      const reply = answerOf(turn)
      const thinking = thinkingOf(request)
      const display = thinking?.display ?? (model.thoughts === 'omitted' ? 'omitted' : 'summarized')
      const thinks = thinking && (display === 'omitted' ? 'silently' : 'aloud')
      return { pieces: within(written(turn, reply, thinks), request.inferenceConfig ?? {}) }
    },
  }
}

function answerOf(turn: Turn): Reply {
  for (const skill of skills) {
    const reply = skill.answer(turn)
    if (reply) return reply
  }
  throw new Error('The last skill must answer everything.')
}

function* written(turn: Turn, reply: Reply, thinks: 'aloud' | 'silently' | undefined): Generator<Piece> {
  if (thinks) {
    const thought = reply.thought ?? plainThought(turn, reply)
    for (const text of thinks === 'aloud' ? inPieces(thought) : []) yield { type: 'reasoning', text }
    yield { type: 'reasoning-signature', signature: signature(thought) }
  }
  for (const part of typeof reply.say === 'string' ? [reply.say] : (reply.say ?? [])) {
    for (const text of inPieces(part)) yield { type: 'text', text }
  }
  for (const { tool, input } of reply.calls ?? []) {
    yield { type: 'tool', name: tool.name! }
    yield { type: 'tool-input', json: '' } // Claude begins with nothing
    for (const json of fragments(JSON.stringify(input))) yield { type: 'tool-input', json }
  }
}

function plainThought({ text, results }: Turn, { calls }: Reply): string {
  const asked = text.length > 120 ? `${text.slice(0, 117)}…` : text
  if (results.length > 0)
    return `The tool has answered. I should put what it said into words and say where it comes from.`
  if (calls)
    return `The user asks: "${asked}". I do not know this by myself, but the tool ${calls[0]!.tool.name} can tell.`
  return `The user says: "${asked}". I can answer that directly. I should be clear and not longer than needed.`
}

/** Looks like the real one: opaque, and different for each thought. */
function signature(thought: string): string {
  const next = random(hash(thought))
  return Buffer.from(Array.from({ length: 180 }, () => Math.floor(next() * 256))).toString('base64')
}

/** A dozen characters at a time, which cuts names and numbers in two as real models do. */
function fragments(json: string): string[] {
  return json.match(/.{1,12}/gsu) ?? []
}
