import { type ConversationId, StreambedError } from '@streambed/protocol'
import {
  defineCollection,
  type FiringContext,
  type FiringOutcome,
  type Kept,
  type TimerHandler,
} from '@streambed/server'
import * as z from 'zod'
import { nextRing, type Schedule, WEEKDAYS } from './recurrence.ts'

export const Time = z
  .string()
  .trim()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, 'Write it as HH:MM, from 00:00 to 23:59.')
  .overwrite((time) => time.padStart(5, '0'))
export const Label = z.string().trim().min(1).max(100)
export const Days = z
  .array(z.enum(WEEKDAYS))
  .max(7)
  .overwrite((days) => WEEKDAYS.filter((day) => days.includes(day)))
export const Zone = z.string().trim().max(100).refine(isZone, 'Use an IANA time zone, such as Europe/Oslo.')

const AlarmFields = z.object({
  label: Label.default('Alarm'),
  time: Time,
  /** On which days it rings again and again; none for one that rings once. */
  days: Days.default([]),
  /** On which day one that rings once does; null for the next time it is that time. */
  date: z.iso.date().nullable().default(null),
  zone: Zone.default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  on: z.boolean().default(true),

  /** When it rings next. */
  next: z.iso.datetime().nullable().default(null),
  snoozedUntil: z.iso.datetime().nullable().default(null),
  /** When it last rang. */
  rangAt: z.iso.datetime().nullable().default(null),
  /** When somebody last stopped its ringing: then it is silent on every device. */
  heardAt: z.iso.datetime().nullable().default(null),
  /** The rings of its schedule after this instant are still to come. */
  since: z.iso.datetime().nullable().default(null),
  /** Where it was set, and where it rings. */
  conversation: z
    .string()
    .regex(/^[\w-]{2,64}$/)
    .nullable()
    .default(null),
})
type AlarmFields = z.output<typeof AlarmFields>
export type Alarm = Kept<typeof AlarmFields>

/** A user's alarms. When one rings next follows from the rest; its timer goes with it, whoever changes it. */
export const alarms = defineCollection({
  name: 'alarms',
  description: 'Alarms, that ring once or on days of the week.',
  schema: AlarmFields,
  indexes: ['on', 'next', 'label'],
  derived: ['next', 'snoozedUntil', 'rangAt', 'heardAt', 'since', 'conversation'],
  settle(alarm, { before, now }) {
    const isNew = !before || isSetAnew(alarm, before)
    const set = isNew ? { ...alarm, since: now.toISOString(), snoozedUntil: null } : alarm
    const next = nextOf(set)
    if (isNew && set.on && next === null) throw new StreambedError('record-refused', 'That time has passed.')
    return { ...set, next }
  },
  timer({ next, conversation }) {
    return next === null
      ? undefined
      : { kind: 'alarm', at: new Date(next), conversation: conversation as ConversationId } // as a tool's context named it
  },
  actions: {
    snooze: {
      summary: 'Lets an alarm that has rung ring again in some minutes.',
      input: z.object({ minutes: z.number().min(1).max(1_440).default(9) }),
      apply({ rangAt }, { minutes }: { readonly minutes: number }, { now }) {
        if (rangAt === null) throw new StreambedError('record-refused', 'It has not rung yet.')
        return { on: true, snoozedUntil: new Date(now.getTime() + minutes * 60_000).toISOString() }
      },
    },
    stop: {
      summary: 'Ends the ringing of an alarm. One for days of the week rings on the next of them.',
      input: z.object({}),
      apply: ({ days }, _, { now }) => ({
        snoozedUntil: null,
        heardAt: now.toISOString(),
        ...(days.length === 0 && { on: false }),
      }),
    },
  },
})

/** What an alarm does at its time: it rings in its conversation, then looks for its next time. */
export const ring: TimerHandler = async ({ data, at, late }, { records, now }: FiringContext) => {
  const { record } = data as { readonly record: string } // as the collection's timer was set
  const alarm = await records(alarms).get(record)
  if (alarm?.next !== at.toISOString()) return undefined // it has been set to another time just now
  return { notices: [noticeOf(alarm, late)], afterwards: () => goOn(alarm) }

  async function goOn({ id, next }: Alarm): Promise<void> {
    const rang = now().toISOString()
    await records(alarms).patch(id, (alarm) => {
      if (alarm.next !== next) return {}
      return { rangAt: rang, since: rang, snoozedUntil: null, on: alarm.days.length > 0 }
    })
  }
}

function noticeOf(
  { id, label, time, days, zone, next }: Alarm,
  late: boolean,
): NonNullable<FiringOutcome['notices']>[number] {
  const text = late ? `${label}: this alarm was due at ${time}.` : `${label}: it is ${time}.`
  return { level: 'alarm', kind: 'alarm', text, data: { alarm: id, label, time, days, zone, at: next } }
}

function isSetAnew(alarm: AlarmFields, before: AlarmFields): boolean {
  const isSwitchedOn = alarm.on && !before.on && alarm.snoozedUntil === before.snoozedUntil
  return isSwitchedOn || JSON.stringify(scheduleOf(alarm)) !== JSON.stringify(scheduleOf(before))
}

function nextOf(alarm: AlarmFields): string | null {
  if (!alarm.on) return null
  if (alarm.snoozedUntil !== null) return alarm.snoozedUntil
  return nextRing(scheduleOf(alarm), new Date(alarm.since!))?.toISOString() ?? null // an alarm that was set has it
}

export function scheduleOf({ time, days, date, zone }: Schedule): Schedule {
  return { time, days, date: days.length > 0 ? null : date, zone }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false // Intl throws where others would answer
  }
}
