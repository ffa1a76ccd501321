/** A length of time for people: `850 ms`, `4.2 s`, `38 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatDuration(milliseconds: number, locale = 'en'): string {
  if (milliseconds < 995) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return joined(`${minutes} min`, whole % 60, 's')
  return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min')
}

/** A length of time in whole seconds, at least one: `4 s`, `2 min 5 s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000))
  return formatDuration(seconds < 10 ? seconds * 1000 : milliseconds)
}

/** When something happened, as short as it can be told: the time today, the date otherwise. */
export function formatMoment(at: string, now = new Date(), locale = 'en'): string {
  const moment = new Date(at)
  if (moment.toDateString() === now.toDateString()) return formatClock(moment, locale)
  const year = moment.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const)
  return moment.toLocaleDateString(locale, { day: 'numeric', month: 'short', year })
}

/** A time of day by this computer's clock, in the one way that all pages have: `09:05`, to the second `09:05:31`. */
export function formatClock(moment: Date, locale = 'en', to: 'minute' | 'second' = 'minute'): string {
  const second = to === 'second' ? ('2-digit' as const) : undefined
  return moment.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second, hourCycle: 'h23' })
}

/** A day of the calendar, `YYYY-MM-DD`, for people: `Oct 9, 2026`. */
export function formatDay(day: string, locale = 'en'): string {
  const shape = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, shape)
}

/**
 * Whole seconds until a moment, rounded up; null when it has passed, or is so far off that one of the clocks must be
 * wrong.
 */
export function secondsUntil(moment: string | number, now: number): number | null {
  const seconds = Math.ceil((new Date(moment).getTime() - now) / 1000)
  return seconds > 0 && seconds <= 600 ? seconds : null
}

/** How long is left, in the largest unit that makes sense: `in 23 hours`, `in 45 seconds`. */
export function timeLeft(milliseconds: number, locale = 'en'): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always' })
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 90) return format.format(seconds, 'second')
  if (seconds < 90 * 60) return format.format(Math.round(seconds / 60), 'minute')
  if (seconds < 36 * 3600) return format.format(Math.round(seconds / 3600), 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}

function joined(large: string, rest: number, unit: string): string {
  return rest === 0 ? large : `${large} ${rest} ${unit}`
}
