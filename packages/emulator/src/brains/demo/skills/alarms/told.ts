import type { Outcome, Turn } from '../../turn.ts'

/** Puts into words what a tool for alarms has answered. */
export function told({ pick }: Turn, { tool, ok, text, input }: Outcome): string {
  if (!ok) return question(text, input)
  if (/^there are no alarms/i.test(text)) return 'You have no alarms.'
  const result = parsed(text)
  if (!isFields(result))
    return /cancelled/.test(text) ? pick('All right, I drop it.', 'Fine, nothing was set.') : 'Done.'
  const { alarm, alarms, deleted, already, was } = result
  if (Array.isArray(alarms)) return listed(alarms)
  if (Array.isArray(deleted)) return gone(deleted)
  if (!isFields(alarm)) return 'Done.'
  if (already === true) return `You have that alarm already: ${described(alarm)}.`
  if (isFields(was))
    return alarm['on'] === false ? `**${alarm['label']}** is off now.` : `Changed: ${described(alarm)}.`
  return /delete/i.test(tool) ? 'Deleted.' : `${pick('Done', 'Set', 'All set')}: ${described(alarm)}.`
}

/** Asks for what a form asks for, in one sentence. */
function question(text: string, input: unknown): string {
  const missing = /still needs: ([^.\n]+)\./.exec(text)?.[1]?.split(', ') ?? []
  const label = isFields(input) && typeof input['label'] === 'string' ? ` **${input['label']}**` : ''
  const ask = missing.includes('time')
    ? `What time should the${label} alarm ring?`
    : missing.length > 0
      ? `What should be its ${missing.join(' and ')}?`
      : ''
  const line = text.split('\n')[0] ?? ''
  const wrong = [
    ...line.matchAll(
      /\b(alarm|time|label|days|date|zone)(?:\.\d+)?: (.+?)(?= (?:alarm|time|label|days|date|zone)(?:\.\d+)?: |$)/g,
    ),
  ].map(([, , message]) => message)
  if (wrong.length > 0) return [...wrong, ask].filter(Boolean).join(' ')
  if (ask !== '') return ask
  return /no alarms/i.test(text) ? 'You have no alarms.' : `That did not work: ${text.split('\n')[0]}`
}

function listed(alarms: readonly unknown[]): string {
  const known = alarms.filter(isFields)
  if (known.length === 0) return 'You have no alarms.'
  const lines = known.map((alarm) => `- ${described(alarm)}${alarm['on'] === false ? ' (off)' : ''}`)
  return `You have ${known.length === 1 ? 'one alarm' : `${known.length} alarms`}:\n\n${lines.join('\n')}`
}

function gone(deleted: readonly unknown[]): string {
  const known = deleted.filter(isFields)
  if (known.length === 0) return 'There were no alarms to delete.'
  if (known.length > 1) return `Deleted all ${known.length} alarms.`
  return `Deleted **${known[0]!['label']}** at ${known[0]!['time']}.`
}

function described({ label, time, days, zone, rings }: Readonly<Record<string, unknown>>): string {
  const when = Array.isArray(days) && days.length > 0 ? ` ${repeated(days.map(String))}` : ''
  const next = typeof rings === 'string' && when === '' ? `, on ${rings.replace(/ at [\d:]+$/, '')}` : ''
  const place = typeof zone === 'string' ? ` (${zone})` : ''
  return `**${label}** at ${time}${when}${place}${next}`
}

function repeated(days: readonly string[]): string {
  const all = days.join()
  if (days.length === 7) return 'every day'
  if (all === 'mon,tue,wed,thu,fri') return 'on weekdays'
  if (all === 'sat,sun') return 'at weekends'
  return `every ${days.map((day) => NAMES[day] ?? day).join(', ')}`
}

const NAMES: Readonly<Record<string, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // plain words
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
