import { paragraphs } from '../prose.ts'
import type { Skill } from '../skill.ts'
import { subjectOf } from '../subject.ts'

const LIMIT = 20_000

/** As many words as were asked for: “write 800 words about rivers”, “a long story about …”. */
export const longText: Skill = {
  name: 'long-text',
  answer({ text, random }) {
    const count = /\b(\d[\d,.]*)[ -]?words?\b/i.exec(text)?.[1]
    const long = /\b(?:write|tell)\b.*\b(?:essay|story|article|long|detailed)\b|\ba long\b/i.test(text)
    if (count === undefined && !long) return undefined
    const words = Math.min(count === undefined ? 500 : Number(count.replace(/[,.]/g, '')), LIMIT)
    return { say: paragraphs(subjectOf(text), words, random) }
  },
}
