import type { StatementSync } from 'node:sqlite'
import { type Owner, type RecordId, StreambedError } from '@streambed/protocol'
import { checkLimit, encodeCursor, orderName, placeToGoOn } from '../cursor.ts'
import { type NewRecord, type RecordListOptions, type StoredRecord, sortable, timerKey, timerOf } from '../records.ts'
import type { Page } from '../store.ts'
import type { Database } from './database.ts'
import type { Owners } from './owners.ts'
import type { TimerRows } from './timers.ts'

/** The records, as `RecordStore` has them, inside the transaction of whoever calls. */
export interface RecordTables {
  create(owner: Owner, collection: string, record: NewRecord, max: number): StoredRecord
  find(owner: Owner, collection: string, id: RecordId): StoredRecord | undefined
  list(owner: Owner, collection: string, options: RecordListOptions): Page<StoredRecord>
  change(
    owner: Owner,
    collection: string,
    id: RecordId,
    revision: number,
    change: Omit<NewRecord, 'id' | 'key'>,
  ): StoredRecord
  erase(owner: Owner, collection: string, id: RecordId): void
}

interface RecordRow {
  readonly number: number
  readonly id: RecordId
  readonly value: string
  readonly revision: number
  readonly created_at: string
  readonly updated_at: string
}

export function openRecords(db: Database, owners: Owners, timers: TimerRows, now: () => number): RecordTables {
  const byId = db.prepare('select * from record where owner = ? and collection = ? and id = ?')
  const byKey = db.prepare('select * from record where owner = ? and collection = ? and key = ?')
  const count = db.prepare('select count(*) as count from record where owner = ? and collection = ?')
  const insert = db.prepare(`
    insert into record (owner, collection, id, key, value, revision, created_at, updated_at)
    values (?, ?, ?, ?, ?, 1, ?, ?)`)
  const update = db.prepare('update record set value = ?, revision = revision + 1, updated_at = ? where number = ?')
  const erase = db.prepare('delete from record where number = ?')
  const addIndex = db.prepare('insert into record_index values (?, ?, ?, ?, ?)')
  const eraseIndex = db.prepare('delete from record_index where record = ?')
  const lists = new Map<string, StatementSync>()

  return {
    create(owner, collection, { id, key, value, index, timer }, max) {
      const number = owners.findOrAdd(owner)
      const twin = key === null ? undefined : byKey.get(number, collection, JSON.stringify(key))
      if (twin) return recordOf(twin as unknown as RecordRow) // of our own schema, here and below
      if ((count.get(number, collection)!['count'] as number) >= max) throw new StreambedError('records-full')
      const at = new Date(now()).toISOString()
      const json = JSON.stringify(value)
      const inserted = insert.run(number, collection, id, key === null ? null : JSON.stringify(key), json, at, at)
      writeIndex(number, collection, Number(inserted.lastInsertRowid), index)
      time(owner, collection, id, timer)
      return { id, value: JSON.parse(json), revision: 1, createdAt: at, updatedAt: at }
    },

    find(owner, collection, id) {
      const row = rowOf(owner, collection, id)
      return row && recordOf(row)
    },

    list(owner, collection, options) {
      const { where, order, limit } = options
      checkLimit(limit)
      const place = placeToGoOn(options)
      const number = owners.find(owner)
      if (number === undefined) return { items: [], cursor: null }
      const filters = Object.entries(where).flatMap(([field, value]) => [number, collection, field, sortable(value)])
      const rows = statementFor(options, place !== undefined).all(
        ...(order ? [number, collection, order.field] : [number, collection]),
        ...filters,
        ...(place ? (order ? [place[2], place[3]] : [place[3]]) : []),
        limit + 1,
      ) as unknown as (RecordRow & { readonly place: string })[]
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        items: page.map(recordOf),
        cursor:
          last && rows.length > limit
            ? encodeCursor(['records', orderName(options), order ? last.place : '', last.number])
            : null,
      }
    },

    change(owner, collection, id, revision, { value, index, timer }) {
      const row = rowOf(owner, collection, id)
      if (!row) throw new StreambedError('not-found')
      if (row.revision !== revision) throw new StreambedError('record-changed')
      const updatedAt = new Date(now()).toISOString()
      const json = JSON.stringify(value)
      update.run(json, updatedAt, row.number)
      eraseIndex.run(row.number)
      writeIndex(owners.findOrAdd(owner), collection, row.number, index)
      time(owner, collection, id, timer)
      return recordOf({ ...row, value: json, revision: revision + 1, updated_at: updatedAt })
    },

    erase(owner, collection, id) {
      const row = rowOf(owner, collection, id)
      if (!row) return
      eraseIndex.run(row.number)
      erase.run(row.number)
      time(owner, collection, id, null)
    },
  }

  function time(owner: Owner, collection: string, id: RecordId, timer: NewRecord['timer']): void {
    if (timer) timers.set(timerOf(owner, collection, id, timer))
    else if (timer === null) timers.cancel(owner, timerKey(collection, id))
  }

  function rowOf(owner: Owner, collection: string, id: RecordId): RecordRow | undefined {
    const number = owners.find(owner)
    return number === undefined ? undefined : (byId.get(number, collection, id) as RecordRow | undefined)
  }

  function writeIndex(owner: number, collection: string, record: number, index: NewRecord['index']): void {
    for (const [field, value] of Object.entries(index)) addIndex.run(owner, collection, field, sortable(value), record)
  }

  /** Lists differ in what they are ordered by, how many filters they have and whether they go on. */
  function statementFor({ order, where }: RecordListOptions, goesOn: boolean): StatementSync {
    const [from, place, unknowns] = order
      ? [ORDERED, 'place.value, place.record', '?, ?']
      : [NEWEST, 'record.number', '?']
    const isDown = order?.descending ?? true
    const sql = [
      from,
      ...Object.keys(where).map(() => FILTER),
      goesOn ? `and (${place}) ${isDown ? '<' : '>'} (${unknowns})` : '',
      `order by ${isDown ? place.replace(/,|$/g, ' desc$&') : place} limit ?`,
    ].join('\n')
    const known = lists.get(sql) ?? db.prepare(sql)
    lists.set(sql, known)
    return known
  }
}

const NEWEST = 'select record.* from record where record.owner = ? and record.collection = ?'
const ORDERED = `
  select record.*, place.value as place from record_index as place join record on record.number = place.record
  where place.owner = ? and place.collection = ? and place.field = ?`
const FILTER = `
  and record.number in (select record from record_index where owner = ? and collection = ? and field = ? and value = ?)`

function recordOf({ id, value, revision, created_at, updated_at }: RecordRow): StoredRecord {
  return { id, value: JSON.parse(value), revision, createdAt: created_at, updatedAt: updated_at }
}
