import { StreambedError, whatIsWrong } from '@streambed/protocol'
import * as z from 'zod'
import type { Collection } from '../agent/collection.ts'

/** What a client may say when it creates a record: fields that it can write, and a key of its own. */
export function readCreation(collection: Collection, body: unknown) {
  const { key } = wordsOf(z.object({ key: z.string().min(1).max(128).optional() }), body)
  return { value: picked(body, creatable(collection)), key }
}

/** What a client may say when it changes one: fields that it can change, and the revision that it has seen. */
export function readChange(collection: Collection, body: unknown) {
  const { revision } = wordsOf(z.object({ revision: z.int().positive().optional() }), body)
  const fields = changeable(collection)
  const change = picked(body, fields)
  if (Object.keys(change).length === 0)
    throw new StreambedError('bad-request', `Name at least one of ${fields.join(', ')}.`)
  return { change, revision }
}

/** What a client asks of a list: the query's texts as the values that the indexed fields have. An empty one asks for nothing. */
export function readFilter({ schema, indexes }: Collection, query: Readonly<Record<string, unknown>>) {
  const asked = indexes.filter((field) => query[field] !== undefined && query[field] !== '')
  return Object.fromEntries(asked.map((field) => [field, readValue(field, schema.shape[field]!, query[field])]))
}

export const creatable = ({ schema, derived }: Collection): readonly string[] =>
  Object.keys(schema.shape).filter((field) => !derived.includes(field))

export const changeable = (collection: Collection): readonly string[] =>
  creatable(collection).filter((field) => !collection.fixed.includes(field))

function wordsOf<Words>(schema: z.ZodType<Words>, body: unknown): Words {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new StreambedError('bad-request', whatIsWrong(parsed.error))
  return parsed.data
}

function picked(body: unknown, fields: readonly string[]): Record<string, unknown> {
  const said = Object.entries(body as object) // `wordsOf` has seen that it is one
  return Object.fromEntries(said.filter(([field]) => fields.includes(field)))
}

/** A query holds texts alone; `true` and `5` may be meant as they look. */
function readValue(field: string, schema: z.core.$ZodType, text: unknown): unknown {
  const meant = [text, ...(['true', 'false'].includes(String(text)) ? [text === 'true'] : []), Number(text)]
  for (const value of meant) if (z.safeParse(schema, value).success) return value
  const { error } = z.safeParse(schema, text)
  throw new StreambedError('bad-request', `${field}: ${error ? whatIsWrong(error) : 'not a value it can have'}`)
}
