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
  /** Like `fail`, but what is pending is thrown away. */
  drop(reason: unknown): void
}

export interface BatchesOptions {
  /** Called once, when the reader asks for the first time. */
  readonly onStart: () => void
  /** The reader has taken a batch. */
  readonly onTake: () => void
  /** The reader has gone away before the end. */
  readonly onReturn: () => void
}

export function batches<Item>({ onStart, onTake, onReturn }: BatchesOptions): Batches<Item> {
  let pending: Item[] = []
  let waiting:
    | { resolve(result: IteratorResult<readonly Item[], undefined>): void; reject(reason: unknown): void }
    | undefined
  let state: 'new' | 'open' | 'over' = 'new'
  let failure: { readonly reason: unknown } | undefined
  let scheduled = false

  const self: Batches<Item> = {
    get pending() {
      return pending
    },
    deliver() {
      if (scheduled || !waiting) return
      scheduled = true
      // One read of the socket comes as many small events without a microtask between them: gather them all.
      queueMicrotask(settle)
    },
    finish() {
      state = 'over'
      settle()
    },
    fail(reason) {
      if (state === 'over') return
      state = 'over'
      failure = { reason }
      settle()
    },
    drop(reason) {
      if (state === 'over' && !failure) return
      pending = []
      state = 'over'
      failure = { reason }
      settle()
    },
    next() {
      if (state === 'new') {
        state = 'open'
        onStart()
      }
      if (waiting) return Promise.reject(new TypeError('A batch is already being waited for.'))
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        if (pending.length > 0 || state === 'over') settle()
      })
    },
    return() {
      const wasOpen = state === 'open'
      state = 'over'
      pending = []
      failure = undefined
      settle()
      if (wasOpen) onReturn()
      return Promise.resolve({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]() {
      return self
    },
  }
  return self

  function settle(): void {
    scheduled = false
    if (!waiting) return
    const { resolve, reject } = waiting
    if (pending.length > 0) {
      const value = pending
      pending = []
      waiting = undefined
      onTake()
      resolve({ done: false, value })
    } else if (state === 'over') {
      waiting = undefined
      if (failure) {
        const { reason } = failure
        failure = undefined // thrown once, as a generator does
        reject(reason)
      } else resolve({ done: true, value: undefined })
    }
  }
}
