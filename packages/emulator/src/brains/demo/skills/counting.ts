import type { Skill } from '../skill.ts'

const MOST = 200
const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** “Count to twenty, in words”, “count from 8 to 11” */
export const counting: Skill = {
  name: 'counting',
  answer({ text }) {
    const [, first = '1', last = ''] = /\bcount (?:up )?(?:from ([\w-]+) )?(?:up )?to ([\w-]+)/i.exec(text) ?? []
    const [from, to] = [numberOf(first), numberOf(last)]
    if (from === undefined || to === undefined || to < from) return undefined
    if (to - from >= MOST)
      return { say: `That is a lot of numbers. I count up to ${MOST} of them; where shall I begin?` }
    const isInWords = /\bin words\b|\bspell/i.test(text) && to < 100
    const numbers = Array.from({ length: to - from + 1 }, (_, i) => (isInWords ? wordOf(from + i) : `${from + i}`))
    return { say: `${numbers.join(', ')}.` }
  },
}

function numberOf(said: string): number | undefined {
  if (/^\d{1,6}$/.test(said)) return Number(said)
  const found = Array.from({ length: 100 }, (_, i) => wordOf(i)).indexOf(said.toLowerCase())
  if (found >= 0) return found
  return /^hundred$/i.test(said) ? 100 : undefined
}

function wordOf(number: number): string {
  if (number < 20) return SMALL[number]!
  const ten = TENS[Math.floor(number / 10) - 2]!
  return number % 10 === 0 ? ten : `${ten}-${SMALL[number % 10]}`
}
