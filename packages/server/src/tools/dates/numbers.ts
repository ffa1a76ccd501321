const WORDS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  eighteen: 18,
  twenty: 20,
  thirty: 30,
  sixty: 60,
  ninety: 90,
}

/** Words that make the number before them a count, no year and no hour. */
export const COUNTED =
  'points?|pts|dollars?|usd|euros?|eur|pounds?|gbp|kroner|yen|people|jobs?|users?|units?|copies|stores?|shops?|percent|per cent|' +
  'basis|bps|times|met(?:re|er)s?|miles?|km|kg|kilomet(?:re|er)s?|million|billion|thousand|cars?|homes?|houses?|employees|' +
  'workers|seats?|votes?|goals?|games?|deaths|cases|customers|subscribers|followers|members|tons?|tonnes|barrels?|mw|gw|' +
  'seconds?|minutes?|hours?|days?|weeks?|months?|years?'

/** How many, in figures and words, as a pattern. Part of a longer number is none. */
export const NUMBER = `(?<![\\d.,])\\d{1,4}(?:\\.5)?(?![\\d,])|half an?|${Object.keys(WORDS).sort().reverse().join('|')}|(?:a )?couple(?: of)?|(?:a )?few`

const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ')

/** Which one in a row, in figures and words, as a pattern. */
export const ORDINAL = `\\d{1,2}(?:st|nd|rd|th)|${ORDINALS.join('|')}|last|final`

/** What a match of `ORDINAL` means; -1 is the last. */
export function ordinalOf(text: string): number {
  return /^\d/.test(text) ? Number.parseInt(text, 10) : ORDINALS.indexOf(text) + 1 || -1
}

/** What a match of `NUMBER` means; `isVague` where people would not agree. */
export function numberOf(text: string): { readonly value: number; readonly isVague: boolean } {
  if (/^\d/.test(text)) return { value: Number(text), isVague: false }
  if (text.startsWith('half')) return { value: 0.5, isVague: false }
  if (text.includes('couple')) return { value: 2, isVague: true }
  if (text.includes('few')) return { value: 3, isVague: true }
  return { value: WORDS[text]!, isVague: false }
}
