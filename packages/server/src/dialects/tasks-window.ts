import type { EventOf, FormId, LoggedEvent, RunId, TaskId } from '@streambed/protocol'
import { type AnswerSoFar, answerSoFar } from './answer-so-far.ts'
import { troubleOf } from './run-end.ts'
import {
  alarmItem,
  answerItem,
  type Belonging,
  errorItem,
  formItem,
  thinkingItem,
  userItem,
  type WindowItem,
} from './tasks-items.ts'
import { type Session, sessionId } from './tasks-sessions.ts'

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
        runs.set(event.run, newRun(event.run, null))
        return []
      case 'task-start':
        begin(event)
        return []
      case 'task-resume':
        resume(event)
        return []
      case 'task-end':
        end(event)
        return []
      case 'progress':
        return think(event)
      case 'form-request':
        return ask(event)
      case 'form-end':
        return close(event)
      case 'notice':
        return event.level === 'alarm' ? [alarmItem(event)] : []
      case 'run-end':
        return answer(event)
      default:
        if ('run' in event && event.run) runs.get(event.run)?.answer.take(event)
        return []
    }
  }

  function hear(event: EventOf<'message'> & LoggedEvent): WindowItem {
    const view = newRun(event.run, socketOf(event.requestId))
    runs.set(event.run, view)
    const open = [...tasks.values()].filter(({ status }) => status === 'open')
    const latest = open.sort((a, b) => a.touched - b.touched).at(-1)
    if (latest) goInto(view, latest)
    return userItem(event, belongingOf(view))
  }

  function begin({ run, task: id, intent, at }: EventOf<'task-start'> & LoggedEvent): void {
    const view = runs.get(run)
    if (!view) return
    const task: TaskView = { id, intent, status: 'open', session: mint(view), touched: count }
    tasks.set(id, task)
    view.begun.push(task)
    goInto(view, task)
    sessions.push(newSession(task, at))
  }

  /** A session that has ended is not taken up again: what it knew is rebuilt from the log in a new one. */
  function resume({ run, task: id, at }: EventOf<'task-resume'> & LoggedEvent): void {
    const view = runs.get(run)
    const task = tasks.get(id)
    if (!view || !task) return
    if (task.status !== 'open') {
      task.session = mint(view)
      task.status = 'open'
      sessions.push(newSession(task, at))
    }
    task.touched = count
    goInto(view, task)
  }

  function end({ task: id, outcome, at }: EventOf<'task-end'> & LoggedEvent): void {
    const task = tasks.get(id)
    if (!task) return
    task.status = outcome
    const session = sessions.findLast((known) => known.id === task.session)
    if (session) Object.assign(session, { status: outcome, endedAt: at })
  }

  function think(event: EventOf<'progress'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(event.run)
    if (!view) return []
    const step = event.id.replace(/-\d+$/, '')
    if (STEPS.has(step)) view.step = step
    const name = `${event.id} ${event.label}`
    if (event.status !== 'active' || view.labels.has(name)) return []
    view.labels.add(name)
    return [thinkingItem(event, view.step, belongingOf(view))]
  }

  function ask(event: EventOf<'form-request'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(event.run)
    if (!view) return []
    const item = formItem(event, event, belongingOfForm(event, view))
    forms.set(event.form, item)
    if (view.isOver) return [item]
    view.forms.set(event.form, event)
    return []
  }

  function close(event: EventOf<'form-end'> & LoggedEvent): readonly WindowItem[] {
    const item = forms.get(event.form)
    forms.delete(event.form)
    for (const view of runs.values()) view.forms.delete(event.form)
    const task = item?.intent ? tasks.get(item.intent) : undefined
    // Cancelled with the button: where it was said in words, the task has ended before and the agent answers.
    if (event.reason !== 'cancelled' || !item || task?.status !== 'open') return []
    return [answerItem(event, CANCELLED, true, item)]
  }

  function answer(event: EventOf<'run-end'> & LoggedEvent): readonly WindowItem[] {
    const view = runs.get(event.run)
    if (!view) return []
    view.isOver = true
    const open = tasksOf(view).find(({ status }) => status === 'open')
    if (open) goInto(view, open)
    const trouble = troubleOf(event)
    const said = trouble
      ? errorItem(event, trouble, belongingOf(view))
      : answerItem(event, view.answer.text(), !open, belongingOf(view))
    const asked = [...view.forms.values()].map((form) => formItem(form, event, belongingOfForm(form, view)))
    for (const item of asked) forms.set(item.form, item)
    return [said, ...asked]
  }
}

/** The lines that the contract knows. */
const STEPS = new Set(['session', 'intent', 'parameters', 'execution', 'answer'])

const CANCELLED = 'Cancelled. Nothing was changed.'

function newRun(run: RunId, socket: string | null): RunView {
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

/** Names a new session after the run. */
function mint(view: RunView): string {
  view.minted++
  return sessionId(view.run, view.minted)
}

function newSession({ id, intent, session }: TaskView, startedAt: string): Session {
  return { id: session, intent: id, name: intent, status: 'active', startedAt, endedAt: null }
}

function goInto(view: RunView, task: TaskView): void {
  view.task = task
  view.session = task.session
}

/** What a run is about: the tasks that it began, or else the one that it found. */
function tasksOf({ begun, task }: RunView): readonly TaskView[] {
  return begun.length > 0 ? begun : task ? [task] : []
}

function belongingOf({ session, task, socket }: RunView): Belonging {
  return { session, intent: task?.id ?? null, socket }
}

function belongingOfForm({ tool }: EventOf<'form-request'>, view: RunView): Belonging {
  const task = view.begun.find(({ intent }) => intent === tool) ?? view.task
  return { session: task?.session ?? view.session, intent: task?.id ?? null, socket: view.socket }
}

function socketOf(requestId: string): string | null {
  return /^(ws_[a-z0-9]+)\./.exec(requestId)?.[1] ?? null
}
