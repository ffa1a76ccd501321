/** An axis of round numbers. */
export interface Scale {
  readonly min: number
  readonly max: number
  /** From `min` to `max`, evenly spaced. */
  readonly ticks: readonly number[]
}

/** The axis on which all of these values stand; zero is always on it, and at most about `count` steps. */
export function scaleOf(values: readonly number[], count = 4): Scale {
  const least = Math.min(0, ...values)
  const most = Math.max(0, ...values)
  if (most === least) return { min: 0, max: 1, ticks: [0, 1] }
  const step = roundStep((most - least) / count)
  const first = Math.floor(least / step)
  const last = Math.max(first + 1, Math.ceil(most / step))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => round((first + index) * step))
  return { min: ticks[0]!, max: ticks.at(-1)!, ticks }
}

/** Which of so many labels are written where only some have room: evenly spaced, from the first on. */
export function labelStep(count: number, room: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, Math.floor(room))))
}

/** The next 1, 2 or 5 with zeros after or before it. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9))
  return round((factor ?? 10) * power)
}

/** Without the dust that sums of fractions leave. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}
