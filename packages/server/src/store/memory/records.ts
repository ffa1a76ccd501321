import { type Owner, type RecordId, StreambedError } from '@streambed/protocol'
import { checkLimit, encodeCursor, orderName, placeToGoOn, type RecordsCursor } from '../cursor.ts'
import {
  type IndexValue,
  type NewRecord,
  type RecordListOptions,
  type RecordStore,
  type StoredRecord,
  sortable,
  timerKey,
  timerOf,
} from '../records.ts'
import type { MemoryTimers } from './timers.ts'

/** A record as it is kept: its value as text, so that nobody changes it from outside. */
interface Row {
  readonly number: number
  readonly key: string | null
  readonly record: Omit<StoredRecord, 'value'>
  readonly json: string
  readonly index: Readonly<Record<string, IndexValue>>
}

export interface MemoryRecords extends RecordStore {
  forget(owner: Owner): void
  clear(): void
}

export function memoryRecords(now: () => number, timers: MemoryTimers): MemoryRecords {
  const shelves = new Map<string, Map<RecordId, Row>>()
  let count = 0
  const shelf = (owner: Owner, collection: string): Map<RecordId, Row> => {
    const name = JSON.stringify([owner.org, owner.user, collection])
    const found = shelves.get(name) ?? new Map<RecordId, Row>()
    shelves.set(name, found)
    return found
  }

  const time = (owner: Owner, collection: string, id: RecordId, timer: NewRecord['timer']): void => {
    if (timer) timers.setNow(timerOf(owner, collection, id, timer))
    else if (timer === null) timers.cancelNow(owner, timerKey(collection, id))
  }

  return {
    forget({ org, user }) {
      const prefix = `${JSON.stringify([org, user]).slice(0, -1)},`
      for (const name of shelves.keys()) if (name.startsWith(prefix)) shelves.delete(name)
    },

    async create(owner, collection, { id, key, value, index, timer }, max) {
      const rows = shelf(owner, collection)
      const twin = key === null ? undefined : rows.values().find((row) => row.key === key)
      if (twin) return recordOf(twin)
      if (rows.size >= max) throw new StreambedError('records-full')
      const at = new Date(now()).toISOString()
      const record = { id, revision: 1, createdAt: at, updatedAt: at }
      const row = { number: ++count, key, record, json: JSON.stringify(value), index }
      rows.set(id, row)
      time(owner, collection, id, timer)
      return recordOf(row)
    },

    async find(owner, collection, id) {
      const row = shelf(owner, collection).get(id)
      return row && recordOf(row)
    },

    async list(owner, collection, options) {
      checkLimit(options.limit)
      const last = placeToGoOn(options)
      const rows = [...shelf(owner, collection).values()]
        .filter(({ index }) => fits(index, options))
        .map((row) => ({ row, place: placeOf(row, options) }))
        .sort((a, b) => inOrder(a.place, b.place, options))
        .filter(({ place }) => !last || inOrder(last, place, options) < 0)
      const page = rows.slice(0, options.limit)
      return {
        items: page.map(({ row }) => recordOf(row)),
        cursor: rows.length > options.limit ? encodeCursor(page.at(-1)!.place) : null,
      }
    },

    async change(owner, collection, id, revision, { value, index, timer }) {
      const rows = shelf(owner, collection)
      const row = rows.get(id)
      if (!row) throw new StreambedError('not-found')
      if (row.record.revision !== revision) throw new StreambedError('record-changed')
      const record = { ...row.record, revision: revision + 1, updatedAt: new Date(now()).toISOString() }
      const changed = { ...row, record, json: JSON.stringify(value), index }
      rows.set(id, changed)
      time(owner, collection, id, timer)
      return recordOf(changed)
    },

    async erase(owner, collection, id) {
      shelf(owner, collection).delete(id)
      time(owner, collection, id, null)
    },

    clear: () => shelves.clear(),
  }
}

function recordOf({ record, json }: Row): StoredRecord {
  return { ...record, value: JSON.parse(json) }
}

function fits(index: Row['index'], { where, order }: RecordListOptions): boolean {
  if (order && !Object.hasOwn(index, order.field)) return false
  return Object.entries(where).every(
    ([field, value]) => Object.hasOwn(index, field) && sortable(index[field]!) === sortable(value),
  )
}

function placeOf({ number, index }: Row, options: RecordListOptions): RecordsCursor {
  const { order } = options
  return ['records', orderName(options), order ? sortable(index[order.field]!) : '', number]
}

function inOrder(a: RecordsCursor, b: RecordsCursor, { order }: RecordListOptions): number {
  const upwards = Buffer.compare(Buffer.from(a[2]), Buffer.from(b[2])) || a[3] - b[3] // as databases compare texts
  return (order?.descending ?? true) ? -upwards : upwards
}
