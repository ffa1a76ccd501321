import { titled } from './subject.ts'

/** Text of exactly so many words about a subject, paragraph by paragraph, with headings between. Made up as it is read. */
export function* paragraphs(subject: string, words: number, random: () => number): Generator<string> {
  const next = sentences(subject, random)
  let left = words
  for (let paragraph = 0; left > 0; paragraph++) {
    if (words > 150 && paragraph % 3 === 0) {
      const heading = HEADINGS[(paragraph / 3) % HEADINGS.length]!
      const count = wordCount(heading)
      if (count < left) {
        left -= count
        yield `${paragraph === 0 ? '' : '\n\n'}## ${heading}`
      }
    }
    if (paragraph > 0 || words > 150) yield '\n\n'
    for (let sentence = 0; sentence < 4 + Math.floor(random() * 3) && left > 0; sentence++) {
      const whole = next()
      const count = wordCount(whole)
      yield `${sentence === 0 ? '' : ' '}${count <= left ? whole : `${firstWords(whole, left)}.`}`
      left -= Math.min(count, left)
    }
  }
}

/** Sentences in a new order each time round, so that long texts do not repeat themselves at once. */
function sentences(subject: string, random: () => number): () => string {
  let order: string[] = []
  return () => {
    if (order.length === 0) {
      order = SENTENCES.map((sentence) => ({ sentence, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ sentence }) => sentence)
    }
    const sentence = order.pop()!.replaceAll('~', subject)
    return sentence.startsWith(subject) ? titled(sentence) : sentence
  }
}

function wordCount(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}

function firstWords(text: string, count: number): string {
  return text
    .split(/\s+/)
    .slice(0, count)
    .join(' ')
    .replace(/[.,:;]$/, '')
}

const HEADINGS = [
  'Where it begins',
  'A closer look',
  'How it works',
  'What people miss',
  'In practice',
  'Looking ahead',
]

const SENTENCES = [
  'Most people meet ~ by accident, long before they have a word for it.',
  'It helps to begin with what can be seen and leave the theory for later.',
  'There is a quiet order in ~ that only shows itself to those who wait.',
  'Ask three experts about ~ and you will hear four opinions.',
  'The oldest accounts are short, practical and surprisingly modern.',
  'What looks like one thing from afar turns out to be many small things that agree.',
  'A good rule is to change one part at a time and write down what happened.',
  'Numbers tell part of the story, but never the part that people remember.',
  '~ rewards patience more than cleverness.',
  'Small causes add up, and after a while nobody recalls which came first.',
  'In the morning everything about it seems simple; by the evening it has grown corners.',
  'The tools have changed a great deal, the questions hardly at all.',
  'It would be wrong to call this progress, and just as wrong to call it decline.',
  'Those who work with ~ every day speak of it in plain words.',
  'One can learn much by looking at the places where it fails.',
  'The first attempt is seldom right, and that is no loss.',
  'For a long time this was thought to be impossible, and then somebody simply did it.',
  'The details matter, though not all of them and not all at once.',
  'Seen from the other side, the same facts make a different picture.',
  'Nothing about ~ is as fixed as the textbooks suggest.',
  'Every generation finds its own reason to care about ~.',
  'The best explanations fit on one page and leave room in the margin.',
  'It is tempting to stop here, but the interesting part comes next.',
  'Where resources are scarce, people become inventive.',
  'Much depends on the season, on the weather and on who is asking.',
  'A map of ~ would be mostly empty, and the empty parts would be the best ones.',
  'Experience teaches caution, and caution teaches timing.',
  'The cost is easy to count; the benefit spreads out and hides.',
  'Once the habit is there, ~ takes care of itself.',
  'Children understand this at once, and then forget it for twenty years.',
  'What remains after all the arguments is something you can touch.',
  'There are exceptions, and they are worth knowing by name.',
  'Whoever begins today has better tools than the masters had.',
  'Some of the finest examples of ~ were made under pressure.',
  'It pays to keep both the rule and the reason for it in mind.',
  'The middle of the work is where most people give up, which is a pity.',
  'Little by little, the exceptional becomes ordinary.',
  'A second look, a day later, is worth ten looks in a row.',
  'In the end ~ is less a subject than a way of paying attention.',
  'That is also why no two descriptions of ~ agree.',
]
