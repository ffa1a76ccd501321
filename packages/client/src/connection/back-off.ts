const FIRST_MS = 250
const LONGEST_MS = 15_000

/**
 * How long to wait before try `attempt` (from 1): full jitter, so that a thousand clients of a server that went away do not
 * come back in one moment (C5). `random` is 0 ≤ number < 1.
 */
export function backOff(attempt: number, random: number): number {
  return Math.round(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16)))
}

/** The wait that the server asked for, and up to half as much again. */
export function askedFor(ms: number, random: number): number {
  return Math.floor(ms + random * Math.max(FIRST_MS, ms / 2))
}
