import type { Skill } from '../skill.ts'
import type { Turn } from '../turn.ts'

/** Titles and summaries of what was said, which applications ask for behind the scenes. */
export const summary: Skill = {
  name: 'summary',
  answer(turn) {
    const asks = turn.tools.length > 0 ? turn.text : `${turn.text}\n${turn.system}`
    if (
      /\b(?:write|give|suggest|make|create|generate)\b[^.]{0,40}\btitle\b/i.test(asks) &&
      /\b(?:conversation|chat)\b/i.test(asks)
    ) {
      return { say: titleOf(turn) }
    }
    if (!/\b(?:summari[sz]e|summary of|sum up|tl;?dr)\b/i.test(turn.text)) return undefined
    const given = turn.text.replace(/^.*?\b(?:summari[sz]e|summary of|sum up|tl;?dr)\b[^:\n]*[:\n]/is, '').trim()
    const material =
      given.length > 40 && given !== turn.text
        ? sentences(given)
        : turn.said.map(({ role, text }) => `${role === 'user' ? 'You said' : 'I said'}: ${firstSentence(text)}`)
    if (material.length === 0) return { say: 'There is nothing to sum up yet. Paste a text, or let us talk first.' }
    return {
      say: `In short:\n\n${material
        .slice(0, 6)
        .map((line) => `- ${line}`)
        .join('\n')}`,
    }
  },
}

function titleOf({ said, text }: Turn): string {
  const topic = said.find(({ role }) => role === 'user')?.text ?? /(?:user|human)\s*:\s*(.+)/i.exec(text)?.[1] ?? text
  const words = topic
    .replace(/[?!."“”]/g, '')
    .split(/\s+/)
    .slice(0, 6)
    .join(' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The first sentence and then every third: what a hurried reader would keep. */
function sentences(text: string): string[] {
  const all = text.match(/[^.!?]+[.!?]+/g)?.map((sentence) => sentence.trim()) ?? [text]
  return all.filter((_, i) => i % 3 === 0)
}

function firstSentence(text: string): string {
  const first = /^[^.!?\n]+[.!?]?/.exec(text)?.[0] ?? text
  return first.length > 160 ? `${first.slice(0, 159)}…` : first
}
