import type { Skill } from '../skill.ts'

/** Greetings, thanks and good-byes. */
export const courtesy: Skill = {
  name: 'courtesy',
  answer({ text, said, pick }) {
    const short = text.length <= 60
    const only = text.split(/\s+/).length <= 4
    if (
      only &&
      /^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|greetings|howdy|moin|hei|hallo)\b/i.test(text)
    ) {
      if (said.length > 0) return { say: pick('Hello again! What is next?', 'Still here. What can I do for you?') }
      return {
        say: `Hello! I am the demo model, a set of rules rather than an AI, and happy to show how a conversation works here. ${pick('What would you like to try?', 'Ask me something, or ask what I can do.')}`,
      }
    }
    if (short && /\b(?:thanks|thank you|cheers)\b/i.test(text))
      return { say: pick('You are welcome!', 'Gladly. Anything else?') }
    if (short && /\b(?:bye|good ?night|see you)\b/i.test(text))
      return { say: pick('Good-bye, until next time!', 'See you soon. This conversation stays as it is.') }
    if (short && /\bhow are you\b/i.test(text)) return { say: 'All my rules are in order, thank you. How can I help?' }
    if (/^\W*(?:yes|yeah|sure|ok|okay|no|nope|maybe|please)\W*$/i.test(text)) {
      return { say: pick('Good. What exactly would you like?', 'All right. Tell me a little more, then I can go on.') }
    }
    return undefined
  },
}
