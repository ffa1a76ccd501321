import type { Skill } from '../skill.ts'

/** Asks back when there is too little to go on. */
export const unclear: Skill = {
  name: 'unclear',
  answer({ text, pick }) {
    const words = text.match(/\p{L}{2,}/gu) ?? []
    if (words.length > 1 && !words.every(isNonsense)) return undefined
    if (words.length === 1 && !isNonsense(words[0]!)) {
      return {
        say: `“${words[0]}” could mean many things. What would you like to know about it: what it is, how it works, or an example?`,
      }
    }
    return {
      say: pick(
        'I could not make sense of that. Could you put it in a sentence?',
        'I am not sure what you mean. What are you trying to do?',
        'That looks incomplete. Could you say a little more?',
      ),
    }
  },
}

/** No vowels, one letter over and over, or a run along the keyboard. */
function isNonsense(word: string): boolean {
  return !/[aeiouyäöüåæø]/i.test(word) || /(.)\1{3,}/.test(word) || /asdf|qwer|zxcv|hjkl|sdfg/i.test(word)
}
