import { placeIn } from '../cities.ts'
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

const LIMIT = 1_500

function told(turn: Turn, { tool, ok, text }: Outcome): string {
  if (!ok) {
    return `I tried \`${tool}\`, but it did not work: “${shorten(text || 'no reason given', 300)}”\n\nShall I try again, or go on without it?`
  }
  if (text === '') return `\`${tool}\` finished and had nothing to report.`
  const value = parsed(text)
  const found = listIn(value)
  if (found)
    return found.length === 0
      ? nothing(tool, turn)
      : `Here is what I found:\n\n${found.map(item).join('\n')}\n\nThe first one looks closest to your question.`
  if (typeof value === 'object' && value !== null) return `${opening(tool, turn)}\n\n${facts(value)}`
  const plain = String(value)
  if (plain.length <= 120 && !plain.includes('\n')) return `${opening(tool, turn)} **${plain.replace(/\.$/, '')}**.`
  return `${opening(tool, turn)}\n\n${quote(plain)}`
}

function opening(tool: string, turn: Turn): string {
  const place = placeIn(turn.text)
  if (/time|clock|date/i.test(tool)) return place ? `In ${place} it is now` : 'It is now'
  return turn.pick(`\`${tool}\` says:`, 'Here is what I got:', `This is what \`${tool}\` came back with:`)
}

function nothing(tool: string, { pick }: Turn): string {
  return `\`${tool}\` found nothing for that. ${pick('Could you put it in other words?', 'A more general term may help: what are you trying to do?')}`
}

/** The list in a result, whether it is the result or one of its fields. */
function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return undefined
  const lists = Object.entries(value).filter(
    ([name, inner]) => Array.isArray(inner) && /results?|items|hits|matches|documents|passages/.test(name),
  )
  return lists.length === 1 ? (lists[0]![1] as unknown[]) : undefined
}

function item(value: unknown, index: number): string {
  if (typeof value !== 'object' || value === null) return `${index + 1}. ${String(value)}`
  const field = (...names: string[]): string | undefined => {
    const name = names.find((candidate) => typeof (value as Record<string, unknown>)[candidate] === 'string')
    return name === undefined ? undefined : String((value as Record<string, unknown>)[name])
  }
  const title = field('title', 'heading', 'name', 'source', 'path', 'id')
  const text = field('text', 'snippet', 'excerpt', 'content', 'summary', 'description')
  const source = field('url', 'path', 'source', 'file')
  if (!title && !text) return `${index + 1}. ${shorten(JSON.stringify(value), 300)}`
  const cited = source && source !== title ? ` (\`${source}\`)` : ''
  return `${index + 1}. ${title ? `**${title}**${cited}` : ''}${title && text ? ': ' : ''}${text ? shorten(text.replace(/\s+/g, ' ').trim(), 300) : ''}`
}

function facts(value: object): string {
  return Object.entries(value)
    .slice(0, 12)
    .map(
      ([name, inner]) =>
        `- **${name}**: ${typeof inner === 'object' ? shorten(JSON.stringify(inner), 200) : String(inner)}`,
    )
    .join('\n')
}

function quote(text: string): string {
  return shorten(text, LIMIT)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
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
