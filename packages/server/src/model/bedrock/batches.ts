/**
 * Hands what arrives, batch by batch, to one reader: an async iterator with one promise per batch and nothing nested.
 * Everything added before the reader's turn comes is one batch.
 */
export interface Batches<Item> extends AsyncIterableIterator<readonly Item[]> {
  /** Where to add; after adding, call `deliver`. A batch belongs to the reader once it is handed over. */
  readonly pending: Item[]
  /** Hands the pending batch over when the current run of the event loop's microtasks is done with it. */
  deliver(): void
  /** After what is pending, the reader is told that this was all. */
  finish(): void
  /** After what is pending, the reader's `next` throws this. */
  fail(reason: unknown): void
}

export interface BatchesOptions {
  /** Called once, when the reader asks for the first time. */
  readonly onStart: () => void
  /** The reader has taken a batch. */
  readonly onTake: () => void
  /** The reader has gone away before the end. */
  readonly onReturn: () => void
}

export function batches<Item>(options: BatchesOptions): Batches<Item> {
  return new Handover(options)
}

class Handover<Item> implements Batches<Item> {
  pending: Item[] = []
  readonly #options: BatchesOptions
  #waiting: PromiseWithResolvers<IteratorResult<readonly Item[], undefined>> | undefined
  #state: 'new' | 'open' | 'over' = 'new'
  #failure: { readonly reason: unknown } | undefined
  #isScheduled = false

  constructor(options: BatchesOptions) {
    this.#options = options
  }

  deliver(): void {
    if (this.#isScheduled || !this.#waiting) return
    this.#isScheduled = true
    // One read of the socket comes as many small events without a microtask between them: gather them all.
    void SOON.then(this.#settle)
  }

  finish(): void {
    this.#state = 'over'
    this.#settle()
  }

  fail(reason: unknown): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#failure = { reason }
    this.#settle()
  }

  next(): Promise<IteratorResult<readonly Item[], undefined>> {
    if (this.#state === 'new') {
      this.#state = 'open'
      this.#options.onStart()
    }
    if (this.#waiting) return Promise.reject(new TypeError('A batch is already being waited for.'))
    const waiting = Promise.withResolvers<IteratorResult<readonly Item[], undefined>>()
    this.#waiting = waiting
    if (this.pending.length > 0 || this.#state === 'over') this.#settle()
    return waiting.promise
  }

  return(): Promise<IteratorResult<readonly Item[], undefined>> {
    const wasOpen = this.#state === 'open'
    this.#state = 'over'
    this.pending = []
    this.#failure = undefined
    this.#settle()
    if (wasOpen) this.#options.onReturn()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  readonly #settle = (): void => {
    this.#isScheduled = false
    const waiting = this.#waiting
    if (!waiting) return
    if (this.pending.length > 0) {
      const value = this.pending
      this.pending = []
      this.#waiting = undefined
      this.#options.onTake()
      waiting.resolve({ done: false, value })
    } else if (this.#state === 'over') {
      this.#waiting = undefined
      const failure = this.#failure
      this.#failure = undefined // thrown once, as a generator does
      if (failure) waiting.reject(failure.reason)
      else waiting.resolve({ done: true, value: undefined })
    }
  }
}

/** Cheaper than `queueMicrotask`, which keeps an asynchronous context for each call. */
const SOON = Promise.resolve()
