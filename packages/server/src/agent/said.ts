import type { CallId, NewEvent } from '@streambed/protocol'

/** What the calls of a step have said and nobody has taken yet. Of a call's progress only the newest waits. */
export class Said {
  #events: NewEvent[] = []
  readonly #progress = new Map<CallId, NewEvent>()
  #more = Promise.withResolvers<void>()
  /** Of what was taken last, and of what will be taken next. */
  #taken = Promise.withResolvers<void>()
  #next = Promise.withResolvers<void>()

  get any(): boolean {
    return this.#events.length > 0 || this.#progress.size > 0
  }

  say(event: NewEvent): void {
    this.#events.push(event)
    this.wake()
  }

  progress(event: NewEvent & { readonly call: CallId }): void {
    this.#progress.set(event.call, event)
    this.wake()
  }

  /** A call's last progress goes before its result. */
  endProgress(call: CallId): void {
    const last = this.#progress.get(call)
    if (!last) return
    this.#progress.delete(call)
    this.#events.push(last)
  }

  take(): readonly NewEvent[] {
    this.#taken = this.#next
    this.#next = Promise.withResolvers()
    const events = [...this.#events, ...this.#progress.values()]
    this.#events = []
    this.#progress.clear()
    return events
  }

  /** What was taken last has been dealt with. */
  passOn(): void {
    this.#taken.resolve()
  }

  /** Resolves when what was just said has been taken and dealt with. */
  dealtWith(): Promise<void> {
    return this.#next.promise
  }

  wake(): void {
    this.#more.resolve()
  }

  async more(): Promise<void> {
    await this.#more.promise
    this.#more = Promise.withResolvers()
  }
}
