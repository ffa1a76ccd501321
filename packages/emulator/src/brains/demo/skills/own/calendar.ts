import { zonesIn } from '../../cities.ts'
import type { Reply, Skill } from '../../skill.ts'
import { type DayWords, dateOf, dayIn } from '../alarms/days.ts'
import { fieldsIn, fieldsOf, isClock } from './tools.ts'

/** Reckons with dates, and answers "and in Tokyo?", where there is a clock. */
export const calendar: Skill = {
  name: 'calendar',
  answer(turn) {
    const { tools, text, results, called, mustCall } = turn
    const clock = tools.find(isClock)
    if (!clock || mustCall !== undefined || text.length > 120) return undefined
    const question = questionIn(text)
    const now = results.find(({ tool, ok }) => ok && tool === clock.name)
    if (question && now) return reckoned(question, new Date(String(fieldsIn(now.text)['instant'])))
    if (results.length > 0) return undefined
    if (question) return { calls: [{ tool: clock, input: {} }] }
    const zones =
      called.at(-1)?.tool === clock.name && /^\W*(?:and|what about|how about|or)\b/i.test(text) ? zonesIn(text) : []
    const field = fieldsOf(clock).find((name) => /zone/i.test(name))
    return zones.length > 0 && field
      ? { calls: zones.map((zone) => ({ tool: clock, input: { [field]: zone } })) }
      : undefined
  },
}

interface Question {
  readonly kind: 'until' | 'date'
  readonly day: DayWords
  readonly name: string
}

function questionIn(text: string): Question | undefined {
  const until = /\bhow (?:many days|long)\b.*?\b(?:until|till|to|before)\s+(.+?)\W*$/i.exec(text)?.[1]
  if (until) {
    const day = HOLIDAYS.find(([pattern]) => pattern.test(until))?.[1] ?? dayIn(`on ${until}`)
    return day && { kind: 'until', day, name: until }
  }
  if (!/\bwhat(?:'s| is| will be)? (?:the )?(?:date|day)\b|\bwhich day\b/i.test(text)) return undefined
  const words = /\b(?:in (?:\d{1,3}|an?|\w+) (?:days?|weeks?)|(?:day after )?tomorrow|next \w+day)\b/i.exec(text)?.[0]
  const day = words === undefined ? undefined : dayIn(words)
  return day && words ? { kind: 'date', day, name: words } : undefined
}

const HOLIDAYS: readonly (readonly [RegExp, Question['day']])[] = [
  [/christmas eve/i, { day: 24, month: 12 }],
  [/christmas|xmas/i, { day: 25, month: 12 }],
  [/new year'?s eve/i, { day: 31, month: 12 }],
  [/new year/i, { day: 1, month: 1 }],
  [/valentine/i, { day: 14, month: 2 }],
  [/halloween/i, { day: 31, month: 10 }],
]

function reckoned({ kind, day, name }: Question, now: Date): Reply | undefined {
  const date = Number.isNaN(now.getTime()) ? undefined : dateOf(day, now)
  if (date === undefined) return undefined
  const options = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  const long = new Date(date).toLocaleDateString('en-GB', options)
  const days = Math.round((Date.parse(date) - Date.parse(now.toISOString().slice(0, 10))) / 86_400_000)
  if (kind === 'date') return { say: `${name[0]!.toUpperCase()}${name.slice(1)} it is **${long}**.` }
  return {
    say: days === 0 ? 'That is today.' : `It is **${days} ${days === 1 ? 'day' : 'days'}** until ${name}: ${long}.`,
  }
}
