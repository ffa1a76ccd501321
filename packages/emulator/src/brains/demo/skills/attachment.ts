import type { Skill } from '../skill.ts'

/** Owns up to not seeing what is attached. */
export const attachment: Skill = {
  name: 'attachment',
  answer({ attached, text }) {
    if (attached.length === 0) return undefined
    return {
      say: `Thank you for the ${attached.join(' and the ')}. It arrived whole, but the demo model cannot look inside: a real model on Bedrock will. You wrote: “${text.slice(0, 200)}” Tell me in words what it shows and I will work with that.`,
    }
  },
}
