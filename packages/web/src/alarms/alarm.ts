import type { Kept } from '@streambed/client'
import { formatClock } from '../format/time.ts'
import { weekdayName } from '../forms/wording.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'

/** What people set of an alarm. */
export interface AlarmSetting {
  readonly time: string
  readonly label: string
  readonly days: readonly string[]
  /** The day of one that rings once (`YYYY-MM-DD`); null for the next time it is that time. */
  readonly date: string | null
  readonly zone: string
  readonly on: boolean
}

/** An alarm as its agent keeps it. */
export type Alarm = Kept<
  AlarmSetting & {
    /** When it rings next; null when it does not. */
    readonly next: string | null
    readonly snoozedUntil: string | null
    readonly rangAt: string | null
    /** When somebody last stopped its ringing. */
    readonly heardAt: string | null
    readonly conversation: string | null
  }
>

const words = pagesText.alarms
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** On which days it rings. */
export function daysInWords({ days, date }: Pick<Alarm, 'days' | 'date'>): string {
  if (days.length === 0) return date === null ? words.once : words.onceOn(dayInWords(date))
  const has = (names: readonly string[]) => days.length === names.length && names.every((name) => days.includes(name))
  if (has(WEEK)) return words.everyDay
  if (has(WEEK.slice(0, 5))) return words.weekdays
  if (has(WEEK.slice(5))) return words.weekends
  const sorted = WEEK.filter((day) => days.includes(day))
  return new Intl.ListFormat(text.locale, { style: 'short' }).format(
    sorted.map((day) => weekdayName(day, 'short') ?? day),
  )
}

/** When it rings next, by this computer's clock: `Tomorrow, 07:30`. */
export function nextInWords(next: string, now: Date): string {
  const moment = new Date(next)
  const time = formatClock(moment, text.locale)
  const days = Math.round((midnight(moment) - midnight(now)) / 86_400_000)
  if (days === 0 || days === 1) {
    const day = new Intl.RelativeTimeFormat(text.locale, { numeric: 'auto' }).format(days, 'day')
    return `${day.charAt(0).toUpperCase()}${day.slice(1)}, ${time}`
  }
  const shape = { weekday: 'short', day: 'numeric', month: 'short' } as const
  return `${moment.toLocaleDateString(text.locale, shape)}, ${time}`
}

function dayInWords(date: string): string {
  const shape = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const
  return new Date(`${date}T00:00:00Z`).toLocaleDateString(text.locale, shape)
}

function midnight(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime()
}
