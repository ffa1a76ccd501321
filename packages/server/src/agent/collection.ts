import type { ConversationId, RecordId } from '@streambed/protocol'
import * as z from 'zod'

/** A kind of thing that an agent keeps for each user, such as alarms or predictions. Served at `/v1/<name>`. */
export interface Collection<Schema extends z.ZodObject = z.ZodObject> {
  /** Its place in URLs: lower-case letters, digits and dashes. */
  readonly name: string
  /** What it holds, for people who read the API. */
  readonly description: string
  readonly schema: Schema
  /** Fields that lists can be filtered and ordered by: texts, numbers, booleans. At most 8. */
  readonly indexes: readonly string[]
  /** Fields that clients cannot write: `settle` and tools do. They need defaults. */
  readonly derived: readonly string[]
  /** Fields that clients write once, when they create a record. */
  readonly fixed: readonly string[]
  /** What makes two records the same: creating one again gives the one that is there. Nothing where each is its own. */
  keyOf(value: z.output<Schema>): string | undefined
  /**
   * Has the last word on what is kept: fills in what follows from the rest, refuses changes that make no sense. Pure.
   *
   * @throws StreambedError `record-refused`, with the reason.
   */
  settle(value: z.output<Schema>, context: SettleContext<Schema>): z.output<Schema>
  /** What all records of a user come to, by name: `GET /v1/<collection>/<view>`. */
  readonly views: Readonly<Record<string, View<Schema>>>
  /** When something is to be done about a record: the agent's timer of this kind is set and changed together with it. Pure. */
  timer(value: z.output<Schema>): RecordTimer | undefined
  /** What can be done with a record beside changing its fields, by name: `POST /v1/<collection>/:id/<action>`. */
  readonly actions: Readonly<Record<string, Action<Schema>>>
}

export interface RecordTimer {
  /** One of the agent's `timers`. Its handler is given `{ record: id }`. */
  readonly kind: string
  readonly at: Date
  readonly conversation?: ConversationId | null
}

export interface Action<Schema extends z.ZodObject = z.ZodObject> {
  readonly summary: string
  readonly input: z.ZodType
  /**
   * What changes. The input fits its schema. Pure.
   *
   * @throws StreambedError `record-refused`, with the reason.
   */
  apply(value: z.output<Schema>, input: never, context: { readonly now: Date }): Partial<z.input<Schema>>
}

interface SettleContext<Schema extends z.ZodObject> {
  /** The record as it was; nothing for a new one. */
  readonly before: z.output<Schema> | undefined
  readonly now: Date
}

export interface View<Schema extends z.ZodObject = z.ZodObject> {
  readonly summary: string
  readonly response: z.ZodType
  of(records: readonly z.output<Schema>[]): unknown
}

/** A record as its readers get it: its fields, and where it stands. */
export type Kept<Schema extends z.ZodObject> = z.output<Schema> & RecordHead

export interface RecordHead {
  readonly id: RecordId
  /** Counts the record's changes, from 1. */
  readonly revision: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** One user's records of one collection. */
export interface Records<Schema extends z.ZodObject> {
  /**
   * Keeps a new record, or gives the one that has the same key already.
   *
   * @throws StreambedError `bad-request`, `record-refused`, `record-too-large`, `records-full`.
   */
  create(value: z.input<Schema>, options?: { readonly key?: string | undefined }): Promise<Kept<Schema>>
  get(id: string): Promise<Kept<Schema> | undefined>
  /** @throws StreambedError `bad-request` for a filter or an order without index, or a cursor of another list. */
  list(options?: RecordsListing): Promise<RecordsPage<Schema>>
  /**
   * Changes some fields, or what a function makes of the record as it stands. With `revision` only if nobody was faster.
   *
   * @throws StreambedError `not-found`, `record-changed`, and what `create` throws.
   */
  patch(
    id: string,
    change: Partial<z.input<Schema>> | ((value: z.output<Schema>) => Partial<z.input<Schema>>),
    options?: { readonly revision?: number | undefined },
  ): Promise<Kept<Schema>>
  /** Unknown ids are no error. */
  delete(id: string): Promise<void>
}

/** Gives a tool the records of the user it works for. */
export type RecordsPort = <Schema extends z.ZodObject>(collection: Collection<Schema>) => Records<Schema>

/** Where nothing is kept. */
export const noRecords: RecordsPort = ({ name }) => {
  throw new TypeError(`the collection ${name} cannot be reached from here`)
}

export interface RecordsListing {
  /** Indexed fields and the values they must have. */
  readonly where?: Readonly<Record<string, unknown>> | undefined
  /** An indexed field, `-` before it for the greatest first. Newest first where left out. */
  readonly order?: string | undefined
  readonly cursor?: string | undefined
  /** 1 to 100; 30 where left out. */
  readonly limit?: number | undefined
}

export interface RecordsPage<Schema extends z.ZodObject> {
  readonly items: readonly Kept<Schema>[]
  /** Goes on where this page ended; null at the end. */
  readonly cursor: string | null
}

/** All records of a list, read page by page. */
export async function allRecords<Schema extends z.ZodObject>(
  records: Pick<Records<Schema>, 'list'>,
  listing: Omit<RecordsListing, 'cursor' | 'limit'> = {},
): Promise<readonly Kept<Schema>[]> {
  const all: Kept<Schema>[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await records.list({ ...listing, limit: 100, cursor })
    all.push(...page.items)
    cursor = page.cursor
  }
  return all
}

type CollectionDefinition<Schema extends z.ZodObject> = Pick<Collection<Schema>, 'name' | 'schema'> &
  Partial<Omit<Collection<Schema>, 'name' | 'schema'>>

/**
 * Defines a collection. What its schema lets through is kept as JSON.
 *
 * @throws TypeError when the name, the schema or a field that is named cannot be used.
 */
export function defineCollection<Schema extends z.ZodObject>(
  definition: CollectionDefinition<Schema>,
): Collection<Schema> {
  const { name, schema, indexes = [], derived = [], fixed = [], views = {}, actions = {} } = definition
  const wrong = (what: string): TypeError => new TypeError(`collection ${JSON.stringify(name)}: ${what}`)
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) throw wrong('use lower-case letters, digits and dashes')
  const known = Object.keys(schema.shape)
  const taken = known.find((field) => RESERVED.has(field))
  if (taken) throw wrong(`the field ${taken} is every record's own; call yours otherwise`)
  const unknown = [...indexes, ...derived, ...fixed].find((field) => !known.includes(field))
  if (unknown !== undefined) throw wrong(`there is no field ${unknown}`)
  if (indexes.length > MAX_INDEXES) throw wrong(`at most ${MAX_INDEXES} indexes`)
  const badName = [...Object.keys(views), ...Object.keys(actions)].find((view) => !/^[a-z][a-z0-9-]{0,63}$/.test(view))
  if (badName !== undefined) throw wrong(`a view or an action cannot be named ${badName}`)
  try {
    for (const io of ['input', 'output'] as const) z.toJSONSchema(schema, { io })
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause))
  }
  return {
    description: '',
    keyOf: () => undefined,
    settle: (value) => value,
    timer: () => undefined,
    actions: {},
    ...definition,
    indexes,
    derived,
    fixed,
    views,
  }
}

const MAX_INDEXES = 8
/** Fields that every record has beside its own, and words of the requests about it. */
const RESERVED = new Set(['id', 'revision', 'createdAt', 'updatedAt', 'key', 'cursor', 'limit', 'order'])
