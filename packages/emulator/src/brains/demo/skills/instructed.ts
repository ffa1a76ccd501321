import type { Skill } from '../skill.ts'
import { instructedTool } from '../tool-choice.ts'
import { inputFor } from '../tool-input.ts'
import { courtesy } from './courtesy.ts'

/** Calls the tool that its instructions want called whatever is asked, so that agents made for one thing do it. */
export const instructed: Skill = {
  name: 'instructed',
  answer(turn) {
    const tool = instructedTool(turn.tools, turn.system)
    if (!tool || courtesy.answer(turn)) return undefined
    return { calls: [{ tool, input: inputFor(tool, turn) }] }
  },
}
