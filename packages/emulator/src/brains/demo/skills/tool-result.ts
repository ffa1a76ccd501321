import { cityOf } from '../cities.ts'
import type { Skill } from '../skill.ts'
import type { Outcome, Turn } from '../turn.ts'

/** Puts into words what the tools said. */
export const toolResult: Skill = {
  name: 'tool-result',
  answer(turn) {
    if (turn.results.length === 0) return undefined
    return { say: turn.results.map((outcome) => told(turn, outcome)).join('\n\n') }
  },
}

type Fields = Readonly<Record<string, unknown>>

const QUOTE_LIMIT = 1_500
const PASSAGE_LIMIT = 600

function told(turn: Turn, outcome: Outcome): string {
  const { tool, ok } = outcome
  const text = outcome.text.replace(/^\[[^\]\n]*\]\n/, '') // a note of the program on who says it
  if (!ok && /\bnot allow/.test(text)) return turn.pick('All right, I leave it as it is.', 'Then I will not do that.')
  if (!ok) {
    return `I tried \`${tool}\`, but it did not work: “${shorten(text || 'no reason given', 300)}”\n\nShall I try again, or go on without it?`
  }
  const kept = keptOrForgotten(tool, text)
  if (kept) return kept
  if (text === '') return `\`${tool}\` finished and had nothing to report.`
  const value = parsed(text)
  const list = listIn(value)
  if (list?.length === 0 || /^(?:nothing|no results?|none)\b/i.test(text)) return nothing(tool, turn)
  if (list) return found(list, turn.text)
  const time = /time|clock|date/i.test(tool) ? timeIn(value, outcome) : undefined
  if (time) return time
  if (isFields(value)) return `${opening(tool, turn)}\n\n${facts(value)}`
  if (text.length <= 120 && !text.includes('\n')) return `${opening(tool, turn)} **${text.replace(/\.$/, '')}**.`
  return `${opening(tool, turn)}\n\n${quote(text)}`
}

/** Facts about the user are told as what they are. */
function keptOrForgotten(tool: string, text: string): string | undefined {
  const value = parsed(text)
  if (!isFields(value)) return undefined
  if (/remember/i.test(tool) && typeof value['text'] === 'string')
    return `I will remember it, in other conversations too: ${value['text']}`
  const gone = value['forgotten']
  return /forget/i.test(tool) && Array.isArray(gone) ? `Forgotten: ${gone.join(' ')}` : undefined
}

function opening(tool: string, turn: Turn): string {
  return turn.pick(`\`${tool}\` says:`, 'Here is what I got:', `This is what \`${tool}\` came back with:`)
}

function nothing(tool: string, { pick }: Turn): string {
  return `\`${tool}\` found nothing for that. ${pick('Could you put it in other words?', 'A more general term may help: what are you trying to do?')}`
}

/** “In Oslo it is now …”, from a plain text or from the field that is made for people. */
function timeIn(value: unknown, { input }: Outcome): string | undefined {
  const fields = isFields(value) ? value : {}
  const time = typeof value === 'string' ? value : textOf(fields, 'local', 'time', 'now', 'datetime', 'date', 'iso')
  if (time === undefined || time.length > 120) return undefined
  const zone =
    textOf(fields, 'zone', 'timezone', 'timeZone') ??
    textOf(isFields(input) ? input : {}, 'zone', 'timezone', 'timeZone', 'city')
  const offset = textOf(fields, 'offset')
  const where = zone === undefined || zone === 'UTC' ? 'It is now' : `In ${cityOf(zone)} it is now`
  return `${where} **${time.replace(/\.$/, '')}**${zone === 'UTC' ? ' in UTC' : offset === undefined ? '' : ` (UTC${offset})`}.`
}

/** The list in a result, whether it is the result or one of its fields. */
function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (!isFields(value)) return undefined
  const lists = Object.entries(value).filter(
    ([name, inner]) => Array.isArray(inner) && /results?|items|hits|matches|documents|passages/.test(name),
  )
  return lists.length === 1 ? (lists[0]![1] as unknown[]) : undefined
}

/** The first passage in its own words, the others by name; a list of something else as it is. */
function found(list: readonly unknown[], question: string): string {
  const [first, ...others] = list.map(passage)
  if (!first?.text)
    return `Here is what I found:\n\n${list
      .slice(0, 10)
      .map((value) => `- ${nameOf(value)}`)
      .join('\n')}`
  const source = first.source ? ` (\`${first.source}\`)` : ''
  const sentences = wishedSentences(question)
  if (sentences !== undefined && first.title)
    return `${firstSentences(withoutPictures(first.text), sentences)}\n\nThat is how **${first.title}**${source} puts it.`
  const more = others.filter(({ title }) => title !== undefined).slice(0, 4)
  const also = more.map(({ title, source }) => `- **${title}**${source && source !== title ? ` (\`${source}\`)` : ''}`)
  return [
    `${first.title ? `**${first.title}**${source} says` : 'I found this'}:\n\n${telling(first.text, question)}`,
    also.length > 0 ? `Also worth reading:\n\n${[...new Set(also)].join('\n')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

function passage(value: unknown): {
  title?: string | undefined
  text?: string | undefined
  source?: string | undefined
} {
  if (!isFields(value)) return {}
  return {
    title: textOf(value, 'title', 'heading', 'name', 'source', 'path', 'id'),
    text: textOf(value, 'text', 'snippet', 'excerpt', 'content', 'summary', 'description'),
    source: textOf(value, 'url', 'path', 'source', 'file'),
  }
}

function nameOf(value: unknown): string {
  return isFields(value) ? (passage(value).title ?? shorten(JSON.stringify(value), 200)) : shorten(String(value), 200)
}

/** Whole paragraphs, as many as fit, from the one that says most of what was asked for; without the heading that names them. */
function telling(text: string, question: string): string {
  const all = withoutPictures(text).split(/\n{2,}/)
  const asked = (question.toLowerCase().match(/[\p{L}\d]{4,}/gu) ?? [])
    .filter((word) => !/^(?:what|when|where|which|does|have|with|from|that|this)$/.test(word))
    .map((word) => word.replace(/(?:ing|ed|es|s)$/, ''))
  const scores = all.map((paragraph) => asked.filter((word) => paragraph.toLowerCase().includes(word)).length)
  const paragraphs = all.slice(Math.max(0, scores.indexOf(Math.max(...scores))))
  let kept = shorten(paragraphs[0] ?? '', PASSAGE_LIMIT)
  for (const next of paragraphs.slice(1)) {
    if (kept.length + next.length > PASSAGE_LIMIT) break
    kept += `\n\n${next}`
  }
  return (kept.match(/```/g)?.length ?? 0) % 2 === 1 ? `${kept}\n\`\`\`` : kept
}

/** Of what is around the words, neither the heading that names them nor pictures, which nobody here can see. */
function withoutPictures(text: string): string {
  return text
    .trim()
    .replace(/^#+ .*\n+/, '')
    .replace(/^!\[[^\]\n]*\]\([^)\n]*\)$\n*/gm, '')
}

const NUMBERS = ['one', 'two', 'three', 'four', 'five']

/** “in three sentences” */
function wishedSentences(question: string): number | undefined {
  const said = /\bin (?:just )?(\d|one|two|three|four|five) sentences?\b/i.exec(question)?.[1]?.toLowerCase()
  return said === undefined ? undefined : NUMBERS.indexOf(said) + 1 || Math.max(1, Number(said))
}

function firstSentences(text: string, count: number): string {
  const words = text.replace(/\s+/g, ' ')
  const sentences = words.match(/.+?[.!?](?=\s|$)/g) ?? [words]
  return shorten(sentences.slice(0, count).join('').trim(), PASSAGE_LIMIT)
}

function facts(value: Fields): string {
  return Object.entries(value)
    .slice(0, 12)
    .map(
      ([name, inner]) =>
        `- **${name}**: ${typeof inner === 'object' ? shorten(JSON.stringify(inner), 200) : String(inner)}`,
    )
    .join('\n')
}

function quote(text: string): string {
  return shorten(text, QUOTE_LIMIT)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}

/** The first of these fields that holds a text. */
function textOf(fields: Fields, ...names: readonly string[]): string | undefined {
  const name = names.find((candidate) => typeof fields[candidate] === 'string')
  return name === undefined ? undefined : String(fields[name])
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`
}

function parsed(text: string): unknown {
  if (!/^[[{"]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
