import type { Clock } from './clock.ts'

/** Gathers what has to be told, and tells it once for each frame that is painted (C30). */
export class Painter implements Disposable {
  readonly #clock: Clock
  readonly #due = new Set<() => void>()
  #cancel: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `paint` with the next frame, once however often it is asked for. */
  soon(paint: () => void): void {
    this.#due.add(paint)
    this.#cancel ??= this.#clock.frame(() => {
      this.#cancel = null
      const due = [...this.#due]
      this.#due.clear()
      for (const paint of due) paint()
    })
  }

  [Symbol.dispose](): void {
    this.#cancel?.()
    this.#due.clear()
  }
}
