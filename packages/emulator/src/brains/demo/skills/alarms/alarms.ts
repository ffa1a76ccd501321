import type { ToolSpec } from '../../../../wire.ts'
import type { Reply, Skill } from '../../skill.ts'
import type { Outcome, Turn } from '../../turn.ts'
import { dateOf, dayIn, daysIn, oddRhythmIn, saidDate } from './days.ts'
import { minutesFromNow, timeIn, twoTimesIn } from './time-words.ts'
import { told } from './told.ts'
import { alarmIn, changesIn, detailsIn, type Wish, wantsAll, wishIn } from './wish.ts'

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
  answer(turn) {
    const tools = toolsOf(turn)
    if (!tools || turn.mustCall !== undefined) return undefined
    const last = turn.results.at(-1)
    if (last && isClock(last, tools)) return afterClock(turn, tools, last)
    if (last) return toldAll(turn)
    const asked = askedBack(turn)
    const again = asked ? undefined : saidAgain(turn)
    if (again !== undefined) return create({ ...turn, text: again }, tools, detailsOf({ ...turn, text: again }, {}))
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
  switch (wish) {
    case 'cancel':
      if (asked && tools.end) return { calls: [{ tool: tools.end, input: { outcome: 'cancelled' } }] }
      return { say: turn.pick('All right, I leave everything as it is.', 'Fine, nothing has changed.') }
    case 'list':
      return tools.list ? { calls: [{ tool: tools.list, input: {} }] } : aside(turn)!
    case 'create':
      return cannot(text) ?? both(turn, tools) ?? create(turn, tools, detailsOf(turn, {}))
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
      const alarm = wantsAll(text) ? undefined : (alarmIn(text) ?? timeIn(text))
      const input = wantsAll(text) ? { all: true } : alarm === undefined ? {} : { alarm }
      return { calls: [{ tool: tools.delete, input }] }
    }
  }
}

/** What alarms cannot do, said before one is set that does something else. */
function cannot(text: string): Reply | undefined {
  const rhythm = oddRhythmIn(text)
  const at = timeIn(text) ?? 'that time'
  if (rhythm)
    return {
      say: `An alarm repeats by days of the week, so I cannot do “${rhythm}”. Shall it ring every day at ${at}, or on which days?`,
    }
  return undefined
}

/** What was wished before, with the days that are given now in place of the rhythm that cannot be. */
function saidAgain({ text, said, lastAnswer }: Turn): string | undefined {
  const before = said.findLast(({ role }) => role === 'user')?.text ?? ''
  const rhythm = oddRhythmIn(before)
  if (rhythm === undefined || !lastAnswer.includes(`“${rhythm}”`) || daysIn(text) === undefined) return undefined
  return `${before.replace(rhythm, ' ')} ${text}`
}

/** Two alarms at once: "alarms at 7 and 8". On a day that depends on now, when the clock has answered. */
function both(turn: Turn, tools: AlarmTools, date?: string): Reply | undefined {
  const two = /\b(?:two|both|2) |\b(?:alarms|reminders)\b/i.test(turn.text) ? twoTimesIn(turn.text) : undefined
  if (!two || two.isChoice || (date === undefined && dayIn(turn.text) !== undefined)) return undefined
  const details = { ...detailsOf(turn, {}), ...(date !== undefined && { date }) }
  return { calls: two.times.map((time) => ({ tool: tools.create, input: { ...details, time } })) }
}

/** The words answer what was asked: what was known before stays. */
function goOn(turn: Turn, tools: AlarmTools, asked: Outcome): Reply {
  const known = isFields(asked.input) ? asked.input : {}
  if (asked.tool === tools.create.name) return create(turn, tools, detailsOf(turn, known))
  const tool = [tools.change, tools.delete].find((candidate) => candidate?.name === asked.tool)
  if (!tool) return aside(turn) ?? { say: 'Which alarm do you mean?' }
  const wantsWhich = /\balarm: /.test(asked.text)
  const more = changesIn(turn.text)
  const addsMore = wantsWhich && alarmIn(turn.text) === undefined && 'days' in more // "and every day" names none
  const named = alarmIn(turn.text) ?? timeIn(turn.text) ?? (addsMore ? undefined : bare(turn.text))
  const which = wantsWhich && named !== undefined ? { alarm: named } : {}
  const tellsBoth = wantsWhich && (addsMore || /\bto\b/i.test(turn.text))
  const changes = tool === tools.change && (!wantsWhich || tellsBoth) ? more : {}
  return { calls: [{ tool, input: { ...known, ...changes, ...which } }] }
}

function detailsOf({ text, zone }: Turn, known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isNew = Object.keys(known).length === 0
  const { time, ...rest } = detailsIn(text, { isNew })
  const details = twoTimesIn(text)?.isChoice ? rest : { ...rest, ...(time !== undefined && { time }) } // "7 or 8" is none
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
  return both(turn, tools, date) ?? { calls: [{ tool: tools.create, input: { ...input, date } }] }
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
      'That is beyond me: I only look after your alarms. I can set, list, change and delete them.',
      'I only do alarms. Tell me a time, and I will set one.',
    ),
  }
}

function bare(text: string): string {
  return text
    .replace(/^\W*(?:the|my|that)\s+/i, '')
    .replace(/\s+(?:one|alarm|please)\W*$/i, '')
    .replace(/[.!?]+$/, '')
    .trim()
    .slice(0, 100)
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
