import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import type { Head } from './head.ts'
import type { RecordListOptions } from './records.ts'

/** Where a page of the list ended: pages stay in step whatever is added meanwhile. */
export const ListCursor = z.tuple([z.literal('list'), z.boolean(), z.string(), z.string()])
export type ListCursor = z.infer<typeof ListCursor>

/** How many results were shown, of those that were there (row numbers up to `newest`) when the search began. */
export const SearchCursor = z.tuple([z.literal('search'), z.int().nonnegative(), z.int().nonnegative()])
export type SearchCursor = z.infer<typeof SearchCursor>

/** Where a page of records ended: what it was ordered by, its last value there and its last record's number. */
export const RecordsCursor = z.tuple([z.literal('records'), z.string(), z.string(), z.int().nonnegative()])
export type RecordsCursor = z.infer<typeof RecordsCursor>

/** Where a page of the audit ended. */
export const AuditCursor = z.tuple([z.literal('audit'), z.int().positive()])
export type AuditCursor = z.infer<typeof AuditCursor>

export const listCursorOf = ({ pinned, updatedAt, id }: Head): ListCursor => ['list', pinned, updatedAt, id]

export function encodeCursor(cursor: ListCursor | SearchCursor | RecordsCursor | AuditCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** @throws StreambedError `bad-request` when the text is not a cursor of this kind. */
export function decodeCursor<Cursor>(schema: z.ZodType<Cursor>, text: string): Cursor {
  const cursor = schema.safeParse(parsed(Buffer.from(text, 'base64url').toString()))
  if (!cursor.success) throw new StreambedError('bad-request', 'The cursor is not one this list gave out.')
  return cursor.data
}

/** How a list of records is ordered, as its cursors say it. */
export function orderName({ order }: Pick<RecordListOptions, 'order'>): string {
  return order ? `${order.descending ? '-' : '+'}${order.field}` : ''
}

/** @throws StreambedError `bad-request` when the cursor is not one of a list in this order. */
export function placeToGoOn(options: RecordListOptions): RecordsCursor | undefined {
  if (options.cursor === undefined) return undefined
  const place = decodeCursor(RecordsCursor, options.cursor)
  if (place[1] !== orderName(options)) throw new StreambedError('bad-request', 'The cursor is of another order.')
  return place
}

/** @throws StreambedError `bad-request` when a page of that size cannot be had. */
export function checkLimit(limit: number): void {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100))
    throw new StreambedError('bad-request', 'The limit is 1 to 100.')
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // which no schema takes
  }
}
