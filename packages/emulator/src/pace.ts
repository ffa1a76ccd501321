import type { Piece } from './brains/brain.ts'
import { random } from './random.ts'

/** How fast an answer comes: `instant`, like a real model (`natural`: 350 ms, then 45 tokens/s), or by numbers. */
export type Pace = 'instant' | 'natural' | PaceNumbers

export interface PaceNumbers {
  /** Milliseconds until the first piece. Default 0. */
  readonly firstTokenMs?: number
  /** Tokens per second after it. Without it the rest comes at once. */
  readonly tokensPerSecond?: number
  /** How uneven: each piece comes up to this part of its interval early or late (0 to 1). Default 0. */
  readonly jitter?: number
  /** The same seed gives the same unevenness. */
  readonly seed?: number
}

export const NATURAL: PaceNumbers = { firstTokenMs: 350, tokensPerSecond: 45, jitter: 0.3 }

/**
 * Hands pieces on at the pace asked for. Each has its time counted from the start, so a late timer does not slow the
 * whole answer. Ends early, without an error, when the signal does.
 */
export function paced(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  pace: Pace,
  signal: AbortSignal,
): Iterable<Piece> | AsyncIterable<Piece> {
  return pace === 'instant' ? pieces : inTime(pieces, pace === 'natural' ? NATURAL : pace, signal)
}

/** Reads a pace as people type it: `instant`, `natural`, `45` (tokens/s), `350,45` (ms, tokens/s) or `350,45,0.3`. */
export function parsePace(text: string): Pace | undefined {
  if (text === 'instant' || text === 'natural') return text
  const numbers = text.split(',').map(Number)
  if (numbers.length > 3 || numbers.some((number) => !Number.isFinite(number) || number < 0)) return undefined
  if (numbers.length === 1) return { tokensPerSecond: numbers[0]! }
  return { firstTokenMs: numbers[0]!, tokensPerSecond: numbers[1]!, jitter: Math.min(numbers[2] ?? 0, 1) }
}

async function* inTime(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  { firstTokenMs = 0, tokensPerSecond = 0, jitter = 0, seed = 1 }: PaceNumbers,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const uneven = random(seed)
  const sleep = sleeper(signal)
  const interval = tokensPerSecond > 0 ? 1000 / tokensPerSecond : 0
  let due = performance.now() + firstTokenMs
  for await (const piece of pieces) {
    const early = due + (uneven() * 2 - 1) * jitter * interval - performance.now()
    if (early >= 1) await sleep(early)
    if (signal.aborted) return
    yield piece
    due += weight(piece) * interval
  }
}

/** Sleeps until the time is up or the signal ends. One listener for a whole answer: listening anew per token costs more. */
function sleeper(signal: AbortSignal): (ms: number) => Promise<void> {
  let wake = (): void => {}
  signal.addEventListener('abort', () => wake(), { once: true })
  return (ms) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
}

/** Tokens that the model had to write for this piece; what is not written takes no time. */
function weight(piece: Piece): number {
  switch (piece.type) {
    case 'text':
    case 'reasoning':
      return piece.text.length / 4
    case 'tool-input':
      return piece.json.length / 4
    case 'frame':
    case 'event':
      return 1
    default:
      return 0
  }
}
