import {
  type CallId,
  type Conversation,
  type EventOf,
  type FormId,
  type NewEvent,
  newTaskId,
  type RunId,
  type Task,
  type TaskId,
} from '@streambed/protocol'
import { endTask } from './end-task.ts'
import { goingOn } from './going-on.ts'

export interface WatchOptions {
  readonly run: RunId
  /** The tools that are what people want done. */
  readonly intents: ReadonlySet<string>
  /** As it stands before the run. */
  readonly conversation: Pick<Conversation, 'tasks' | 'messages' | 'forms'>
}

type OpenTask = Pick<Task, 'id' | 'intent'>

/** Sees from a run's events what the user wants done: a task begins when the model reaches for its tool, and ends when that succeeds. */
export class TaskWatch {
  /** The task that the run is at. */
  current: OpenTask | undefined

  readonly #run: RunId
  readonly #intents: ReadonlySet<string>
  readonly #open: OpenTask[]
  /** The tasks of calls that are under way. */
  readonly #byCall = new Map<CallId, OpenTask>()
  readonly #touched = new Set<TaskId>()
  /** The open forms, by what they are for. */
  readonly #forms: Map<string, FormId>
  #ending: 'completed' | 'cancelled' | undefined

  constructor({ run, intents, conversation }: WatchOptions) {
    this.#run = run
    this.#intents = intents
    this.current = goingOn(conversation)
    const open = conversation.forms.filter(({ status }) => status === 'open')
    this.#forms = new Map(open.map(({ id, tool }) => [tool, id]))
    this.#open = conversation.tasks.filter((task) => task.status === 'open' || task.id === this.current?.id)
  }

  /** What the run says first: that it goes on with the task that the user is about. */
  begin(): readonly NewEvent[] {
    return this.current ? this.#take(this.current) : []
  }

  /** What follows from an event of the run. */
  after(event: NewEvent): readonly NewEvent[] {
    switch (event.type) {
      case 'tool-start':
        return this.#intents.has(event.name) ? this.#reach(event) : []
      case 'tool-call': {
        const outcome = event.name === endTask.name ? endTask.input.safeParse(event.input) : undefined
        if (outcome?.success) this.#ending = (outcome.data as { outcome: 'completed' | 'cancelled' }).outcome // its own schema
        return []
      }
      case 'tool-result':
        if (event.name === endTask.name) return event.ok && this.current ? this.#end(this.current, this.#ending!) : []
        return this.#intents.has(event.name) ? this.#settle(event) : []
      case 'form-request':
        this.#forms.set(event.tool, event.form)
        return []
      case 'form-end':
        for (const [tool, form] of this.#forms) if (form === event.form) this.#forms.delete(tool)
        return []
      default:
        return []
    }
  }

  #reach({ call, name }: EventOf<'tool-start'>): readonly NewEvent[] {
    const underWay = new Set([...this.#byCall.values()].map(({ id }) => id))
    const fits = ({ id, intent }: OpenTask): boolean => intent === name && !underWay.has(id)
    const known = this.current && fits(this.current) ? this.current : this.#open.findLast(fits)
    const task = known ?? { id: newTaskId(), intent: name }
    this.#byCall.set(call, task)
    this.current = task
    if (known) return this.#take(known)
    this.#open.push(task)
    this.#touched.add(task.id)
    return [{ type: 'task-start', run: this.#run, task: task.id, intent: name }]
  }

  #settle({ call, name, ok }: EventOf<'tool-result'>): readonly NewEvent[] {
    const task = this.#byCall.get(call) ?? this.#open.findLast(({ intent }) => intent === name)
    this.#byCall.delete(call)
    return ok && task ? this.#end(task, 'completed') : []
  }

  #take(task: OpenTask): readonly NewEvent[] {
    if (this.#touched.has(task.id)) return []
    this.#touched.add(task.id)
    return [{ type: 'task-resume', run: this.#run, task: task.id }]
  }

  #end(task: OpenTask, outcome: 'completed' | 'cancelled'): readonly NewEvent[] {
    const index = this.#open.findIndex(({ id }) => id === task.id)
    if (index >= 0) this.#open.splice(index, 1)
    if (this.current?.id === task.id) this.current = undefined
    const end: NewEvent = { type: 'task-end', task: task.id, outcome }
    const form = this.#forms.get(task.intent)
    this.#forms.delete(task.intent)
    return form === undefined ? [end] : [end, { type: 'form-end', form, reason: 'cancelled' }]
  }
}
