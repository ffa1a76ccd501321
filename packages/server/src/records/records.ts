import { newRecordId, type Owner, type RecordId, StreambedError, whatIsWrong } from '@streambed/protocol'
import type * as z from 'zod'
import type { Agent } from '../agent/agent.ts'
import type { Collection, Kept, Records, RecordsPort } from '../agent/collection.ts'
import { type Bus, listTopic, TIMERS } from '../bus/bus.ts'
import type { IndexValue, NewRecord, RecordListOptions, RecordTimer, StoredRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** How many records of one collection a user may have. */
const MAX_RECORDS = 10_000
/** How large one may be, in bytes of JSON. */
const MAX_RECORD_BYTES = 64 * 1024
const PAGE = 30
const MAX_KEY = 256
/** How often a change without a revision is tried again because others were faster. */
const ATTEMPTS = 5

export interface RecordKeeping {
  readonly store: Pick<Store, 'records'>
  readonly bus: Pick<Bus, 'wake'>
  readonly agents: ReadonlyMap<string, Agent>
  /** Those that the agents here declare. */
  readonly collections: ReadonlyMap<string, Collection>
  now(): Date
}

/** One user's records, of any collection that is declared here. */
export function recordsOf(keeping: RecordKeeping, owner: Owner): RecordsPort {
  return (collection) => {
    const { name } = collection
    if (keeping.collections.get(name) !== (collection as unknown))
      // the map holds collections of every type
      throw new TypeError(`no agent here declares the collection ${name}`)
    return openRecords(keeping, owner, collection)
  }
}

function openRecords<Schema extends z.ZodObject>(
  { store, bus, agents, now }: RecordKeeping,
  owner: Owner,
  collection: Collection<Schema>,
): Records<Schema> {
  const { name } = collection
  const { records } = store
  const tell = (hasTimer: boolean): void => {
    bus.wake(listTopic(owner)) // every window shows records, too
    if (hasTimer) bus.wake(TIMERS)
  }

  return {
    async create(input, { key } = {}) {
      const value = settled(collection, input, { before: undefined, now: now() })
      const own = key ?? collection.keyOf(value) ?? null
      if (own !== null && own.length > MAX_KEY)
        throw new StreambedError('bad-request', `A key has at most ${MAX_KEY} characters.`)
      const timer = timerOf(agents, collection, value)
      const record = { id: newRecordId(), key: own, ...written(collection, value), timer }
      const kept = await records.create(owner, name, record, MAX_RECORDS)
      tell(timer !== null)
      return read(collection, kept)
    },

    async get(id) {
      const record = await records.find(owner, name, id as RecordId) // any text may be asked for; only ids are found
      return record && read(collection, record)
    },

    async list(listing = {}) {
      const { where = {}, cursor, limit = PAGE } = listing
      for (const field of Object.keys(where)) checkIndex(collection, field)
      const order = orderOf(collection, listing.order)
      const { items, cursor: next } = await records.list(owner, name, {
        where: indexOf(where),
        limit,
        ...(order && { order }),
        ...(cursor === undefined ? {} : { cursor }),
      })
      return { items: items.map((record) => read(collection, record)), cursor: next }
    },

    async patch(id, change, { revision } = {}) {
      for (let attempt = 1; ; attempt++) {
        const record = await records.find(owner, name, id as RecordId)
        if (!record) throw new StreambedError('not-found')
        if (revision !== undefined && revision !== record.revision) throw new StreambedError('record-changed')
        const before = fieldsOf(collection, record)
        const changed = typeof change === 'function' ? change(before) : change
        const value = settled(collection, { ...before, ...changed }, { before, now: now() })
        const timer = timerOf(agents, collection, value)
        const next = { ...written(collection, value), timer }
        if (isSame(next.value, record.value)) return read(collection, record)
        try {
          const kept = await records.change(owner, name, record.id, record.revision, next)
          tell(timer !== null)
          return read(collection, kept)
        } catch (error) {
          const wasFaster = error instanceof StreambedError && error.code === 'record-changed'
          if (!wasFaster || revision !== undefined || attempt === ATTEMPTS) throw error
        }
      }
    },

    async delete(id) {
      await records.erase(owner, name, id as RecordId)
      tell(false)
    },
  }
}

/** What is to be kept: what the schema makes of the input, and the collection's own word on it. */
function settled<Schema extends z.ZodObject>(
  collection: Collection<Schema>,
  input: unknown,
  context: Parameters<Collection<Schema>['settle']>[1],
): z.output<Schema> {
  const parsed = collection.schema.safeParse(input)
  if (!parsed.success) throw new StreambedError('bad-request', whatIsWrong(parsed.error))
  return collection.settle(parsed.data, context)
}

/** The timer of a record, which an agent that declares its collection handles. */
function timerOf<Schema extends z.ZodObject>(
  agents: ReadonlyMap<string, Agent>,
  collection: Collection<Schema>,
  value: z.output<Schema>,
): RecordTimer | null {
  const timer = collection.timer(value)
  if (!timer) return null
  const { kind, at, conversation = null } = timer
  const declares = ({ collections }: Agent): boolean => collections.includes(collection as unknown as Collection) // of any type
  const agent = agents.values().find((agent) => declares(agent) && agent.timers[kind] !== undefined)
  if (!agent) throw new TypeError(`no agent that declares ${collection.name} has timers of kind ${kind}`)
  return { agent: agent.name, kind, at: at.getTime(), conversation }
}

/** A value as JSON has it, and its index. */
function written<Schema extends z.ZodObject>(
  { indexes }: Collection<Schema>,
  settled: z.output<Schema>,
): Pick<NewRecord, 'value' | 'index'> {
  const json = JSON.stringify(settled)
  if (Buffer.byteLength(json) > MAX_RECORD_BYTES) throw new StreambedError('record-too-large')
  const value: Record<string, unknown> = JSON.parse(json)
  return { value, index: indexOf(Object.fromEntries(indexes.map((field) => [field, value[field]]))) }
}

function indexOf(values: Readonly<Record<string, unknown>>): Record<string, IndexValue> {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, isIndexValue(value) ? value : null]))
}

function isIndexValue(value: unknown): value is IndexValue {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function checkIndex({ name, indexes }: Collection, field: string): void {
  if (indexes.includes(field)) return
  const known = indexes.length > 0 ? `It can by ${indexes.join(', ')}.` : ''
  throw new StreambedError('bad-request', `A list of ${name} cannot be filtered or ordered by ${field}. ${known}`)
}

function orderOf(collection: Collection, order: string | undefined): RecordListOptions['order'] {
  if (order === undefined) return undefined
  const descending = order.startsWith('-')
  const field = descending ? order.slice(1) : order
  checkIndex(collection, field)
  return { field, descending }
}

function read<Schema extends z.ZodObject>(collection: Collection<Schema>, record: StoredRecord): Kept<Schema> {
  const { id, revision, createdAt, updatedAt } = record
  return { ...fieldsOf(collection, record), id, revision, createdAt, updatedAt }
}

/** A value that an older version of the agent wrote may not fit any more; then it is shown as it is. */
function fieldsOf<Schema extends z.ZodObject>(
  { schema }: Collection<Schema>,
  { value }: StoredRecord,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : (value as z.output<Schema>)
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
