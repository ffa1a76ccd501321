import type { Skill } from '../skill.ts'

/** Jokes, poems, and saying what it is told to say. */
export const amuse: Skill = {
  name: 'amuse',
  answer({ text, pick }) {
    const words = /^\W*(?:please )?(?:say|repeat|echo)(?: after me)?:?\s+["“]?([^"”]{1,500}?)["”]?$/i.exec(text)?.[1]
    if (words) return { say: words }
    if (/\bjokes?\b/i.test(text)) return { say: pick(...JOKES) }
    if (!/\b(?:poem|haiku|verse|rhyme)s?\b/i.test(text)) return undefined
    const poems = /\bhaikus?\b/i.test(text) ? HAIKUS : POEMS
    const subject = /\b(?:about|on|of) (?:the |an? )?([^.?!\n]{2,40})/i.exec(text)?.[1]?.trim()
    if (!subject) return { say: pick(...poems.plain) }
    return {
      say: pick(...poems.about)
        .replaceAll('~', subject)
        .replace(/^./u, (letter) => letter.toUpperCase()),
    }
  },
}

const JOKES = [
  'Why did the event get lost on its way to the log? It had no sense of sequence.',
  'A client walks into a bar and asks for everything since its last visit. “That will be 4,711 events,” says the barkeeper.',
  'I would tell you a joke about UDP, but I could not be sure that you get it.',
]

const POEMS = {
  plain: [
    'A word, and then the next,\nlike water over stone:\nwhat seems a single river\nis drops that go alone.',
    'The line went dead at seven,\nthe log went quietly on;\nat eight you read the ending\nas if you’d never gone.',
  ],
  about: [
    'I set out to write of ~,\nand wrote it, word by word;\nthe best of it was quiet\nand hoped it would be heard.',
    '~ came by this evening\nand stayed an hour or two;\nwe did not say much, either:\nit mostly looked at you.',
  ],
}

const HAIKUS = {
  plain: ['One word, then the next:\na whole river, drop by drop,\nfinds its way to you.'],
  about: ['~: a first word falls,\nthen the next one, then the whole\nquiet afternoon.'],
}
