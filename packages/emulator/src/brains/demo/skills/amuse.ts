import type { Skill } from '../skill.ts'

/** Jokes, poems, and saying what it is told to say. */
export const amuse: Skill = {
  name: 'amuse',
  answer({ text, pick }) {
    const words = /^\W*(?:please )?(?:say|repeat|echo)(?: after me)?:?\s+["“]?([^"”]{1,500}?)["”]?$/i.exec(text)?.[1]
    if (words) return { say: words }
    if (/\bjokes?\b/i.test(text)) return { say: pick(...JOKES) }
    return /\b(?:poem|haiku|verse|rhyme)\b/i.test(text) ? { say: pick(...POEMS) } : undefined
  },
}

const JOKES = [
  'Why did the event get lost on its way to the log? It had no sense of sequence.',
  'A client walks into a bar and asks for everything since its last visit. “That will be 4,711 events,” says the barkeeper.',
  'I would tell you a joke about UDP, but I could not be sure that you get it.',
]

const POEMS = [
  'A word, and then the next,\nlike water over stone:\nwhat seems a single river\nis drops that go alone.',
  'The line went dead at seven,\nthe log went quietly on;\nat eight you read the ending\nas if you’d never gone.',
]
