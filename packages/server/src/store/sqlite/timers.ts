import type { ConversationId, Owner } from '@streambed/protocol'
import type { NewTimer, Settlement, Timer } from '../timers.ts'
import type { Database } from './database.ts'
import { type Owners, ownerOf } from './owners.ts'

/** The rows of timers: what `Timers` does, inside a transaction of the caller's. */
export interface TimerRows {
  set(timer: NewTimer): Timer
  find(owner: Owner, key: string): Timer | undefined
  cancel(owner: Owner, key: string): boolean
  due(time: number, limit: number): readonly Timer[]
  next(): number | undefined
  mayBe(settlement: Settlement): boolean
  settle(settlement: Settlement): boolean
  postpone(timer: Timer, until: number): void
}

interface TimerRow {
  readonly number: number
  readonly owner_name: string
  readonly key: string
  readonly agent: string | null
  readonly kind: string
  readonly at: number
  readonly conversation: ConversationId | null
  readonly data: string
  readonly is_said: number
}

const TIMER = 'select timer.*, owner.name as owner_name from timer join owner on owner.number = timer.owner'

export function openTimers(db: Database, owners: Owners): TimerRows {
  const insert = db.prepare(`
    insert or replace into timer (owner, key, agent, kind, at, wake_at, conversation, data)
    values (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)`)
  const find = db.prepare(`${TIMER} where timer.owner = ? and timer.key = ?`)
  const findNumber = db.prepare(`${TIMER} where timer.number = ?`)
  const due = db.prepare(`${TIMER} where timer.wake_at <= ? order by timer.wake_at, timer.number limit ?`)
  const next = db.prepare('select min(wake_at) as time from timer')
  const cancel = db.prepare('delete from timer where owner = ? and key = ?')
  const remove = db.prepare('delete from timer where number = ?')
  const setSaid = db.prepare('update timer set is_said = 1 where number = ?')
  const postpone = db.prepare('update timer set wake_at = ? where number = ?')

  // This process is alone with the database: whoever had postponed something is gone.
  db.transaction('lazy', () => db.prepare('update timer set wake_at = at where wake_at <> at').run())

  return {
    set,
    find(owner, key) {
      const row = find.get(owners.find(owner) ?? 0, keyText(key)) as TimerRow | undefined // of our own schema, here and below
      return row && timerOf(row)
    },
    cancel: (owner, key) => Number(cancel.run(owners.find(owner) ?? 0, keyText(key)).changes) > 0,
    due: (time, limit) => (due.all(time, limit) as unknown as TimerRow[]).map(timerOf),
    next: () => (next.get()!['time'] as number | null) ?? undefined,
    mayBe: (settlement) => fitting(settlement) !== undefined,
    settle(settlement) {
      const timer = fitting(settlement)
      if (!timer) return false
      if ('isSaid' in settlement) {
        setSaid.run(timer.number)
        return true
      }
      remove.run(timer.number)
      const { next } = settlement
      if (next) set({ ...timer, at: next.at, data: next.data ?? timer.data })
      return true
    },
    postpone: ({ number }, until) => void postpone.run(until, number),
  }

  function set(timer: NewTimer): Timer {
    const { owner, key, agent, kind, at, conversation } = timer
    const data = JSON.stringify(timer.data ?? null)
    const row = [owners.findOrAdd(owner), keyText(key), agent, kind, at, conversation, data] as const
    const number = Number(insert.run(...row).lastInsertRowid)
    return { owner, key, agent, kind, at, conversation, data: JSON.parse(data), number, isSaid: false }
  }

  function fitting(settlement: Settlement): Timer | undefined {
    const row = findNumber.get(settlement.timer) as TimerRow | undefined
    return row && !('isSaid' in settlement && row.is_said === 1) ? timerOf(row) : undefined
  }
}

function timerOf(row: TimerRow): Timer {
  const { number, agent, kind, at, conversation } = row
  const owner = ownerOf(row.owner_name)
  const key = JSON.parse(row.key)
  const data = JSON.parse(row.data)
  return { owner, key, agent, kind, at, conversation, data, number, isSaid: row.is_said === 1 }
}

/** JSON text can hold what SQLite's text cannot. */
const keyText = (key: string): string => JSON.stringify(key)
