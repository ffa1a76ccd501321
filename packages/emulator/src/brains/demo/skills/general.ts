import type { Skill } from '../skill.ts'
import { subjectOf, titled } from '../subject.ts'

/** The answer when nothing else fits: useful in form, honest about its content. */
export const general: Skill = {
  name: 'general',
  answer({ text, pick }) {
    const subject = subjectOf(text)
    return {
      say: pick(
        `**${titled(subject)}** is best taken apart into three questions.\n\n1. **What do you want to be true at the end?** A sentence is enough.\n2. **What do you have already?** People, time, tools, and what was tried before.\n3. **What is the smallest step that would teach you something?** Do that one first.\n\nAnswer any of them and I will go on from there. (I am the demo model: I can structure this, but I do not know facts about it.)`,
        `A short way to look at **${subject}**:\n\n- *For it* speaks that it can begin today and be undone tomorrow.\n- *Against it* speaks that nobody has said yet how success would look.\n\nSo I would first agree on one measure, try it for a week, and decide then. As the demo model I can help with the form of an answer; with a real model connected you would get the substance as well.`,
        `Let me think about **${subject}** with you.\n\nThe first thing I would want to know is the purpose: who needs it, and by when? The second is the constraint that hurts most, because it usually decides the rest. And the third is what you would gladly leave out.\n\nWhat would you say to these? (You are talking to the demo model, which is good at questions and has no knowledge of its own.)`,
      ),
    }
  },
}
