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
    if (!follows && !(ABOUT.test(turn.text) && OWN.test(turn.text))) return undefined
    return asked(turn, tool, last)
  },
}

function isUsage({ name = '', description = '' }: ToolSpec): boolean {
  return /usage/i.test(name) || /\btokens\b.*\bcosts?\b/i.test(description)
}

const ABOUT = /\b(?:tokens?|usage|costs?|spen(?:d|t|ding)|dollars|money|bill|expensive|calls)\b/i
const OWN = /\b(?:i|my|me|we|our)\b/i
const FOLLOWS =
  /^\W*(?:and|what about|how about|now|only|so)\b|\b(?:table|chart|graph|diagram)\b|\bcosts?\b|\b(?:which|what) (?:agent|model|conversation|day)\b|\b(?:by|per|for each) (?:agent|model|conversation|day)\b|^\W*(?:today|yesterday|last|this) /i

/** A period that depends on today needs the clock first. */
function asked({ text, tools }: Turn, tool: ToolSpec, last: Outcome | undefined): Reply | undefined {
  const known = new Set(fieldsOf(tool))
  const words = periodWords(text)
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
  const found = /\b(?:today|yesterday|(?:this|last) month|last week|(?:last|past) (\d{1,3}) days|this year)\b/i.exec(
    text,
  )?.[0]
  return found?.toLowerCase()
}

function periodOf(words: string, today: string): { readonly from: string; readonly to: string } {
  const day = (offset: number): string => new Date(Date.parse(today) + offset * 86_400_000).toISOString().slice(0, 10)
  const days = /(\d+) days/.exec(words)?.[1]
  if (days) return { from: day(1 - Number(days)), to: today }
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
    case 'last month': {
      const end = new Date(Date.parse(`${today.slice(0, 7)}-01`) - 86_400_000).toISOString().slice(0, 10)
      return { from: `${end.slice(0, 7)}-01`, to: end }
    }
    default:
      return { from: `${today.slice(0, 4)}-01-01`, to: today }
  }
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
