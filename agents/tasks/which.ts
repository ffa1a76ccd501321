import { WrongInput } from '@streambed/server'
import type { Alarm } from './alarms.ts'
import { WEEKDAYS, type Weekday } from './recurrence.ts'

/** How many are named when it has to be asked which. */
const NAMED = 10

/**
 * The alarm that is meant; the only one where none is named. One that rings no more is meant when no other fits.
 *
 * @throws WrongInput that names those there are, each so that it can be told from the others.
 */
export function whichAlarm(mine: readonly Alarm[], named: string | undefined): Alarm {
  const fitting = named === undefined ? mine : matches(mine, named)
  const [found, ...others] = unlessSpent(fitting)
  if (found && others.length === 0) return found
  const question = found ? 'Which one?' : `There is no alarm ${JSON.stringify(named)}.`
  throw new WrongInput({ alarm: `${question} There are: ${toldApart(unlessSpent(found ? fitting : mine))}.` })
}

function unlessSpent(some: readonly Alarm[]): readonly Alarm[] {
  const live = some.filter(({ on, days }) => on || days.length > 0)
  return live.length > 0 ? live : some
}

/** By id, as a choice names it, by time, by label, by what can be said of it, by a part of the label: the first that finds something. */
function matches(mine: readonly Alarm[], named: string): readonly Alarm[] {
  const text = named.toLowerCase()
  const time = text.padStart(5, '0')
  const words = wordsOf(text)
  const areAll = (said: ReadonlySet<string>): boolean => words.length > 0 && words.every((word) => said.has(word))
  const ways: readonly ((alarm: Alarm) => boolean)[] = [
    ({ id }) => id === named,
    (alarm) => DESCRIPTIONS.some((described) => described(alarm).toLowerCase() === text),
    (alarm) => alarm.time === time,
    ({ label }) => label.toLowerCase() === text,
    (alarm) => areAll(saidOf(alarm)),
    (alarm) => areAll(new Set([...saidOf(alarm), ...wordsOf(dayOf(alarm).toLowerCase())])),
    ({ label }) => label.toLowerCase().includes(text) || text.includes(label.toLowerCase()),
  ]
  return ways.map((way) => mine.filter(way)).find((found) => found.length > 0) ?? []
}

/** Each as shortly as it can be told from the others. */
function toldApart(choice: readonly Alarm[]): string {
  const named = choice.slice(0, NAMED).map((alarm) => {
    const isClear = (described: (alarm: Alarm) => string): boolean =>
      choice.every((other) => other === alarm || described(other) !== described(alarm))
    return (DESCRIPTIONS.find(isClear) ?? withId)(alarm)
  })
  const more = choice.length > NAMED ? [`and ${choice.length - NAMED} more`] : []
  return [...named, ...more].join(', ')
}

const short = ({ label, time }: Alarm): string => `${label} at ${time}`

function whole(alarm: Alarm): string {
  const day = alarm.days.length > 0 ? repeated(alarm.days) : dayOf(alarm)
  return `${short(alarm)} ${day === '' ? 'once' : day} in ${alarm.zone}${alarm.on ? '' : ' (off)'}`
}

const withId = (alarm: Alarm): string => `${whole(alarm)} (${alarm.id})`

const DESCRIPTIONS = [short, whole, withId]

function repeated(days: readonly Weekday[]): string {
  const all = days.join()
  if (days.length === WEEKDAYS.length) return 'every day'
  if (all === WORKDAYS) return 'on weekdays'
  if (all === WEEKEND) return 'at weekends'
  return `on ${days.map((day) => `${NAMES[day]}s`).join(' and ')}`
}

/** The day of one that rings once; blank where it is not known any more. */
function dayOf({ days, date, next, zone }: Alarm): string {
  if (days.length > 0 || (next ?? date) === null) return ''
  const [day, timeZone] = next === null ? [`${date}T00:00:00Z`, 'UTC'] : [next, zone]
  return `on ${new Date(day).toLocaleDateString('en-GB', { ...READABLE, timeZone }).replace(',', '')}`
}

const READABLE = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const

/** What can be said of an alarm, beside its date. */
function saidOf({ label, time, days, date, zone, on }: Alarm): ReadonlySet<string> {
  const all = days.join()
  return new Set([
    ...wordsOf(label.toLowerCase()),
    time,
    ...days.flatMap((day) => [day, NAMES[day].toLowerCase(), `${NAMES[day].toLowerCase()}s`]),
    ...(days.length === WEEKDAYS.length ? ['daily', 'day'] : []),
    ...(all === WORKDAYS ? ['weekday', 'weekdays'] : []),
    ...(all === WEEKEND ? ['weekend', 'weekends'] : []),
    ...(days.length === 0 ? ['once'] : []),
    ...(date === null ? [] : [date]),
    ...zone.toLowerCase().split(/[/_]/),
    zone.toLowerCase(),
    ...(on ? [] : ['off', 'switched']),
  ])
}

const WORKDAYS = 'mon,tue,wed,thu,fri'
const WEEKEND = 'sat,sun'
const NAMES: Readonly<Record<Weekday, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

/** Those that tell something; a time is as alarms have it. */
function wordsOf(text: string): readonly string[] {
  const words = text.split(/[^\p{L}\p{N}:/_+-]+/u).filter((word) => word !== '' && !FILLERS.has(word))
  return words.map((word) => (/^\d:\d\d$/.test(word) ? `0${word}` : word))
}

const FILLERS: ReadonlySet<string> = new Set(
  'a an the my that this one alarm on at in for is every each rings ring time zone'.split(' '),
)
