import { Temporal } from 'temporal-polyfill'
import * as z from 'zod'
import { defineTool } from '../agent/tool.ts'
import { noDayIn } from './dates/absolute.ts'
import { findDate, unreadDateIn } from './dates/find-date.ts'
import { checkZone } from './time-zone.ts'

/** Says which instant words about time mean. A model that works it out itself gets zones, months' ends and leap years wrong. */
export const parseDateWithTimezone = defineTool({
  name: 'parse_date_with_timezone',
  description:
    'The instant that words about time mean, such as "by March 2027", "end of Q3", "before Christmas", "next Friday at 5pm" or ' +
    '"in 3 business days", read by the clocks of a time zone. Pass the words as they were written, or the whole sentence. ' +
    'Deadlines are the last second that still counts. The result says how the words were understood; where they were not, or only in ' +
    'part, it has no date.',
  input: z.object({
    text: z.string().min(1).max(2_000).describe('The words that say when, or the sentence they stand in.'),
    zone: z
      .string()
      .max(100)
      .optional()
      .describe("The user's IANA time zone, such as Europe/Oslo. UTC where left out."),
  }),
  async run({ text, zone = 'UTC' }, { now }) {
    const name = zone.trim() || 'UTC'
    checkZone(name)
    const instant = Temporal.Instant.fromEpochMilliseconds(now().getTime())
    const found = findDate(text, instant, name)
    if (!found) return { found: false, reasoning: reasonOfNone(text, unreadDateIn(text, instant, name)) }
    const { phrase, reasoning, isPast } = found
    const local = found.instant.toZonedDateTimeISO(found.zone)
    return {
      found: true,
      phrase,
      instant: found.instant.toString({ smallestUnit: 'second' }),
      local: `${local.toPlainDateTime().toString({ smallestUnit: 'second' })}${local.offset}`,
      zone: found.zone,
      isPast,
      reasoning,
    }
  },
})

function reasonOfNone(text: string, unread: string | undefined): string {
  if (unread !== undefined)
    return `Of ${JSON.stringify(unread)} only a part was understood, so no date was taken from it. Ask for the date in other words, such as "15 March 2027 at 17:00".`
  const noDay = noDayIn(text)
  if (noDay !== undefined) return `"${noDay}" is no day of the calendar. Ask which day is meant.`
  return `No date was found in ${JSON.stringify(text)}. Ask for a date, such as "by March 2027" or "in 3 weeks".`
}
