import { zonesIn } from '../cities.ts'
import type { Skill } from '../skill.ts'
import { fittingTool } from '../tool-choice.ts'
import { inputFor } from '../tool-input.ts'

/** Calls the tool that fits what the user wants, and often says so first. */
export const toolCall: Skill = {
  name: 'tool-call',
  answer(turn) {
    const { tools, text, random, pick } = turn
    const tool = fittingTool(tools, text)
    if (!tool) return undefined
    const announcement = pick(
      'Let me look that up.',
      'One moment, I will check.',
      `I'll use \`${tool.name}\` for that.`,
      'Good question. I would rather look than guess, so let me check.',
    )
    const calls = inputs(inputFor(tool, turn), text).map((input) => ({ tool, input }))
    return random() < 0.6 ? { say: announcement, calls } : { calls }
  },
}

/** One input for each time zone, where the words name several and the tool takes one. */
function inputs(input: object, text: string): object[] {
  const [first, ...others] = zonesIn(text)
  const field = Object.entries(input).find(([, value]) => value === first)?.[0]
  if (first === undefined || field === undefined) return [input]
  return [input, ...others.map((zone) => ({ ...input, [field]: zone }))]
}
