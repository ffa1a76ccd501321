import {
  type EventOf,
  type FormId,
  type LoggedEvent,
  type RunId,
  StreambedError,
  type TaskId,
} from '@streambed/protocol'
import { type AnswerSoFar, answerSoFar } from './answer-so-far.ts'
import { troubleOf } from './run-end.ts'

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

/** The server's working context for one intent: it ends with it, or when the user leaves it lying. */
export interface Session {
  readonly id: string
  readonly intent: TaskId
  readonly name: string
  readonly status: 'active' | 'completed' | 'abandoned' | 'cancelled'
  readonly startedAt: string
  readonly endedAt: string | null
}

/** A window as its log tells it. */
export interface Window {
  /** Takes the next event of the log; returns what it shows. */
  take(event: LoggedEvent): readonly WindowItem[]
  /** Every session there has been, in order. */
  sessions(): readonly Session[]
  isAbandoned(intent: string): boolean
  /** What a message turned out to be about. */
  intentOf(run: RunId): TaskId | null
  /** A form as it was asked last, while it is open. */
  form(id: string): WindowItem | undefined
  forms(): readonly WindowItem[]
}

interface TaskView {
  readonly id: TaskId
  readonly intent: string
  status: 'open' | 'completed' | 'abandoned' | 'cancelled'
  session: string
  touched: number
}

interface RunView {
  readonly run: RunId
  readonly socket: string | null
  readonly answer: AnswerSoFar
  readonly labels: Set<string>
  /** Forms to be shown with the answer, which asks for them in words. */
  readonly forms: Map<FormId, EventOf<'form-request'>>
  readonly begun: TaskView[]
  session: string
  /** How many sessions have begun with it. */
  minted: number
  task: TaskView | undefined
  step: string
  isOver: boolean
}

/** Folds a conversation's whole log, from its first event on, into what a window shows. */
export function tasksWindow(): Window {
  const tasks = new Map<TaskId, TaskView>()
  const runs = new Map<RunId, RunView>()
  const forms = new Map<FormId, WindowItem>()
  const sessions: { -readonly [Key in keyof Session]: Session[Key] }[] = []
  let count = 0

  return {
    take,
    sessions: () => sessions,
    isAbandoned: (intent) => ['abandoned', 'cancelled'].includes(tasks.get(intent as TaskId)?.status ?? ''),
    intentOf: (run) => runs.get(run)?.task?.id ?? null,
    form: (id) => forms.get(id as FormId), // any text may be asked for, here and above
    forms: () => [...forms.values()],
  }

  function take(event: LoggedEvent): readonly WindowItem[] {
    count++
    switch (event.type) {
      case 'message':
        return [hear(event)]
      case 'run-retry':
        runs.set(event.run, viewOf(event.run, null))
        return []
      case 'task-start':
        return begin(event)
      case 'task-resume':
        return resume(event)
      case 'task-end':
        return end(event)
      case 'progress':
        return think(event)
      case 'form-request':
        return ask(event)
      case 'form-end':
        return close(event)
      case 'notice':
        if (event.level !== 'alarm') return []
        return [{ ...headOf(event), kind: 'ai', content: event.text, isComplete: true, alarm: alarmOf(event) }]
      case 'run-end':
        return answer(event)
      default:
        if ('run' in event && event.run) runs.get(event.run)?.answer.take(event)
        return []
    }
  }

  function hear(event: EventOf<'message'> & LoggedEvent): WindowItem {
    const view = viewOf(event.run, socketOf(event.requestId))
    runs.set(event.run, view)
    view.task = [...tasks.values()]
      .filter(({ status }) => status === 'open')
      .sort((a, b) => a.touched - b.touched)
      .at(-1)
    if (view.task) view.session = view.task.session
    return { ...headOf(event, view), kind: 'user', content: wordsOf(event), run: event.run }
  }

  function viewOf(run: RunId, socket: string | null): RunView {
    return {
      run,
      socket,
      answer: answerSoFar(),
      labels: new Set(),
      forms: new Map(),
      begun: [],
      session: sessionId(run, 1),
      minted: 0,
      task: undefined,
      step: 'session',
      isOver: false,
    }
  }

  function begin({ run, task: id, intent, at }: EventOf<'task-start'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(run)
    if (!view) return []
    const task: TaskView = { id, intent, status: 'open', session: mint(view), touched: count }
    tasks.set(id, task)
    view.begun.push(task)
    view.task = task
    view.session = task.session
    sessions.push({ id: task.session, intent: id, name: intent, status: 'active', startedAt: at, endedAt: null })
    return []
  }

  /** A session that has ended is not taken up again: what it knew is rebuilt from the log in a new one. */
  function resume({ run, task: id, at }: EventOf<'task-resume'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(run)
    const task = tasks.get(id)
    if (!view || !task) return []
    if (task.status !== 'open') {
      task.session = mint(view)
      task.status = 'open'
      sessions.push({
        id: task.session,
        intent: id,
        name: task.intent,
        status: 'active',
        startedAt: at,
        endedAt: null,
      })
    }
    task.touched = count
    view.task = task
    view.session = task.session
    return []
  }

  function mint(view: RunView): string {
    view.minted++
    return sessionId(view.run, view.minted)
  }

  function end({ task: id, outcome, at }: EventOf<'task-end'> & LoggedEvent): readonly WindowItem[] {
    const task = tasks.get(id)
    if (!task) return []
    task.status = outcome
    const session = sessions.findLast((known) => known.id === task.session)
    if (session) Object.assign(session, { status: outcome, endedAt: at })
    return []
  }

  function think(event: EventOf<'progress'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(event.run)
    if (!view) return []
    const step = event.id.replace(/-\d+$/, '')
    if (STEPS.has(step)) view.step = step
    const name = `${event.id} ${event.label}`
    if (event.status !== 'active' || view.labels.has(name)) return []
    view.labels.add(name)
    const highlight = event.highlight ?? null
    return [{ ...headOf(event, view), kind: 'thinking', content: event.label, step: view.step, highlight }]
  }

  function ask(event: EventOf<'form-request'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(event.run)
    if (!view) return []
    const item = formItem(event, event, view)
    forms.set(event.form, item)
    if (view.isOver) return [item]
    view.forms.set(event.form, event)
    return []
  }

  function close({ form, reason, ...event }: EventOf<'form-end'> & LoggedEvent): readonly WindowItem[] {
    const item = forms.get(form)
    forms.delete(form)
    for (const view of runs.values()) view.forms.delete(form)
    const task = item?.intent ? tasks.get(item.intent) : undefined
    // Cancelled with the button: where it was said in words, the task has ended before and the agent answers.
    if (reason !== 'cancelled' || !item || task?.status !== 'open') return []
    return [{ ...item, ...placeOf(event, item.session), kind: 'ai', content: CANCELLED, isComplete: true, alarm: null }]
  }

  function answer(event: EventOf<'run-end'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(event.run)
    if (!view) return []
    view.isOver = true
    const trouble = troubleOf(event)
    const about = view.begun.length > 0 ? view.begun : view.task ? [view.task] : []
    const open = about.find(({ status }) => status === 'open')
    if (open) {
      view.task = open
      view.session = open.session
    }
    const content = view.answer.text()
    const head = headOf(event, view)
    const said: readonly WindowItem[] = trouble
      ? [{ ...head, kind: 'error', content: trouble.message, code: trouble.code }]
      : [{ ...head, kind: 'ai', content, isComplete: !open, alarm: null }]
    const asked = [...view.forms.values()].map((form) => formItem(form, event, view))
    for (const item of asked) if (item.kind === 'component') forms.set(item.form, item)
    return [...said, ...asked]
  }

  function formItem(form: EventOf<'form-request'>, event: LoggedEvent, view: RunView): WindowItem {
    const { form: id, tool, schema, values, missing, errors } = form
    const task = view.begun.find(({ intent }) => intent === tool) ?? view.task
    const head = { ...headOf(event, view), intent: task?.id ?? null, session: task?.session ?? view.session }
    return {
      ...head,
      id: `${event.seq}-${id}`,
      kind: 'component',
      form: id,
      component: componentOf(tool),
      schema,
      values,
      missing,
      errors,
    }
  }
}

/** The lines that the contract knows. */
const STEPS = new Set(['session', 'intent', 'parameters', 'execution', 'answer'])

const CANCELLED = 'Cancelled. Nothing was changed.'

function headOf(event: Pick<LoggedEvent, 'seq' | 'at'>, view?: RunView): ItemHead {
  const { seq, at } = event
  const session = view?.session ?? null
  return { id: String(seq), seq, at, session, intent: view?.task?.id ?? null, socket: view?.socket ?? null }
}

function placeOf({ seq, at }: Pick<LoggedEvent, 'seq' | 'at'>, session: string | null) {
  return { id: String(seq), seq, at, session }
}

/** `create_alarm` asks by an `alarm_form`. */
function componentOf(tool: string): string {
  return `${tool.split('_').at(-1)}_form`
}

/** A session is named after the run with which it began: the same after every restart. */
export function sessionId(run: RunId, count: number): string {
  const name = `s_${run.replace(/^r_/, '')}`
  return count === 1 ? name : `${name}-${count}`
}

/** The run with which a session began. */
export function runOfSession(session: string): RunId {
  const name = /^s_([A-Za-z0-9_]{1,60})(-\d{1,3})?$/.exec(session)?.[1]
  if (!name) throw new StreambedError('not-found')
  return `r_${name}` as RunId // as `sessionId` made it
}

function socketOf(requestId: string): string | null {
  return /^(ws_[a-z0-9]+)\./.exec(requestId)?.[1] ?? null
}

function alarmOf({ data = {}, late = false }: EventOf<'notice'>): object {
  return { ...data, late }
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
