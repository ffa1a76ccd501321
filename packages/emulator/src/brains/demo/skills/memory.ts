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
    const place = placeOf(turn)
    if (place) return { say: place }
    const told = factsIn(text)[0]
    if (!told || text.includes('?') || !PERSONAL.test(told.what)) return undefined
    if (told.what === 'name')
      return {
        say: `Nice to meet you, ${told.value}! ${pick('What can I do for you?', 'What shall we talk about?', 'How can I help today?')}`,
      }
    return { say: `Noted: your ${told.what} is ${told.value}. I will keep it in mind for this conversation.` }
  },
}

/** Where they live, work and are from, and how old they are: as they said it here, or as the request tells of them. */
function placeOf({ text, said, system }: Turn): string | undefined {
  const asked = PLACES.find(([question]) => question.test(text))
  if (!asked) return undefined
  const [, fact, answer] = asked
  const own = said.filter(({ role }) => role === 'user').map(({ text }) => text)
  const found = [...own.toReversed(), system].flatMap((words) => fact.exec(words)?.[1]?.trim() ?? [])[0]
  return found ? answer.replace('~', `**${found}**`) : 'You have not told me yet.'
}

const PLACES: readonly (readonly [question: RegExp, fact: RegExp, answer: string])[] = [
  [/\bwhere do i live\b/i, /\b(?:i live|lives) in ([^.,;!?\n]{2,40}?)(?= and\b|[.,;!?\n]|$)/i, 'You live in ~.'],
  [
    /\bwhere do i work\b/i,
    /\b(?:i work|works) (?:at|in|for) ([^.,;!?\n]{2,40}?)(?= and\b|[.,;!?\n]|$)/i,
    'You work at ~.',
  ],
  [
    /\bwhere am i from\b/i,
    /\b(?:i am|i'm|comes|is) from ([^.,;!?\n]{2,40}?)(?= and\b|[.,;!?\n]|$)/i,
    'You are from ~.',
  ],
  [/\bhow old am i\b/i, /\b(?:i am|i'm|is) (\d{1,3}) years old\b/i, 'You are ~ years old.'],
]

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
