import type { Clock } from '../clock.ts'

/** After this long without a byte the other side is asked for one. */
const PING_MS = 25_000
/** After this long it is taken for dead (P35). */
const DEAD_MS = 35_000
/** How long it may take to answer when there is reason for doubt. */
const PROBE_MS = 2_000
/** A timer that is later than this was held up: the machine slept, or the page was frozen. */
const LATE_MS = 3_000

interface HeartbeatCalls {
  ping(): void
  /** Called once; `probed` if it was found out by a probe. */
  dead(probed: boolean): void
}

/** Finds out when the other side is gone without a word (C7). */
export class Heartbeat {
  readonly #clock: Clock
  readonly #calls: HeartbeatCalls
  #heardAt = 0
  #isAlive = false
  #cancel = () => {}
  #isProbing = false

  constructor(clock: Clock, calls: HeartbeatCalls) {
    this.#clock = clock
    this.#calls = calls
  }

  start(): void {
    this.heard()
    this.#wait(PING_MS)
  }

  stop(): void {
    this.#cancel()
    this.#cancel = () => {}
  }

  /** Any byte is a sign of life. */
  heard(): void {
    this.#isAlive = true
    this.#heardAt = this.#clock.now()
  }

  /** Asks at once, and does not wait long. */
  probe(): void {
    if (this.#isProbing) return
    this.#isProbing = true
    this.stop()
    this.#isAlive = false
    this.#calls.ping()
    this.#cancel = this.#clock.after(PROBE_MS, () => {
      this.#isProbing = false
      if (this.#isAlive) this.#wait(PING_MS)
      else this.#calls.dead(true)
    })
  }

  #wait(ms: number): void {
    const due = this.#clock.now() + ms
    this.#cancel = this.#clock.after(ms, () => {
      const now = this.#clock.now()
      const silence = now - this.#heardAt
      if (now - due > LATE_MS) return this.probe()
      if (silence >= DEAD_MS) return this.#calls.dead(false)
      if (silence < PING_MS) return this.#wait(PING_MS - silence)
      this.#calls.ping()
      this.#wait(DEAD_MS - silence)
    })
  }
}
