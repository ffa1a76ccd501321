import type { RecordId } from '@streambed/protocol'
import type { Http } from '../http.ts'

/** A record as it is kept: its fields, and where it stands. */
export type Kept<Value> = Value & {
  readonly id: RecordId
  /** Counts the record's changes, from 1. */
  readonly revision: number
  readonly createdAt: string
  readonly updatedAt: string
}

export interface RecordsPage<Value> {
  readonly items: readonly Kept<Value>[]
  /** Goes on where this page ended; null at the end. */
  readonly cursor: string | null
}

export interface RecordsQuery {
  /** Indexed fields and the values they must have. */
  readonly where?: Readonly<Record<string, string | number | boolean>>
  /** An indexed field, `-` before it for the greatest first. Newest first where left out. */
  readonly order?: string
  readonly cursor?: string
  /** 1 to 100; 30 where left out. */
  readonly limit?: number
}

/** One of the collections that agents keep for the user (P40 to P46). Promises reject with a `Failure`. */
export interface Records<Value> {
  list(query?: RecordsQuery): Promise<RecordsPage<Value>>
  /** Rejects with `not-found`. */
  get(id: RecordId): Promise<Kept<Value>>
  /** Keeps a new record. What has the same `key` is the same record: it is answered again, and nothing is created. */
  create(value: Value, options?: { readonly key?: string }): Promise<Kept<Value>>
  /** Changes some fields; with a `revision` only if it is still at that one, and else rejects with `record-changed`. */
  patch(id: RecordId, change: Partial<Value>, options?: { readonly revision?: number }): Promise<Kept<Value>>
  /** Removes a record for good. Unknown ids are no error. */
  remove(id: RecordId): Promise<void>
  /** Does something with a record beside changing its fields, such as `snooze` with an alarm. */
  act(id: RecordId, action: string, input?: object): Promise<Kept<Value>>
  /** What all of them come to, such as the `calibration` of predictions. */
  view<Result>(name: string): Promise<Result>
}

/** The user's records of one collection. */
export function recordsOf<Value>(http: Http, collection: string): Records<Value> {
  const path = `/v1/${encodeURIComponent(collection)}`
  const at = (id: RecordId) => `${path}/${encodeURIComponent(id)}`
  return {
    list({ where = {}, ...page } = {}) {
      const asked = Object.entries({ ...where, ...page }).filter(([, value]) => value !== undefined)
      const query = new URLSearchParams(asked.map(([field, value]) => [field, String(value)]))
      return http.json(query.size > 0 ? `${path}?${query}` : path)
    },
    get: (id) => http.json(at(id)),
    create: (value, options) => http.json(path, { method: 'POST', body: { ...value, ...options } }),
    patch: (id, change, options) => http.json(at(id), { method: 'PATCH', body: { ...change, ...options } }),
    remove: (id) => http.json(at(id), { method: 'DELETE' }),
    act: (id, action, input = {}) =>
      http.json(`${at(id)}/${encodeURIComponent(action)}`, { method: 'POST', body: input }),
    view: (name) => http.json(`${path}/${encodeURIComponent(name)}`),
  }
}
