import type { ToolSpec } from '../../../../wire.ts'
import type { Reply, Skill } from '../../skill.ts'
import type { Outcome, Turn } from '../../turn.ts'
import { dateOf, dayIn, daysIn, oddDaysIn, saidDate } from './days.ts'
import { doubtAbout, namesWhatIsNot } from './doubt.ts'
import { minutesFromNow, timeIn, timesIn } from './time-words.ts'
import { told } from './told.ts'
import { alarmIn, alarmsIn, changesIn, detailsIn, type Wish, wantsAll, wishIn, withoutLabel } from './wish.ts'

/** What is known of an alarm so far. */
type Known = Readonly<Record<string, unknown>>

/** The tools of an agent that looks after alarms, however it calls them. */
interface AlarmTools {
  readonly create: ToolSpec
  readonly list: ToolSpec | undefined
  readonly change: ToolSpec | undefined
  readonly delete: ToolSpec | undefined
  readonly end: ToolSpec | undefined
  readonly clock: ToolSpec | undefined
}

/** Sets alarms with the tools for it: calls them with what it has understood, asks back, changes its mind with the user. */
export const alarms: Skill = {
  name: 'alarms',
  answer(latest) {
    const tools = toolsOf(latest)
    if (!tools || latest.mustCall !== undefined) return undefined
    const asked = askedBack(latest)
    const turn = asked ? latest : { ...latest, text: saidAgain(latest) ?? latest.text }
    const last = turn.results.at(-1)
    if (last && isClock(last, tools)) return afterClock(turn, tools, last)
    if (last) return toldAll(turn)
    const wish = wishIn(turn.text, asked !== undefined)
    if (wish === undefined) return asked ? goOn(turn, tools, asked) : aside(turn)
    return fulfil(turn, tools, wish, asked)
  },
}

function toolsOf({ tools }: Turn): AlarmTools | undefined {
  const named = (pattern: RegExp): ToolSpec | undefined => tools.find(({ name = '' }) => pattern.test(name))
  const create = named(/(?:create|set|add|new)_?.*alarm/i)
  if (!create) return undefined
  return {
    create,
    list: named(/(?:list|show|get)_?.*alarms?/i),
    change: named(/(?:change|update|edit|modify)_?.*alarm/i),
    delete: named(/(?:delete|remove|cancel)_?.*alarm/i),
    end: named(/(?:end|cancel|finish)_task/i),
    clock: named(/current_time|clock/i),
  }
}

/** The call that ended in a question, if that was the last thing that happened. */
function askedBack({ called }: Turn): Outcome | undefined {
  const last = called.at(-1)
  return last && !last.ok && /alarm/i.test(last.tool) && /\b(?:form|needs?|which|missing)\b/i.test(last.text)
    ? last
    : undefined
}

function fulfil(turn: Turn, tools: AlarmTools, wish: Wish, asked: Outcome | undefined): Reply {
  const { text } = turn
  const doubt = wish === 'cancel' || wish === 'list' ? undefined : doubtAbout(text, wish)
  if (doubt !== undefined) return { say: doubt }
  switch (wish) {
    case 'cancel':
      if (asked && tools.end) return { calls: [{ tool: tools.end, input: { outcome: 'cancelled' } }] }
      return { say: turn.pick('All right, I leave everything as it is.', 'Fine, nothing has changed.') }
    case 'list':
      return tools.list ? { calls: [{ tool: tools.list, input: {} }] } : aside(turn)!
    case 'create':
      return set(turn, tools, {})
    case 'change': {
      if (!tools.change) return aside(turn)!
      const alarm = alarmIn(text)
      const changes = changesIn(text)
      // The time that names the alarm is not the one it is to have.
      if (alarm !== undefined && changes['time'] === alarm && !/\bto\b/i.test(text)) delete changes['time']
      return { calls: [{ tool: tools.change, input: { ...(alarm !== undefined && { alarm }), ...changes } }] }
    }
    case 'delete': {
      if (!tools.delete) return aside(turn)!
      const tool = tools.delete
      if (wantsAll(text)) return { calls: [{ tool, input: { all: true } }] }
      const names = alarmsIn(text)
      if (names.length > 0) return { calls: names.map((alarm) => ({ tool, input: { alarm } })) }
      const alarm = alarmIn(text) ?? timeIn(text)
      return { calls: [{ tool, input: alarm === undefined ? {} : { alarm } }] }
    }
  }
}

/** Sets one alarm, or several, or says what it cannot. */
function set(turn: Turn, tools: AlarmTools, known: Known): Reply {
  return cannot(turn.text) ?? several(turn, tools, known) ?? create(turn, tools, detailsOf(turn, known))
}

/** What alarms cannot do, said before one is set that does something else. */
function cannot(text: string): Reply | undefined {
  const days = oddDays(text)
  if (days === undefined) return undefined
  const at = timeIn(text) ?? 'that time'
  return {
    say: `An alarm rings on a date, or again and again by days of the week, and “${days}” I cannot read as either: I am a demo model and go by rules. Shall it ring every day at ${at}, or on which days?`,
  }
}

function oddDays(text: string): string | undefined {
  if (minutesFromNow(text) !== undefined) return undefined
  const { label } = detailsIn(text, { isNew: true })
  return oddDaysIn(withoutLabel(text, typeof label === 'string' ? label : undefined))
}

/** What was wished before, with the days that are given now in place of those that cannot be. */
function saidAgain({ text, said, lastAnswer }: Turn): string | undefined {
  const before = said.findLast(({ role }) => role === 'user')?.text ?? ''
  const days = oddDays(before)
  const isGiven = daysIn(text) !== undefined || dayIn(text) !== undefined
  return days !== undefined && isGiven && lastAnswer.includes(`“${days}”`)
    ? `${before.replace(days, ' ')} ${text}`
    : undefined
}

/** Several alarms at once: "alarms at 7 and 8". On a day that depends on now, when the clock has answered. */
function several(turn: Turn, tools: AlarmTools, known: Known, date?: string): Reply | undefined {
  const listed = timesIn(turn.text)
  if (!listed || listed.isChoice || (date === undefined && dayIn(turn.text) !== undefined)) return undefined
  const details = { ...detailsOf(turn, known), ...(date !== undefined && { date }) }
  return { calls: listed.times.map((time) => ({ tool: tools.create, input: { ...details, time } })) }
}

/** The words answer what was asked: what was known before stays. */
function goOn(turn: Turn, tools: AlarmTools, asked: Outcome): Reply {
  const known = isFields(asked.input) ? asked.input : {}
  if (asked.tool === tools.create.name) return set(turn, tools, known)
  const tool = [tools.change, tools.delete].find((candidate) => candidate?.name === asked.tool)
  if (!tool) return aside(turn) ?? { say: 'Which alarm do you mean?' }
  if (namesWhatIsNot(turn.text))
    return { say: 'I need the one that is meant, and you tell me which is not. Which alarm is it?' }
  if (tool === tools.delete && wantsAll(turn.text)) return { calls: [{ tool, input: { all: true } }] }
  const wantsWhich = /\balarm: /.test(asked.text)
  const more = changesIn(turn.text)
  const addsMore = wantsWhich && alarmIn(turn.text) === undefined && 'days' in more // "and every day" names none
  const named = alarmIn(turn.text) ?? timeIn(turn.text) ?? (addsMore ? undefined : bare(turn.text))
  if (named === undefined && wantsWhich && !addsMore) return aside(turn) ?? { say: 'Which alarm do you mean?' }
  const which = wantsWhich && named !== undefined ? { alarm: named } : {}
  const tellsBoth = wantsWhich && (addsMore || /\bto\b/i.test(turn.text))
  const changes = tool === tools.change && (!wantsWhich || tellsBoth) ? more : {}
  return { calls: [{ tool, input: { ...known, ...changes, ...which } }] }
}

function detailsOf({ text, zone }: Turn, known: Known): Record<string, unknown> {
  const isNew = Object.keys(known).length === 0
  const { time, ...rest } = detailsIn(text, { isNew })
  const details = timesIn(text)?.isChoice ? rest : { ...rest, ...(time !== undefined && { time }) } // "7 or 8" is none
  return { ...(zone !== undefined && { zone }), ...known, ...details }
}

/** What depends on now needs the clock first. */
function create(turn: Turn, tools: AlarmTools, input: Record<string, unknown>): Reply {
  const dependsOnNow = minutesFromNow(turn.text) !== undefined || (dayIn(turn.text) !== undefined && !('days' in input))
  if (dependsOnNow && tools.clock) {
    const zone = input['zone']
    return { calls: [{ tool: tools.clock, input: typeof zone === 'string' ? { zone } : {} }] }
  }
  return { calls: [{ tool: tools.create, input }] }
}

function isClock({ tool }: Outcome, { clock }: AlarmTools): boolean {
  return tool === clock?.name
}

function afterClock(turn: Turn, tools: AlarmTools, { ok, text }: Outcome): Reply {
  const clock = ok ? parsed(text) : undefined
  const asked = askedBack(turn)
  const known = asked && isFields(asked.input) ? asked.input : {}
  const input = detailsOf(turn, known)
  if (!isFields(clock) || typeof clock['instant'] !== 'string') return { calls: [{ tool: tools.create, input }] }
  const offset = minutesOf(String(clock['offset'] ?? '+00:00'))
  const local = new Date(Date.parse(clock['instant']) + offset * 60_000)
  const zone = typeof clock['zone'] === 'string' ? { zone: clock['zone'] } : {}
  const minutes = minutesFromNow(turn.text)
  if (minutes !== undefined) {
    const ahead = local.getTime() / 60_000 + minutes
    const whole = Number.isInteger(minutes) ? Math.floor(ahead) : Math.ceil(ahead) // alarms know no seconds
    const at = new Date(whole * 60_000).toISOString()
    return {
      calls: [{ tool: tools.create, input: { ...zone, ...input, time: at.slice(11, 16), date: at.slice(0, 10) } }],
    }
  }
  const day = dayIn(turn.text)
  if (!day) return { calls: [{ tool: tools.create, input }] }
  const date = dateOf(day, local) ?? saidDate(day, local)
  return several(turn, tools, known, date) ?? { calls: [{ tool: tools.create, input: { ...input, date } }] }
}

/** `+05:30` in minutes. */
function minutesOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? []
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function toldAll(turn: Turn): Reply | undefined {
  const done = turn.results.filter(({ tool }) => /alarm|task/i.test(tool))
  return done.length === 0 ? undefined : { say: done.map((outcome) => told(turn, outcome)).join('\n\n') }
}

/** Small talk is for others; anything else it does not do. */
function aside({ text, pick }: Turn): Reply | undefined {
  if (
    /^\W*(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|thanks|thank you|cheers|bye|good ?night)\b/i.test(
      text,
    )
  )
    return undefined
  if (/\b(?:who|what) are you\b|\bwhat can you do\b|\bare you (?:an? )?(?:ai|real|human|bot|robot)\b/i.test(text))
    return undefined
  return {
    say: pick(
      'That I do not understand: I am a demo model, go by rules and only look after alarms. I can set, list, change and delete them.',
      'That is no order that I know: I only do alarms. Say “wake me at 7:00”, and I will set one.',
    ),
  }
}

/** A short answer is a name; nothing where it is something else. */
function bare(text: string): string | undefined {
  if (/\?\W*$/.test(text) || text.length > 100) return undefined
  return text
    .replace(/^\W*(?:the|my|that)\s+/i, '')
    .replace(/\s+(?:one|alarm|please)\W*$/i, '')
    .replace(/[.!?]+$/, '')
    .trim()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // then it says nothing that could be used
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
