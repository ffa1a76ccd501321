/** Tenths of a millisecond up to five seconds; what is longer counts as five. */
const SIZE = 50_000

/** Collects delays, in milliseconds, at next to no cost each. */
export class Delays {
  #counts = new Uint32Array(SIZE)
  #total = 0

  add(ms: number): void {
    this.#total++
    this.#counts[Math.min(SIZE - 1, Math.round(ms * 10))]!++
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }

  get total(): number {
    return this.#total
  }

  /** The delay that this share of all does not exceed; 0 when there are none. */
  quantile(share: number): number {
    let left = Math.ceil(this.#total * share)
    for (let i = 0; i < SIZE; i++) if ((left -= this.#counts[i]!) <= 0) return i / 10
    return 0
  }
}
