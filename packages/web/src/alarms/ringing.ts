import type { Alarm } from './alarm.ts'

/** So long after it rang an alarm still sounds where the app is opened, in milliseconds; later the conversation tells of it. */
const RINGS_MS = 30 * 60_000

/** What tells one ring from the next of the same alarm. */
export type Ring = Pick<Alarm, 'id' | 'rangAt'>

/** The alarms that ring now: they rang a short while ago, and nobody has stopped them, here or elsewhere. */
export function ringing(alarms: readonly Alarm[], heard: ReadonlySet<string>, now: number): readonly Alarm[] {
  return alarms.filter((alarm) => {
    const { rangAt, heardAt, snoozedUntil } = alarm
    if (rangAt === null || snoozedUntil !== null || heard.has(ringKey(alarm))) return false
    if (heardAt !== null && heardAt >= rangAt) return false
    return now - Date.parse(rangAt) < RINGS_MS
  })
}

/** Names one ring. */
export function ringKey({ id, rangAt }: Ring): string {
  return `${id} ${rangAt}`
}

/** When to look next: at the time of the next alarm, or soon where one should have rung by now. Null where none will. */
export function nextLook(alarms: readonly Alarm[], now: number): number | null {
  const times = alarms.flatMap(({ next }) => (next === null ? [] : [Date.parse(next)]))
  if (times.length === 0) return null
  return Math.max(Math.min(...times) + 300, now + 1_000)
}

/** The conversation in which an alarm rings: the one it was set in or, where there is none, that of the agent's timers. */
export function rangIn<Place extends { readonly id: string; readonly alias: string | null }>(
  { conversation }: Pick<Alarm, 'conversation'>,
  conversations: readonly Place[],
): Place | undefined {
  const timers = conversations.find(({ alias }) => alias === 'timers of tasks')
  return conversations.find(({ id }) => id === conversation) ?? timers
}
