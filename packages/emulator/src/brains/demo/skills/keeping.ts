import type { ToolSpec } from '../../../wire.ts'
import type { Skill } from '../skill.ts'
import { toolInput } from '../tool-input.ts'

/** Keeps facts about the user for later, and forgets them, where there are tools for that. */
export const keeping: Skill = {
  name: 'keeping',
  answer({ text, tools, system, pick }) {
    const fact = KEEP.exec(text)?.[1]
    const keep = fact && tools.find((tool) => /\bremember\b|\bkeeps?\b.*\blater\b/i.test(wordsOf(tool)))
    if (keep) return { calls: [{ tool: keep, input: toolInput(keep.inputSchema?.json, sentence(fact)) }] }
    const subject = FORGET.exec(text)?.[1]
    const forget = subject && tools.find((tool) => /\bforgets?\b|\berases? what\b/i.test(wordsOf(tool)))
    if (!forget) return undefined
    const input = toolInput(forget.inputSchema?.json, known(system, subject) ?? subject)
    return { say: pick('As you wish.', 'I will see to it.', ''), calls: [{ tool: forget, input }] }
  },
}

const KEEP = /^(?:please,? )?(?:remember|keep in mind|note)(?: that)?[:,]? ([^?]{3,})$/is
const FORGET =
  /^(?:please,? )?(?:forget|erase)(?: (?:that|what you know about|what i told you about|everything about))?[:,]? ([^?]{2,})$/is

function sentence(fact: string): string {
  const text = fact.trim().replace(/\.$/, '')
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

/** What it was told that it knows of the user: the line that shares the most words with the subject. */
function known(system: string, subject: string): string | undefined {
  const asked = new Set(wordsIn(subject))
  const [best] = system
    .split('\n')
    .flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? [])
    .map((line) => ({ line, score: wordsIn(line).filter((word) => asked.has(word)).length }))
    .sort((a, b) => b.score - a.score)
  return best && best.score > 0 ? best.line : undefined
}

function wordsIn(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\d]{3,}/gu) ?? []).filter(
    (word) => !/^(?:the|that|and|for|you|what|about)$/.test(word),
  )
}

function wordsOf({ name = '', description = '' }: ToolSpec): string {
  return `${name.replace(/_/g, ' ')} ${description}`
}
