import type { EventOf, FormId, LoggedEvent, RunId, TaskId } from '@streambed/protocol'

/** Something that a chat window of the tasks dialect shows. */
export type WindowItem = ItemHead &
  (
    | { readonly kind: 'user'; readonly content: string; readonly run: RunId }
    | { readonly kind: 'thinking'; readonly content: string; readonly step: string; readonly highlight: string | null }
    | {
        readonly kind: 'ai'
        readonly content: string
        readonly isComplete: boolean
        /** Of an alarm that rings. */
        readonly alarm: object | null
      }
    | FormItem
    | { readonly kind: 'error'; readonly content: string; readonly code: string }
  )

interface ItemHead {
  /** Unique in its window, the same every time. */
  readonly id: string
  readonly seq: number
  readonly at: string
  readonly session: string | null
  readonly intent: TaskId | null
  /** The socket that the message came by which led to it. */
  readonly socket: string | null
}

interface FormItem {
  readonly kind: 'component'
  readonly form: FormId
  readonly component: string
  readonly schema: object
  readonly values: object
  readonly missing: readonly string[]
  readonly errors: readonly object[]
}

/** What an item belongs to. */
export interface Belonging {
  readonly session: string | null
  readonly intent: TaskId | null
  readonly socket: string | null
}

const NOTHING: Belonging = { session: null, intent: null, socket: null }

type When = Pick<LoggedEvent, 'seq' | 'at'>

export function userItem(event: EventOf<'message'> & LoggedEvent, to: Belonging): WindowItem {
  return { ...headOf(event, to), kind: 'user', content: wordsOf(event), run: event.run }
}

export function thinkingItem(event: EventOf<'progress'> & LoggedEvent, step: string, to: Belonging): WindowItem {
  const { label, highlight = null } = event
  return { ...headOf(event, to), kind: 'thinking', content: label, step, highlight }
}

export function answerItem(event: When, content: string, isComplete: boolean, to: Belonging): WindowItem {
  return { ...headOf(event, to), kind: 'ai', content, isComplete, alarm: null }
}

export function errorItem(
  event: When,
  { message, code }: { readonly message: string; readonly code: string },
  to: Belonging,
): WindowItem {
  return { ...headOf(event, to), kind: 'error', content: message, code }
}

export function alarmItem(event: EventOf<'notice'> & LoggedEvent): WindowItem {
  const { text, data = {}, late = false } = event
  return { ...headOf(event, NOTHING), kind: 'ai', content: text, isComplete: true, alarm: { ...data, late } }
}

/** A form as it is shown at an event: the one that asks for it, or the end of the answer that asks for it in words. */
export function formItem(asked: EventOf<'form-request'>, event: When, to: Belonging): WindowItem & FormItem {
  const { form, tool, schema, values, missing, errors } = asked
  const id = `${event.seq}-${form}`
  const component = componentOf(tool)
  return { ...headOf(event, to), id, kind: 'component', form, component, schema, values, missing, errors }
}

function headOf({ seq, at }: When, { session, intent, socket }: Belonging): ItemHead {
  return { id: String(seq), seq, at, session, intent, socket }
}

/** `create_alarm` asks by an `alarm_form`. */
function componentOf(tool: string): string {
  return `${tool.split('_').at(-1)}_form`
}

function wordsOf({ parts }: EventOf<'message'>): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : part.type === 'form' ? filled(part.values) : `[${part.name}]`))
    .join('\n')
}

/** A form that was filled in, as its user would say it. */
function filled(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(', ')
}
