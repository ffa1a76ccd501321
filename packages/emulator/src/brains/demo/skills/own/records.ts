import type { ToolSpec } from '../../../../wire.ts'
import type { Skill } from '../../skill.ts'
import type { Outcome, Turn } from '../../turn.ts'
import { choiceOf, fieldsOf, valueIn } from './tools.ts'

/** Finds what the user has saved, where there is a tool for it that names the collections, and puts it into words. */
export const records: Skill = {
  name: 'records',
  answer(turn) {
    const tool = turn.tools.find(isFinder)
    if (!tool?.name || turn.mustCall !== undefined) return undefined
    const last = turn.results.at(-1)
    if (last?.tool === tool.name) return last.ok ? { say: told(last, tool) } : undefined
    if (last) return undefined
    const known =
      /\bwhat do you (?:know|remember) (?:about|of) me\b|\bdo you (?:know|remember) (?:any|some)thing about me\b/i
    if (known.test(turn.text)) return { say: profileIn(turn) }
    return asked(turn, tool)
  },
}

function isFinder(tool: ToolSpec): boolean {
  const { name = '', description = '' } = tool
  return (
    /find|search|list|look/i.test(name) &&
    /\bsaved\b|\brecords?\b/i.test(`${name.replace(/_/g, ' ')} ${description}`) &&
    choiceOf(tool) !== undefined
  )
}

function asked({ text }: Turn, tool: ToolSpec) {
  const { field, names } = choiceOf(tool)!
  const isQuestion =
    /^\W*(?:please |can you |could you )?(?:what|which|list|show|find|do i|did i|have i|how many|when|any)\b/i.test(
      text,
    )
  if (!isQuestion || !/\b(?:i|my|mine|me|we|our|saved)\b/i.test(text)) return undefined
  const kind = KINDS.find(([pattern]) => pattern.test(text))
  const collection = kind && names.find((name) => name.startsWith(kind[1]))
  if (!collection) return undefined
  const words = fieldsOf(tool).find((name) => /word|query|text|search/i.test(name))
  const subject = subjectIn(text)
  return { calls: [{ tool, input: { [field]: collection, ...(words && subject && { [words]: subject }) } }] }
}

/** What people call things, and how their collections' names begin. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\bpredict(?:ed|ions?)?\b|\bforecast\b/i, 'predict'],
  [/\balarms?\b/i, 'alarm'],
  [/\bstrateg(?:y|ies)\b/i, 'strateg'],
  [/\bremember(?:ed)?\b|\bmemor(?:y|ies)\b/i, 'memor'],
]

function subjectIn(text: string): string | undefined {
  const found =
    /\b(?:about|on|for|with|regarding|called|named)\s+(?:the |my )?["“]?([\p{L}\d][\p{L}\d '&-]{0,60}?)["”]?\s*(?:[?.!,]|$)/iu.exec(
      text,
    )?.[1]
  return found && !/^(?:me|it|that|this week|today)$/i.test(found) ? found.trim() : undefined
}

function told({ text, input }: Outcome, tool: ToolSpec): string {
  const { field } = choiceOf(tool)!
  const { [field]: collection = 'records', ...rest } = (input ?? {}) as Readonly<Record<string, unknown>>
  const words = Object.values(rest).find((value) => typeof value === 'string' && value !== '')
  const about = words === undefined ? '' : ` about “${words}”`
  const found = valueIn(text)
  if (!Array.isArray(found) || found.length === 0) return `I found no saved ${collection}${about}.`
  const lines = found.slice(0, 10).map((record) => `- ${lineOf(record)}`)
  const one = String(collection).replace(/ies$/, 'y').replace(/s$/, '')
  return `You have ${found.length === 1 ? `one ${one}` : `${found.length} ${collection}`}${about}:\n\n${lines.join('\n')}`
}

type Fields = Readonly<Record<string, unknown>>

function lineOf(record: unknown): string {
  const title =
    textAt(record, ['prediction_statement', 'name', 'label', 'title', 'text', 'statement']) ??
    JSON.stringify(record).slice(0, 120)
  const { status, time, days, zone, on, due } = record as Fields
  const parts = [
    typeof time === 'string' &&
      `at ${time}${Array.isArray(days) && days.length > 0 ? ` on ${days.join(', ')}` : ''}${typeof zone === 'string' ? ` (${zone})` : ''}`,
    typeof status === 'string' && status.replaceAll('_', ' '),
    typeof due === 'string' && due !== '' && `due ${due.slice(0, 10)}`,
    on === false && 'off',
  ].filter(Boolean)
  return `**${title.slice(0, 200)}**${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`
}

/** The first text under one of these names, here or one level down. */
function textAt(value: unknown, names: readonly string[]): string | undefined {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Fields
  const here = names.flatMap((name) =>
    typeof fields[name] === 'string' && fields[name] !== '' ? [fields[name]] : [],
  )[0]
  return (
    here ??
    Object.values(fields).flatMap((inner) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? (textAt(inner, names) ?? []) : [],
    )[0]
  )
}

/** What the request tells of its user, as a list under a heading that says so. */
function profileIn({ system }: Turn): string {
  const list = /\buser\b[^\n]*\bknow\b[^\n]*:\n((?:- .+(?:\n|$))+)/i.exec(system)?.[1]?.trim()
  return list
    ? `This is what I was asked to remember:\n\n${list}`
    : 'Nothing so far. Say “remember that …”, and I will know it in later conversations.'
}
