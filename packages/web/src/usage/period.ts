/** Periods that usage is asked for, ending today: by how many days they have. */
export const PERIODS = [7, 30, 90, 365] as const
export type Period = (typeof PERIODS)[number]

const DAY_MS = 86_400_000

/** The first and the last day of a period, as ISO dates in UTC. */
export function daysOf(period: Period, now: number): { readonly from: string; readonly to: string } {
  return { from: isoDay(now - (period - 1) * DAY_MS), to: isoDay(now) }
}

/** Every day from the first to the last. */
export function everyDay(from: string, to: string): readonly string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1
  return Array.from({ length: Math.max(0, count) }, (_, nth) => isoDay(Date.parse(from) + nth * DAY_MS))
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
