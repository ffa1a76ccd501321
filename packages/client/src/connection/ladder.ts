import type { LinkClose, TransportName } from '../transport/transport.ts'

/** How many times in a row a transport may fail to open before the next one is tried. */
const PATIENCE = 2

/** Which transport the next try takes: the best one that gets through (C4). */
export class Ladder {
  readonly #transports: readonly TransportName[]
  #rung = 0
  #failures = 0

  constructor(transports: readonly TransportName[]) {
    if (transports.length === 0) throw new TypeError('name at least one transport')
    this.#transports = transports
  }

  get transport(): TransportName {
    return this.#transports[this.#rung]!
  }

  /** What is better than the one in use and might have come into reach. */
  get better(): TransportName | undefined {
    return this.#rung > 0 ? this.#transports[0] : undefined
  }

  /** The current transport got through. */
  opened(): void {
    this.#failures = 0
  }

  /** The best transport got through after all. */
  climbed(): void {
    this.#rung = 0
    this.#failures = 0
  }

  /** A link closed; `proven` if it had been of use. */
  closed(kind: LinkClose['kind'], proven: boolean): void {
    if (kind === 'unfit') this.#step()
    else if (proven) this.#failures = 0
    // Nothing gets through to a server that is not there, so this says nothing against the better ones.
    else if (kind === 'unreachable') this.climbed()
    else if (++this.#failures >= PATIENCE) this.#step()
  }

  #step(): void {
    this.#rung = (this.#rung + 1) % this.#transports.length
    this.#failures = 0
  }
}
