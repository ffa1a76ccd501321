import type { ToolSpec } from '../../../../wire.ts'
import type { Reply, Skill } from '../../skill.ts'
import type { Outcome, Turn } from '../../turn.ts'
import { fieldsIn, fieldsOf, isClock } from './tools.ts'

/** Says what the user's own model calls have cost, where there is a tool that knows; also for the questions that follow. */
export const usage: Skill = {
  name: 'usage',
  answer(turn) {
    const tool = turn.tools.find(isUsage)
    if (!tool?.name || turn.mustCall !== undefined) return undefined
    const last = turn.results.at(-1)
    if (last?.tool === tool.name) return last.ok ? { say: told(last, tool) } : undefined
    const follows = turn.called.at(-1)?.tool === tool.name && FOLLOWS.test(turn.text)
    if (!follows && !(ABOUT.test(turn.text) && (OWN.test(turn.text) || COUNTS.test(turn.text)))) return undefined
    return asked(turn, tool, last)
  },
}

function isUsage({ name = '', description = '' }: ToolSpec): boolean {
  return /usage/i.test(name) || /\btokens\b.*\bcosts?\b/i.test(description)
}

const ABOUT = /\b(?:tokens?|usage|costs?|spen(?:d|t|ding)|dollars|money|bill|expensive|calls)\b/i
const OWN = /\b(?:i|my|me|we|our)\b/i
const COUNTS = /^\W*how (?:many tokens|much)\b.*\b(?:in|on|since|last|this|today|yesterday)\b/i
const FOLLOWS =
  /^\W*(?:and|what about|how about|now|only|so)\b|\b(?:table|chart|graph|diagram)\b|\bcosts?\b|\b(?:which|what) (?:agent|model|conversation|day)\b|\b(?:by|per|for each) (?:agent|model|conversation|day)\b|^\W*(?:today|yesterday|last|this) /i

/** A period that depends on today needs the clock first. */
function asked({ text, tools }: Turn, tool: ToolSpec, last: Outcome | undefined): Reply | undefined {
  const known = new Set(fieldsOf(tool))
  const words = periodWords(text)
  if (words === undefined && ODD_PERIOD.test(text)) return { say: SAY_PERIOD }
  const by = known.has('by') ? { by: keyIn(text) } : {}
  if (words === undefined || !known.has('from') || !known.has('to')) return { calls: [{ tool, input: by }] }
  const clock = tools.find(isClock)
  const instant = last?.tool === clock?.name && last ? fieldsIn(last.text)['instant'] : undefined
  if (typeof instant === 'string')
    return { calls: [{ tool, input: { ...periodOf(words, instant.slice(0, 10)), ...by } }] }
  return clock && !last ? { calls: [{ tool: clock, input: {} }] } : { calls: [{ tool, input: by }] }
}

function keyIn(text: string): string {
  return /\b(agent|model|conversation)s?\b/i.exec(text)?.[1]?.toLowerCase() ?? 'day'
}

/** The last seven days need no dates: they are what such tools take for themselves. */
function periodWords(text: string): string | undefined {
  const found = PERIODS.exec(text)?.[0]
  const isPart = ODD_PERIOD.test(text.replace(PERIODS, ' ')) // "between July and October" is not October
  return isPart ? undefined : found?.toLowerCase()
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const PERIODS = new RegExp(
  `\\b(?:today|yesterday|(?:this|last) (?:month|year)|last week|(?:last|past) \\d{1,3} days|(?:in|of|for|during) (?:last )?(?:(?:${MONTHS.join('|')})(?:,? (?:of )?20\\d\\d)?|20\\d\\d))\\b`,
  'i',
)
/** Words for a time that are none of those. */
const ODD_PERIOD = new RegExp(
  `\\b(?:${MONTHS.filter((month) => month !== 'may' && month !== 'march').join('|')}|(?:in|since|until|from|and|to|of|for) (?:may|march)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|quarter|q[1-4]|spring|summer|autumn|winter|weekend|decade|century|ago|since|until|between|before|20\\d\\d|christmas|easter|hours?|(?:week|month|year) before last|(?:last|past|previous) (?:\\w+ )?(?:weeks|months|years)|(?:first|second|last|next|previous|\\d+) (?:week|month|year|days?)s?|this (?:morning|afternoon|evening))\\b`,
  'i',
)
const SAY_PERIOD =
  'That period I do not understand: I am a demo model and go by rules. Ask for today, yesterday, this or last week, month or year, the last 30 days, a month such as October, or a year.'

function periodOf(words: string, today: string): { readonly from: string; readonly to: string } {
  const day = (offset: number): string => new Date(Date.parse(today) + offset * 86_400_000).toISOString().slice(0, 10)
  const days = /(\d+) days/.exec(words)?.[1]
  const month = MONTHS.findIndex((name) => words.includes(name)) + 1
  const year = /20\d\d/.exec(words)?.[0]
  if (days) return { from: day(1 - Number(days)), to: today }
  if (month > 0) return monthOf(Number(year ?? 0) || latestYearOf(month, today), month)
  if (year) return { from: `${year}-01-01`, to: `${year}-12-31` }
  switch (words) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: day(-1), to: day(-1) }
    case 'last week': {
      const monday = -((new Date(today).getUTCDay() + 6) % 7)
      return { from: day(monday - 7), to: day(monday - 1) }
    }
    case 'this month':
      return { from: `${today.slice(0, 7)}-01`, to: today }
    case 'last month':
      return monthOf(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1)
    case 'last year':
      return periodOf(String(Number(today.slice(0, 4)) - 1), today)
    default:
      return { from: `${today.slice(0, 4)}-01-01`, to: today }
  }
}

/** The whole month; the 0th is the last of the year before. */
function monthOf(year: number, month: number): { readonly from: string; readonly to: string } {
  const [from, to] = [new Date(Date.UTC(year, month - 1, 1)), new Date(Date.UTC(year, month, 0))]
  return { from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) }
}

/** The year in which there was such a month last. */
function latestYearOf(month: number, today: string): number {
  return Number(today.slice(0, 4)) - (month > Number(today.slice(5, 7)) ? 1 : 0)
}

function told({ text, input }: Outcome, { description = '' }: ToolSpec): string {
  const { from, to, total, rows } = fieldsIn(text) as { from?: string; to?: string; total?: Sum; rows?: readonly Row[] }
  if (!total) return `This is what I got:\n\n${text.slice(0, 1_000)}`
  const when = from === to ? `On ${dayName(from)}` : `From ${dayName(from)} to ${dayName(to)}`
  if (!total.calls) return `${when} you have used nothing.`
  const sum = `${when} you used **${count(total.tokens)} tokens** in ${count(total.calls)} calls, which cost **$${(total.dollars ?? 0).toFixed(4)}**.`
  const by = (input as { by?: string } | undefined)?.by ?? 'day'
  const most = by === 'day' ? undefined : [...(rows ?? [])].sort((a, b) => tokensOf(b) - tokensOf(a))[0]
  const share = most ? ` Most of it by the ${by} \`${most.key}\`: ${count(tokensOf(most))} tokens.` : ''
  return `${sum}${share}${/\btable\b/i.test(description) ? ' The table has the rest.' : ''}`
}

interface Sum {
  readonly calls?: number
  readonly tokens?: number
  readonly dollars?: number
}

interface Row extends Readonly<Record<string, unknown>> {
  readonly key?: string
}

function tokensOf(row: Row): number {
  return Object.entries(row).reduce((sum, [name, value]) => sum + (/tokens$/i.test(name) ? Number(value) : 0), 0)
}

function count(value = 0): string {
  return value.toLocaleString('en-US')
}

function dayName(date = ''): string {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  return Number.isNaN(Date.parse(date)) ? date : new Date(date).toLocaleDateString('en-GB', options)
}
