/** A value that changes. `get` answers the same thing until the listeners have been told of another. */
export interface Readable<T> {
  get(): T
  /** Calls `listener` after each change; the answer ends it. */
  subscribe(listener: () => void): () => void
}

/** A readable that its owner can set. */
export class Cell<T> implements Readable<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  readonly get = (): T => this.#value

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener() // the same listener may come twice, and each leaves alone
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }
}
