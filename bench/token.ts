/**
 * The words of every answer here. A token tells its number in its stream and when it was sent, so that a reader can tell what
 * is missing, doubled or late from the text alone, in whatever frames it comes: a tilde, three digits of the number, four of the
 * time, all base 36.
 */
export const TOKEN_LENGTH = 8

export function tokenText(number: number, time: number): string {
  return `~${(number % NUMBERS).toString(36).padStart(3, '0')}${time.toString(36).padStart(4, '0')}`
}

/** The machine's clock, the same in every process, in tenths of a millisecond; it starts over every few minutes. */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return (seconds * 10_000 + Math.floor(nanoseconds / 100_000)) % TIMES
}

/** Milliseconds from one reading of the clock to a later one. */
export function elapsedMs(from: number, to: number): number {
  return ((to - from + TIMES) % TIMES) / 10
}

/** Reads the tokens of one answer out of the text that it comes in. */
export class TokenReader {
  /** Tokens read, and how many of them were not the one that had to follow. */
  count = 0
  faults = 0
  readonly #step: number
  readonly #onToken: (sentAt: number) => void
  #expected: number | undefined
  #cut = ''

  /** `step` is the difference between a token's number and the next one's. */
  constructor(step: number, onToken: (sentAt: number) => void, first?: number) {
    this.#step = step
    this.#onToken = onToken
    this.#expected = first
  }

  /** Takes the answer's text between two places of `text`; tokens may be cut anywhere. */
  read(text: string, from: number, to: number): void {
    if (this.#cut !== '') {
      const missing = TOKEN_LENGTH - this.#cut.length
      const whole = this.#cut + text.slice(from, Math.min(to, from + missing))
      this.#cut = whole.length < TOKEN_LENGTH ? whole : ''
      if (this.#cut !== '') return
      this.#take(whole, 0)
      from += missing
    }
    for (let at = text.indexOf('~', from); at >= 0 && at < to; at = text.indexOf('~', at + 1)) {
      if (at + TOKEN_LENGTH > to) {
        this.#cut = text.slice(at, to)
        return
      }
      this.#take(text, at)
    }
  }

  #take(text: string, at: number): void {
    const number = digits(text, at + 1, at + 4)
    const sentAt = digits(text, at + 4, at + TOKEN_LENGTH)
    if (Number.isNaN(number) || Number.isNaN(sentAt)) return // a tilde in the bytes of a checksum
    if (this.#expected !== undefined && number !== this.#expected) this.faults++
    this.#expected = (number + this.#step) % NUMBERS
    this.count++
    this.#onToken(sentAt)
  }
}

const NUMBERS = 36 ** 3
const TIMES = 36 ** 4

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code >= 97 && code <= 122) value = value * 36 + code - 87
    else if (code >= 48 && code <= 57) value = value * 36 + code - 48
    else return Number.NaN
  }
  return value
}
