import type { Owner, RecordId } from '@streambed/protocol'
import type { Page } from './store.ts'
import type { NewTimer } from './timers.ts'

/**
 * Keeps what agents keep for their users, beside the logs. What a record holds is its writer's business; the store finds it by
 * owner and collection, and by the values it is indexed by.
 */
export interface RecordStore {
  /**
   * Keeps a new record, unless the collection has one with this key: then gives that one.
   *
   * @throws StreambedError `records-full` when the owner has `max` of them already, `store-failed` when the disk said no.
   */
  create(owner: Owner, collection: string, record: NewRecord, max: number): Promise<StoredRecord>
  find(owner: Owner, collection: string, id: RecordId): Promise<StoredRecord | undefined>
  /** @throws StreambedError `bad-request` for a limit or a cursor that cannot be. */
  list(owner: Owner, collection: string, options: RecordListOptions): Promise<Page<StoredRecord>>
  /**
   * Puts another value in the place of revision `revision`.
   *
   * @throws StreambedError `not-found`, `record-changed` when it is not at that revision, `store-failed`.
   */
  change(
    owner: Owner,
    collection: string,
    id: RecordId,
    revision: number,
    change: Omit<NewRecord, 'id' | 'key'>,
  ): Promise<StoredRecord>
  /** Unknown ids are no error. The key is free again, and the record's timer is gone. */
  erase(owner: Owner, collection: string, id: RecordId): Promise<void>
}

export interface NewRecord {
  readonly id: RecordId
  readonly key: string | null
  /** JSON, 64 KiB at most: the caller has seen to both. */
  readonly value: unknown
  /** By field. A list that asks for a field which is not here passes the record over. */
  readonly index: Readonly<Record<string, IndexValue>>
  /** What is to be done about it, and when: set together with it. Null where there is nothing to do (any more). */
  readonly timer?: RecordTimer | null
}

export type RecordTimer = Pick<NewTimer, 'agent' | 'kind' | 'at' | 'conversation'>

/** A record's timer; what it was set with names the record. */
export function timerOf(owner: Owner, collection: string, id: RecordId, timer: RecordTimer): NewTimer {
  return { owner, key: timerKey(collection, id), data: { record: id }, ...timer }
}

export const timerKey = (collection: string, id: RecordId): string => `record ${collection} ${id}`

export type IndexValue = string | number | boolean | null

export interface StoredRecord {
  readonly id: RecordId
  readonly value: unknown
  /** Counts changes, from 1. */
  readonly revision: number
  readonly createdAt: string
  readonly updatedAt: string
}

export interface RecordListOptions {
  readonly where: Readonly<Record<string, IndexValue>>
  /** By an indexed field, records with equal values in the order of their creation. Where left out: newest first. */
  readonly order?: { readonly field: string; readonly descending: boolean }
  readonly cursor?: string
  /** 1 to 100. */
  readonly limit: number
}

/**
 * An index's value as text that sorts like it: null, false, true, numbers, texts by code point up to their 200th. Texts that no
 * database can hold sort as their nearest that one can.
 */
export function sortable(value: IndexValue): string {
  if (value === null) return '0'
  if (typeof value === 'boolean') return value ? '2' : '1'
  if (typeof value === 'number') return `3${sortableNumber(value)}`
  return `4${value.slice(0, 200).toWellFormed().replaceAll('\0', '\uFFFD')}`
}

/** The bits of a number, turned so that they sort as the numbers do. */
function sortableNumber(value: number): string {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value + 0) // -0 is 0
  const word = bits.getBigUint64(0)
  const turned = word >> 63n ? ~word & 0xffff_ffff_ffff_ffffn : word | (1n << 63n)
  return turned.toString(16).padStart(16, '0')
}
