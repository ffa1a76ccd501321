import type { EventOf, LoggedEvent, Part } from '@streambed/protocol'
import { printable } from './printable.ts'
import { dollars } from './receipt.ts'

/** A log as lines for people: who said what and what happened meanwhile, each with its number and time (UTC). */
export async function* story(events: AsyncIterable<LoggedEvent>): AsyncGenerator<string> {
  const open = new Map<string, { readonly who: string; text: string }>()
  let agent = 'agent'
  let last: LoggedEvent | undefined

  for await (const event of events) {
    last = event
    if ('agent' in event) agent = event.agent
    switch (event.type) {
      case 'text-start':
      case 'reasoning-start':
        open.set(keyOf(event), { who: event.type === 'text-start' ? agent : `${agent} thinks`, text: '' })
        break
      case 'text-delta':
      case 'reasoning-delta':
        open.get(keyOf(event))!.text += event.text
        break
      case 'text-end':
      case 'reasoning-end':
        yield* close(keyOf(event), event)
        break
      default: {
        if (event.type === 'run-end') for (const key of [...open.keys()]) yield* close(key, event, ' …')
        const words = wordsOf(event, agent)
        if (words !== undefined) yield line(event, words)
      }
    }
  }
  for (const key of open.keys()) yield* close(key, last!, ' …')

  /** What was said stands where it ended. */
  function* close(key: string, end: LoggedEvent, rest = ''): Generator<string> {
    const block = open.get(key)
    open.delete(key)
    if (block) yield line(end, `${block.who}: ${block.text}${rest}`)
  }
}

function keyOf({ run, block }: { readonly run: string; readonly block: number }): string {
  return `${run} ${block}`
}

/** Lines after the first stand under it. */
function line({ seq, at }: LoggedEvent, words: string): string {
  return `${String(seq).padStart(5)}  ${at.slice(11, 19)}  ${printable(words)
    .trimEnd()
    .replaceAll('\n', `\n${' '.repeat(17)}`)}`
}

/** Undefined for what only programs need. */
function wordsOf(event: LoggedEvent, agent: string): string | undefined {
  switch (event.type) {
    case 'conversation-start':
      return `A conversation with ${event.agent} begins, on ${event.at.slice(0, 10)}.`
    case 'message':
      return `you: ${event.parts.map(partText).join('\n')}`
    case 'run-retry':
      return 'you: (asked for another answer)'
    case 'stop-request':
      return 'you: (asked to stop)'
    case 'run-start':
      return `${agent} begins${event.attempt > 1 ? ` again, for the ${event.attempt}. time` : ''}, with ${event.model}.`
    case 'progress':
      return event.status === 'active' ? `${agent}: (${event.label})` : undefined
    case 'text-retracted':
      return `A guardrail took that back: ${event.replacement}`
    case 'citation':
      return `${agent}: (source: ${event.title}, ${event.source})`
    case 'tool-call':
      return `${agent} uses ${event.name} ${short(event.input)}`
    case 'tool-result':
      return `${event.name} ${event.ok ? 'gives' : 'failed:'} ${short(event.ok ? event.output : event.error)} (${Math.round(event.durationMs)} ms)`
    case 'approval-request':
      return `${agent} asks: may ${event.name} ${short(event.input)} be done?`
    case 'budget-request':
      return `${agent} asks: a budget for the ${event.period} has no room; may it go on?`
    case 'filter':
      return `The filter ${event.filter} has ${event.action} ${FILTERED[event.on]}.`
    case 'approval-answer':
      return answerWords(event)
    case 'run-park':
      return `${agent} waits, and holds nothing meanwhile.`
    case 'run-resume':
      return `${agent} goes on.`
    case 'form-request':
      return `${agent} asks for ${listed(event.missing)}, by a form for ${event.tool}.`
    case 'form-end':
      return `The form is ${event.reason}.`
    case 'state':
      return `${STATE_WORDS[event.by]} the state, which is at revision ${event.revision}${event.by === 'agent' ? '' : ')'}.`
    case 'state-snapshot':
      return `The state is at revision ${event.revision}.`
    case 'output':
      return event.ok ? `${agent} has made its ${event.name}.` : `Its ${event.name} did not fit: ${event.error ?? ''}`
    case 'component':
      return `${agent} shows a ${event.component}.`
    case 'task-start':
      return `${agent} takes on a task: ${event.intent}.`
    case 'task-end':
      return `The task is ${event.outcome}.`
    case 'task-resume':
      return `${agent} takes up the task again.`
    case 'summary':
      return `What was said before, in short: ${short(event.text)}`
    case 'conversation-change':
      return `The conversation is changed: ${changeWords(event)}.`
    case 'usage': {
      const input = event.inputTokens + event.cacheReadTokens + event.cacheWriteTokens
      const price = event.microDollars === null ? 'no known price' : dollars(event.microDollars)
      return `${input} tokens in, ${event.outputTokens} out, ${event.estimated ? 'about ' : ''}${price}.`
    }
    case 'run-end':
      return `${agent} is ${event.reason}${event.detail ? ` (${event.detail})` : ''}.${event.error ? ` ${event.error.message}` : ''}`
    case 'notice':
      return `Notice: ${event.text}`
    case 'text-start':
    case 'text-delta':
    case 'text-end':
    case 'reasoning-start':
    case 'reasoning-delta':
    case 'reasoning-end':
    case 'step-start':
    case 'step-end':
    case 'tool-start':
    case 'tool-input-delta':
    case 'tool-progress':
      return undefined
    default: {
      const { seq: _seq, at: _at, type, ...rest } = event as LoggedEvent // a kind of event from a newer server
      return `${type} ${short(rest)}`
    }
  }
}

const FILTERED = { message: 'the message', 'tool-result': "a tool's result", answer: 'the answer' } as const

const STATE_WORDS = {
  agent: 'The agent changes',
  edit: 'you: (changed',
  undo: 'you: (undid a change of',
  redo: 'you: (did again a change of',
} as const satisfies Record<EventOf<'state'>['by'], string>

function answerWords({ approved, by, input }: EventOf<'approval-answer'>): string {
  if (by === null) return 'Nobody answered in time: it may not.'
  return `${by}: (${approved ? 'allowed it' : 'forbade it'}${input === undefined ? '' : ` with ${short(input)}`})`
}

function changeWords({ title, pinned, archived }: EventOf<'conversation-change'>): string {
  const words = [
    title !== undefined && `called "${title}"`,
    pinned !== undefined && (pinned ? 'pinned' : 'not pinned'),
    archived !== undefined && (archived ? 'archived' : 'taken out of the archive'),
  ]
  return listed(words.filter((word) => word !== false))
}

function listed(words: readonly string[]): string {
  return words.length > 0 ? words.join(', ') : 'nothing more'
}

function partText(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'form':
      return `(filled in ${part.tool}: ${short(part.values)})`
    default:
      return `(${part.type}: ${part.name})`
  }
}

const LONGEST = 200

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text
}
