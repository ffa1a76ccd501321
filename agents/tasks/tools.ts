import { StreambedError } from '@streambed/protocol'
import { allRecords, defineTool, WrongInput } from '@streambed/server'
import * as z from 'zod'
import { type Alarm, alarms, Days, Label, scheduleOf, Time, Zone } from './alarms.ts'
import { nextRing } from './recurrence.ts'
import { whichAlarm } from './which.ts'

/** No more are set while so many are on. */
const MAX_ALARMS = 100

const fields = {
  time: Time.describe('The time of day at which it rings; HH:MM, 24 hours'),
  label: Label.describe('What it is for, in a few words'),
  days: Days.describe('The days on which it repeats; leave out for an alarm that rings once'),
  date: z.iso
    .date({ error: 'There is no such day. Write it as YYYY-MM-DD.' })
    .describe('The day of an alarm that rings once; YYYY-MM-DD, leave out for the next time it is that time'),
  zone: Zone.describe(
    'Where that time holds, such as Europe/Oslo; an IANA time zone, leave out unless the user names one',
  ),
}

export const createAlarm = defineTool({
  name: 'create_alarm',
  description:
    'Sets an alarm. Call it at once with what the user has said, also when the time is missing: what is missing is then asked by a form. ' +
    'Never make up a value.',
  intent: true,
  form: true,
  input: z.object({
    time: fields.time,
    label: fields.label.optional(),
    days: fields.days.optional(),
    date: fields.date.optional(),
    zone: fields.zone.optional(),
  }),
  async run({ time, label = 'Alarm', days = [], date = null, zone }, { records, run, conversation, now }) {
    const set = { time, days, date, zone: zone ?? here() }
    const next = nextRing(scheduleOf(set), now())
    if (!next) throw new WrongInput({ date: 'That time has passed.' })
    const mine = await allRecords(records(alarms), { where: { on: true } })
    const twin = mine.find(
      (alarm) => alarm.label === label && alarm.next === next.toISOString() && sameDays(alarm, set),
    )
    if (twin) return { already: true, alarm: shown(twin) }
    if (mine.length >= MAX_ALARMS)
      throw new Error(`${MAX_ALARMS} alarms are on already. Delete some first, or switch some off.`)
    const key = `${run} ${JSON.stringify([label, set])}` // two calls of one answer may say the same
    const alarm = await records(alarms).create({ ...set, label, conversation }, { key })
    return { alarm: shown(alarm) }
  },
})

export const listAlarms = defineTool({
  name: 'list_alarms',
  description:
    "Lists the user's alarms. Not needed before change_alarm or delete_alarm, which find an alarm by themselves.",
  intent: true,
  input: z.object({}),
  async run(_, { records }) {
    const mine = await allRecords(records(alarms))
    return { alarms: mine.toSorted((a, b) => (a.next ?? '~').localeCompare(b.next ?? '~')).map(shown) }
  },
})

const which = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe(
    'Which alarm: its label, time, days, date, zone or id, or as a choice has named it. Leave out when the user has not said which',
  )

export const changeAlarm = defineTool({
  name: 'change_alarm',
  description:
    'Changes an alarm: its time, label, days, date or zone, or switches it on or off. Name only what changes.',
  intent: true,
  form: true,
  input: z.object({
    alarm: which.optional(),
    time: fields.time.optional(),
    label: fields.label.optional(),
    days: fields.days.optional().describe('The days on which it repeats; empty for an alarm that rings once'),
    date: fields.date.optional(),
    zone: fields.zone.optional(),
    on: z.boolean().optional().describe('Whether it is switched on'),
  }),
  async run({ alarm: named, ...changes }, { records }) {
    const mine = await allRecords(records(alarms))
    if (mine.length === 0) return NONE
    const alarm = whichAlarm(mine, named)
    const change = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
    if (Object.keys(change).length === 0)
      throw new WrongInput({ time: 'What should change? Name a time, a label or days.' })
    try {
      const isSetAnew = 'time' in change || 'days' in change || 'date' in change
      const kept = await records(alarms).patch(alarm.id, { ...(isSetAnew && { on: true }), ...change })
      return { alarm: shown(kept), was: shown(alarm) }
    } catch (error) {
      if (error instanceof StreambedError && error.code === 'record-refused')
        throw new WrongInput({ date: error.message })
      throw error
    }
  },
})

export const deleteAlarm = defineTool({
  name: 'delete_alarm',
  description: 'Deletes an alarm, or all of them.',
  intent: true,
  form: true,
  input: z.object({
    alarm: which.optional(),
    all: z.boolean().optional().describe('True to delete every alarm. Only when the user says so'),
  }),
  async run({ alarm: named, all: every = false }, { records }) {
    const mine = await allRecords(records(alarms))
    if (mine.length === 0) return NONE
    const gone = every && !named ? mine : [whichAlarm(mine, named)]
    for (const { id } of gone) await records(alarms).delete(id)
    return { deleted: gone.map(shown) }
  },
})

const NONE = 'There are no alarms.'

function sameDays(a: Pick<Alarm, 'days'>, b: Pick<Alarm, 'days'>): boolean {
  return a.days.join() === b.days.join()
}

/** What the model and people are told of an alarm. */
function shown({ id, label, time, days, zone, on, next }: Alarm): object {
  const rings = next === null ? null : new Date(next).toLocaleString('en-GB', { ...READABLE, timeZone: zone })
  return { id, label, time, days, zone, on, next, rings }
}

const READABLE = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
} as const

/** The zone of the machine that serves, where nobody has named one. */
function here(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
