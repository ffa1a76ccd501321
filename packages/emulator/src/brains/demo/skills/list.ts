import type { Skill } from '../skill.ts'
import { subjectOf } from '../subject.ts'

/** Ideas, steps and tips as a list. */
export const list: Skill = {
  name: 'list',
  answer({ text, random }) {
    if (!/\b(?:list|ideas?|tips?|steps|suggest\w*|recommend\w*|plan|checklist|ways to|bullet)\b/i.test(text))
      return undefined
    const wished = Number(/\b(\d{1,2})\b/.exec(text)?.[1] ?? 5)
    const count = Math.min(Math.max(wished, 1), LINES.length)
    const chosen = LINES.map((line) => ({ line, place: random() }))
      .sort((a, b) => a.place - b.place)
      .slice(0, count)
    const subject = subjectOf(text)
    const lines = chosen.map(({ line: [what, why] }, i) => `${i + 1}. **${what}.** ${why}`)
    return {
      say: `Some thoughts on ${subject}:\n\n${lines.join('\n')}\n\nWhich of these fits best? I can go into any of them.`,
    }
  },
}

const LINES: readonly (readonly [what: string, why: string])[] = [
  ['Start small', 'One afternoon, one clear goal, and something to show at the end.'],
  ['Ask who it is for', 'A single real person in mind decides more than any plan.'],
  ['Write down what you know', 'Half of the work is often done already, just not in one place.'],
  ['Set a limit', 'Money, time or size: a border makes choices easy.'],
  ['Look at two good examples', 'And note what you would leave out.'],
  ['Do the hardest part first', 'Everything after it will feel like going downhill.'],
  ['Find a companion', 'Explaining it aloud shows where it is not clear yet.'],
  ['Measure one thing', 'The one that would change your mind.'],
  ['Plan the ending', 'Know in advance when it is good enough.'],
  ['Leave room', 'A fifth of the time unplanned is not waste.'],
]
