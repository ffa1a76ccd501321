import type { EventOf, NewEvent, RunId } from '@streambed/protocol'

/** What a run is at, for people who wait. */
export type StepName = 'session' | 'intent' | 'parameters' | 'execution' | 'answer'

interface StepsOptions {
  readonly run: RunId
  readonly intents: ReadonlySet<string>
}

/** Tells people what a run is at, as `progress`, at the moment at which it comes to it. One id is one line that changes. */
export class Steps {
  readonly #run: RunId
  readonly #intents: ReadonlySet<string>
  readonly #open = new Map<string, EventOf<'progress'>>()
  /** How many intents the run has come to. */
  #intent = 0
  #attempt = 0
  #hasFailed = false
  #asksBack = false
  #hasResult = false
  #answers = false

  constructor({ run, intents }: StepsOptions) {
    this.#run = run
    this.#intents = intents
  }

  /** `goesOn`: the message belongs to a task that was begun before. */
  begin(goesOn: boolean): readonly NewEvent[] {
    const opening = goesOn ? [] : [this.#say('session', 'Initializing session...')]
    return [...opening, this.#say('session', 'Processing your message...')]
  }

  /** What an event means to those who wait; `isNew`: with it a task has begun. */
  after(event: NewEvent, isNew: boolean): readonly NewEvent[] {
    switch (event.type) {
      case 'step-start':
        return this.#ask()
      case 'progress':
        return event.until !== undefined && this.#intent === 0 ? this.#retry() : []
      case 'tool-start':
        return this.#intents.has(event.name) ? this.#reach(event.name, isNew) : []
      case 'tool-call':
        if (!this.#intents.has(event.name)) return []
        return [...this.#end('parameters'), this.#say('execution', 'Executing your request...')]
      case 'form-request':
        this.#asksBack = true
        return this.#end('parameters')
      case 'tool-result':
        if (this.#intents.has(event.name)) this.#hasResult ||= event.ok
        this.#hasFailed ||= !event.ok
        return this.#end('execution', event.ok ? 'done' : 'failed')
      default:
        return []
    }
  }

  /** What goes before the run's end. */
  before(event: NewEvent): readonly NewEvent[] {
    if (event.type !== 'run-end') return []
    // Words may be said before a tool is called, so only the end shows that they were the answer.
    const answer = event.reason === 'done' && !this.#answers ? this.#answer() : []
    const status = event.reason === 'failed' || event.reason === 'interrupted' ? 'failed' : 'done'
    return [...answer, ...[...this.#open.values()].map((step) => ({ ...step, status }) as const)]
  }

  #ask(): readonly NewEvent[] {
    this.#attempt++
    const session = this.#end('session')
    if (this.#asksBack || this.#hasResult) return this.#answer()
    if (this.#intent > 0) return []
    if (this.#attempt === 1) return [...session, this.#say('intent', 'Analyzing your request...')]
    return this.#hasFailed ? [this.#say('intent', `Retrying intent recognition (attempt ${this.#attempt})...`)] : []
  }

  #retry(): readonly NewEvent[] {
    this.#attempt++
    return [this.#say('intent', `Retrying intent recognition (attempt ${this.#attempt})...`)]
  }

  #reach(intent: string, isNew: boolean): readonly NewEvent[] {
    const session = this.#end('session')
    this.#intent++
    this.#answers = false
    if (!isNew) {
      return [...session, ...this.#end('intent'), this.#say('parameters', 'Extracting additional parameters...')]
    }
    const recognized = this.#say('intent', `Intent recognized: ${intent}`, intent)
    return [
      ...session,
      recognized,
      ...this.#end('intent'),
      this.#say('parameters', 'Extracting parameters from your request...'),
    ]
  }

  #answer(): readonly NewEvent[] {
    this.#answers = true
    const label = this.#asksBack ? 'Generating follow-up question...' : 'Generating final response...'
    this.#asksBack = false
    this.#hasResult = false
    return [...this.#end('session'), ...this.#end('intent'), this.#say('answer', label)]
  }

  #say(step: StepName, label: string, highlight?: string): EventOf<'progress'> {
    const id = this.#intent > 1 ? `${step}-${this.#intent}` : step
    const said = { type: 'progress' as const, run: this.#run, id, label, status: 'active' as const }
    const event = highlight === undefined ? said : { ...said, highlight }
    this.#open.set(step, event)
    return event
  }

  #end(step: StepName, status: 'done' | 'failed' = 'done'): readonly NewEvent[] {
    const open = this.#open.get(step)
    this.#open.delete(step)
    return open ? [{ ...open, status }] : []
  }
}
