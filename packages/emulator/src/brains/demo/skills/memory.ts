import type { Skill } from '../skill.ts'
import type { Turn } from '../turn.ts'

/** Remembers, within the conversation, what the user said about themselves. */
export const memory: Skill = {
  name: 'memory',
  answer(turn) {
    const { text, pick } = turn
    if (/\bwhat did i (?:say|ask|tell you)\b|\bmy (?:first|last) (?:question|message)\b/i.test(text))
      return { say: quoted(turn) }
    const asked =
      /\bwhat(?:'s| is| was) my ([\p{L} ]{2,30}?)\s*(?:\?|$)/iu.exec(text)?.[1]?.trim() ??
      (/\bwho am i\b|\bremember my name\b/i.test(text) ? 'name' : undefined)
    if (asked) return { say: recalled(turn, asked) }
    const told = factsIn(text)[0]
    if (!told || text.includes('?') || !PERSONAL.test(told.what)) return undefined
    if (told.what === 'name')
      return {
        say: `Nice to meet you, ${told.value}! ${pick('What can I do for you?', 'What shall we talk about?', 'How can I help today?')}`,
      }
    return { say: `Noted: your ${told.what} is ${told.value}. I will keep it in mind for this conversation.` }
  },
}

/** What is worth an acknowledgement; “my server is slow” wants another answer, though it is remembered too. */
const PERSONAL = /^(?:name|favou?rite .+|age|birthday|city|home .+|job|hobby|language|team|dog|cat|zone|timezone)$/i

function recalled({ said }: Turn, what: string): string {
  const known = said
    .filter(({ role }) => role === 'user')
    .flatMap(({ text }) => factsIn(text))
    .findLast((fact) => fact.what === what.toLowerCase())
  if (!known) return `You have not told me your ${what} yet. What is it?`
  return what === 'name' ? `Your name is **${known.value}**.` : `You told me your ${what} is **${known.value}**.`
}

function quoted({ said, text }: Turn): string {
  const questions = said.filter(({ role }) => role === 'user')
  const chosen = /\bfirst\b/i.test(text) ? questions[0] : questions.at(-1)
  return chosen ? `You said: “${chosen.text.slice(0, 300)}”` : 'This is the first thing you have said to me.'
}

function factsIn(text: string): { what: string; value: string }[] {
  const facts: { what: string; value: string }[] = []
  const name = /\b(?:my name(?:'s| is)|i am called|call me)\s+(\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*)?)/iu.exec(
    text,
  )?.[1]
  if (name) facts.push({ what: 'name', value: name.replace(/\s(?:and|what|but)\b.*$/i, '') })
  for (const [, what, value] of text.matchAll(
    /\bmy ((?:favou?rite |home )?[\p{L}]{3,20}) is ((?:(?! and my )[^.,;!?\n]){1,60})/giu,
  )) {
    if (what !== 'name' && what && value) facts.push({ what: what.toLowerCase(), value: value.trim() })
  }
  return facts
}
