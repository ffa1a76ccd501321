import type { Skill } from '../skill.ts'
import { toolInput } from '../tool-input.ts'

/** Answers as JSON when the request says by which schema. */
export const structured: Skill = {
  name: 'structured',
  answer({ outputSchema, text }) {
    return outputSchema === undefined ? undefined : { say: JSON.stringify(toolInput(outputSchema, text)) }
  },
}
