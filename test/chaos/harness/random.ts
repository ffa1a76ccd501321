/** Chance that can be had again. */
export interface Random {
  /** Give it as SEED to have the same choices again. */
  readonly seed: number
  /** 0 ≤ number < 1. */
  next(): number
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number
  /** True with this likelihood. */
  chance(likelihood: number): boolean
}

/** Takes its seed from the environment's SEED where there is one. */
export function seededRandom(seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    seed,
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (likelihood) => next() < likelihood,
  }
}
