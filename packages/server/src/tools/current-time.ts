import * as z from 'zod'
import { defineTool } from '../agent/tool.ts'
import { checkZone } from './time-zone.ts'

/** Tells the time. A model does not know it, and guesses when it is not told. */
export const currentTime = defineTool({
  name: 'current_time',
  description:
    'The current date and time, with weekday, in a time zone. Use it whenever an answer depends on what day or time it is now.',
  input: z.object({
    zone: z.string().max(100).optional().describe('IANA time zone, such as Europe/Oslo. UTC where left out.'),
  }),
  async run({ zone = 'UTC' }, { now }) {
    const name = zone.trim() || 'UTC'
    const format = formatIn(name)
    const instant = now()
    const part = partsOf(format, instant)
    return {
      instant: instant.toISOString(),
      zone: name,
      local: `${part.weekday}, ${part.day} ${part.month} ${part.year}, ${part.hour}:${part.minute}:${part.second}`,
      weekday: part.weekday,
      offset: offsetOf(part.timeZoneName ?? ''),
    }
  },
})

function formatIn(zone: string): Intl.DateTimeFormat {
  checkZone(zone)
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
}

function partsOf(format: Intl.DateTimeFormat, instant: Date): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
}

/** `GMT+05:30` as `+05:30`. */
function offsetOf(name: string): string {
  return name.replace('GMT', '') || '+00:00'
}
