import { type RecordList, useRecords } from '../records/use-records.ts'
import type { Alarm, AlarmSetting } from './alarm.ts'

/** The most that a user may have. */
const ALL = { limit: 100 }

/** The user's alarms, those that ring next first. */
export function useAlarms(): Omit<RecordList<AlarmSetting>, 'items'> & { readonly items: readonly Alarm[] } {
  const list = useRecords<Omit<Alarm, 'id' | 'revision' | 'createdAt' | 'updatedAt'>>('alarms', ALL)
  return { ...list, items: list.items.toSorted(soonestFirst) }
}

function soonestFirst(one: Alarm, other: Alarm): number {
  if (one.next === null || other.next === null) return Number(one.next === null) - Number(other.next === null)
  return Date.parse(one.next) - Date.parse(other.next)
}
